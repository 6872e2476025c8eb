import { oneLine } from '../../answers/index.ts';
import { KubernetesError, refusedByAdmission, type Connection } from '../../kubernetes/index.ts';
import { listRules } from '../../operations/index.ts';
import type { ToolContext } from './tool.ts';

/** Resources named in the hint; who may do more can ask kube_can_i. */
const MOST = 12;
/** Characters of one of them: a Role may name anything, whether it exists or not. */
const LONGEST = 80;
/** Every identity may ask about itself; that is no help to anybody. */
const SELF = /^self\w+reviews$/;

/**
 * Adds to a forbidden error what the identity may do instead, in the place where it was refused. When that cannot be
 * found out, or no right would help, the error stays as it is.
 */
export async function explainForbidden(error: KubernetesError, context: ToolContext): Promise<KubernetesError> {
  if (refusedByAdmission(error.serverMessage)) return error;
  let may: string | undefined;
  try {
    may = await rightsIn(await context.connect(error.scene.cluster), error.scene.namespace);
  } catch {
    context.signal.throwIfAborted();
  }
  if (may === undefined) return error;
  return new KubernetesError(error.code, error.message, {
    status: error.status,
    reason: error.reason,
    causes: error.causes,
    serverMessage: error.serverMessage,
    scene: error.scene,
    advice: `${may}${error.advice === undefined ? '' : ` ${error.advice}`}`,
    cause: error,
  });
}

async function rightsIn(connection: Connection, namespace: string | undefined): Promise<string> {
  const where = namespace ?? connection.namespace ?? 'default';
  const rules = await listRules(connection, where);
  const readable = rules.resources
    .filter((rule) => rule.names.length === 0 && rule.verbs.some((verb) => verb === '*' || verb === 'list' || verb === 'get'))
    .flatMap((rule) => rule.resources)
    .filter((resource) => !SELF.test(resource))
    .map((resource) => oneLine(resource, LONGEST));
  if (readable.length === 0) return `May read nothing in namespace ${where}.`;
  const more = readable.length > MOST ? `, and ${readable.length - MOST} more` : '';
  return `May read in namespace ${where}: ${readable.slice(0, MOST).join(', ')}${more}.`;
}
