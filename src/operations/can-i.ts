import { at, isKubernetesError, KubernetesError, listAt, textAt, type Connection } from '../kubernetes/index.ts';
import { mapBounded, UsageError } from '../platform/index.ts';
import type { Action } from './can-i-question.ts';
import { compactPaths, compactRules, type PathRule, type RuleGroup } from './can-i-rules.ts';

/** Who somebody is to the API server. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

/** One question to the authorisers. */
export interface AccessQuestion {
  readonly action: Action;
  /** Undefined for all namespaces, and for what has none. */
  readonly namespace?: string | undefined;
  /** One object; undefined for any. */
  readonly name?: string | undefined;
}

export interface AccessAnswer extends AccessQuestion {
  readonly allowed: boolean;
  /** True when an authoriser said no; otherwise a refusal means that none said yes. */
  readonly denied: boolean;
  /** The authoriser's own words, such as the binding that allows it; empty when it gives none. Text from the cluster. */
  readonly reason: string;
  /** What kept an authoriser from deciding; the answer may be incomplete then. */
  readonly problem: string;
}

/** Reviews under way at the same time. */
const PLACES = 8;
/** Questions in one call at most. */
const MOST = 100;

/**
 * Asks the authorisers, for oneself or for somebody else. Nothing is done, and nothing stored.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 * @throws KubernetesError (`forbidden`) when one may not ask about others
 */
export async function checkAccess(
  connection: Connection,
  questions: readonly AccessQuestion[],
  subject?: Subject,
): Promise<AccessAnswer[]> {
  if (questions.length > MOST) {
    throw new UsageError(`These are ${questions.length} questions at once; ${MOST} are the most.`, {
      code: 'invalid-argument',
      advice: 'Name fewer verbs, kinds or namespaces; without a verb, all rules are shown.',
    });
  }
  return mapBounded(questions, PLACES, async (question) => {
    const status = at(await review(connection, question, subject), 'status');
    return {
      ...question,
      allowed: at(status, 'allowed') === true,
      denied: at(status, 'denied') === true,
      reason: textAt(status, 'reason') ?? '',
      problem: textAt(status, 'evaluationError') ?? '',
    };
  });
}

async function review(connection: Connection, question: AccessQuestion, subject: Subject | undefined): Promise<unknown> {
  const attributes = attributesOf(question);
  if (subject === undefined)
    return create(connection, 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', { spec: attributes });
  const spec = { ...attributes, user: subject.user, groups: subject.groups };
  try {
    return await create(connection, 'SubjectAccessReview', 'subjectaccessreviews', { spec });
  } catch (error) {
    if (!isKubernetesError(error, 'forbidden')) throw error;
    const message = `"${connection.identity}" may not ask what others may do on cluster ${connection.cluster}.`;
    throw new KubernetesError('forbidden', message, {
      status: error.status,
      scene: error.scene,
      advice: 'That takes "create" on subjectaccessreviews.authorization.k8s.io. Without "as", kube_can_i answers for oneself.',
      cause: error,
    });
  }
}

function attributesOf({ action, namespace, name }: AccessQuestion): object {
  if ('path' in action) return { nonResourceAttributes: { path: action.path, verb: action.verb } };
  const { verb, group, version, resource, subresource } = action;
  const inside = action.namespaced && namespace !== undefined && { namespace };
  return {
    resourceAttributes: {
      verb,
      group,
      version,
      resource,
      ...(subresource !== '' && { subresource }),
      ...inside,
      ...(name !== undefined && { name }),
    },
  };
}

/**
 * The groups that the API server adds by itself to whoever logs in with this name. A review takes what it is told, so
 * without them every rule that is bound to such a group would be missing.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens
 */
export function impliedGroups(user: string): readonly string[] {
  if (user === 'system:anonymous') return ['system:unauthenticated'];
  const [, , namespace] = /^system:serviceaccount:[^:]+:[^:]+$/.test(user) ? user.split(':') : [];
  const ofAccount = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return [...ofAccount, 'system:authenticated'];
}

/** Everything that one may do in a namespace, as far as the authorisers can list it. */
export interface AccessRules {
  readonly resources: readonly RuleGroup[];
  readonly paths: readonly PathRule[];
  /** True when some authoriser (a webhook, the node authoriser) cannot list its rules: more may be allowed. */
  readonly incomplete: boolean;
  /** Why; text from the cluster. */
  readonly problem: string;
}

export async function listRules(connection: Connection, namespace: string): Promise<AccessRules> {
  const answer = await create(connection, 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', { spec: { namespace } });
  return {
    resources: compactRules(listAt(answer, 'status', 'resourceRules')),
    paths: compactPaths(listAt(answer, 'status', 'nonResourceRules')),
    incomplete: at(answer, 'status', 'incomplete') === true,
    problem: textAt(answer, 'status', 'evaluationError') ?? '',
  };
}

/** Who the API server takes the connection for; undefined where it does not tell (before 1.28). */
export async function whoAmI(connection: Connection): Promise<Subject | undefined> {
  try {
    const answer = await create(connection, 'SelfSubjectReview', 'selfsubjectreviews', {}, 'authentication.k8s.io');
    const user = textAt(answer, 'status', 'userInfo', 'username');
    const groups = listAt(answer, 'status', 'userInfo', 'groups').filter((group): group is string => typeof group === 'string');
    return user === undefined ? undefined : { user, groups };
  } catch (error) {
    // The answer does not depend on it: the name from the configuration will do.
    if (isKubernetesError(error, 'not-found', 'forbidden', 'not-supported')) return undefined;
    throw error;
  }
}

function create(
  connection: Connection,
  kind: string,
  resource: string,
  body: object,
  group = 'authorization.k8s.io',
): Promise<unknown> {
  return connection.request({
    verb: 'create',
    group,
    version: 'v1',
    resource,
    body: { apiVersion: `${group}/v1`, kind, ...body },
  });
}
