import { StatusError } from '../../status.ts';
import type { User } from './identity.ts';

/** What somebody wants to do: with a resource, or at a path that is about none. */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly version?: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Missing for the whole cluster. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** Says whether somebody may; for what reason they may, where they do. */
export type Authorizer = (user: User, wanted: Attributes) => Decision;

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export const isPath = (wanted: Attributes): wanted is PathAttributes => 'path' in wanted;

/** The refusal in the API server's words. @param why added to them */
export function forbidden(user: User, wanted: Attributes, why = ''): StatusError {
  const said = why === '' ? '' : `: ${why}`;
  if (isPath(wanted)) {
    return new StatusError(
      403,
      'Forbidden',
      `forbidden: User "${user.name}" cannot ${wanted.verb} path "${wanted.path}"${said}`,
      {},
    );
  }
  const { verb, group, resource, subresource, namespace, name } = wanted;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const subject = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${subject} is forbidden: User "${user.name}" cannot ${verb} resource "${full}" in API group "${group}" ${where}${said}`;
  return new StatusError(403, 'Forbidden', message, {
    ...(name !== undefined && { name }),
    ...(group !== '' && { group }),
    kind: resource,
  });
}
