import {
  actionOf,
  checkAccess,
  impliedGroups,
  listRules,
  whoAmI,
  type AccessQuestion,
  type Subject,
} from '../../../operations/index.ts';
import type { Connection } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { listed } from '../input.ts';
import { defineTool, SHARED } from '../tool.ts';
import { accessAnswer } from './can-i-answer.ts';
import { rulesAnswer } from './can-i-rules-answer.ts';

export const canITool = defineTool({
  name: 'kube_can_i',
  title: 'Check permissions',
  description:
    'Check permissions (RBAC, can-i, whoami): whether one may do a verb on a kind, and why; without verb, everything one may do in the namespace.',
  arguments: {
    verb: { type: 'string', description: 'get, list, delete, exec, …; several by comma', maxLength: 200 },
    kind: { ...SHARED.kind, description: 'also pods/log, /metrics, *' },
    name: SHARED.name,
    subresource: { type: 'string', description: 'e.g. log, scale', maxLength: 100 },
    namespace: SHARED.namespace,
    as: { type: 'string', description: 'another user, or system:serviceaccount:NAMESPACE:NAME', maxLength: 300 },
    as_groups: { type: 'string', description: 'groups by comma', maxLength: 1_000 },
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [],
  given:
    'reviews of oneself, which system:basic-user gives to everybody who is logged in ' +
    '(not in this role: create on subjectaccessreviews.authorization.k8s.io, to ask about others)',
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const { cluster } = connection;
    const scope = context.scope(input.namespace, connection);
    const other = subjectOf(input.as, listed(input.as_groups));
    const verbs = listed(input.verb);
    if (verbs.length === 0) {
      if (other !== undefined || input.kind !== undefined) throw withoutVerb(other !== undefined);
      // Rules are listed for one namespace at a time; what holds everywhere is in each of these lists.
      const namespace = scope === '*' ? 'default' : (scope[0] ?? 'default');
      const [rules, me] = await Promise.all([listRules(connection, namespace), whoAmI(connection)]);
      return rulesAnswer(rules, { cluster, namespace, ...identified(me, connection) });
    }
    if (input.kind === undefined) {
      throw new UsageError('kube_can_i needs the argument "kind" with a verb.', {
        code: 'missing-argument',
        field: 'kind',
        advice: 'e.g. {"verb":"list","kind":"pods"}; "*" means any kind.',
      });
    }
    const questions = await questionsOf(connection, verbs, listed(input.kind), {
      names: listed(input.name),
      subresource: input.subresource,
      namespaces: scope === '*' ? [undefined] : scope,
    });
    const [answers, me] = await Promise.all([
      checkAccess(connection, questions, other),
      other === undefined ? whoAmI(connection) : undefined,
    ]);
    const who = other === undefined ? identified(me, connection) : { subject: other, certain: true };
    return accessAnswer(answers, { cluster, ...who });
  },
});

/** Every verb on every kind, in every namespace and for every name. */
async function questionsOf(
  connection: Connection,
  verbs: readonly string[],
  kinds: readonly string[],
  narrowed: {
    readonly names: readonly string[];
    readonly subresource: string | undefined;
    readonly namespaces: readonly (string | undefined)[];
  },
): Promise<AccessQuestion[]> {
  const questions: AccessQuestion[] = [];
  const names = narrowed.names.length === 0 ? [undefined] : narrowed.names;
  for (const kind of kinds) {
    for (const verb of verbs) {
      const action = await actionOf(connection, verb, kind, narrowed.subresource);
      // Asked once, whatever the namespaces, where there is none.
      const namespaces = 'path' in action || !action.namespaced ? [undefined] : narrowed.namespaces;
      for (const namespace of namespaces) for (const name of names) questions.push({ action, namespace, name });
    }
  }
  return questions;
}

function subjectOf(user: string | undefined, groups: readonly string[]): Subject | undefined {
  if (user === undefined && groups.length === 0) return undefined;
  const name = user ?? '';
  return { user: name, groups: [...new Set([...groups, ...impliedGroups(name)])] };
}

function identified(me: Subject | undefined, connection: Connection): { readonly subject: Subject; readonly certain: boolean } {
  return { subject: me ?? { user: connection.identity, groups: [] }, certain: me !== undefined };
}

function withoutVerb(forOther: boolean): UsageError {
  return new UsageError(
    forOther
      ? 'What another user may do can only be asked for a verb and a kind: Kubernetes lists rules for oneself alone.'
      : 'kube_can_i needs the argument "verb" with a kind.',
    { code: 'missing-argument', field: 'verb', advice: 'e.g. {"verb":"get,list,delete","kind":"pods"}.' },
  );
}
