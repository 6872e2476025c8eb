import { isPath, type Authorizer } from './attributes.ts';
import { ANONYMOUS } from './identity.ts';

/** What those may see who do not say who they are. */
const PUBLIC: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/']);

/** Everybody may do everything who says who they are. */
export const openAuthorizer: Authorizer = (user, wanted) => ({
  allowed: user.name !== ANONYMOUS.name || (isPath(wanted) && PUBLIC.has(wanted.path)),
  reason: '',
});
