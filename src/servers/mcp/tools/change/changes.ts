import { questionOf, readCursor, type Answer } from '../../../../answers/index.ts';
import type { Changes, ChangesQuery } from '../../../../changes/index.ts';
import { parseScope } from '../../../../fleet/index.ts';
import { isKubernetesError } from '../../../../kubernetes/index.ts';
import { UsageError } from '../../../../platform/index.ts';
import { defineTool, SHARED, type ToolContext } from '../../tool.ts';
import { changeAnswer, changesAnswer } from './changes-answer.ts';
import { planAnswer } from './plan-answer.ts';

export const changesTool = defineTool({
  name: 'kube_changes',
  title: 'List changes',
  description: 'Journal of changes, newest first, and plans that wait; or one of them with its diff.',
  arguments: {
    change: { type: 'string', maxLength: 40, description: 'id' },
    plan: { type: 'string', maxLength: 40, description: 'id' },
    kind: SHARED.kind,
    name: SHARED.name,
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    limit: SHARED.limit,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'change',
  needs: [],
  given: 'nothing: the journal is kept here',
  async run({ change, plan, cursor, ...query }, context): Promise<Answer> {
    const changes = await context.changes();
    if (plan !== undefined) return planAnswer(await changes.get(plan), context, { cursor });
    if (change !== undefined) return changeAnswer(await changes.change(change), context, { cursor });
    return listed(changes, query, cursor, context);
  },
});

/** Changes at once when nothing is said. */
const USUAL = 20;

type Query = Pick<ChangesQuery, 'cluster' | 'namespace' | 'kind' | 'name' | 'limit'>;

async function listed(changes: Changes, query: Query, cursor: string | undefined, context: ToolContext): Promise<Answer> {
  const question = questionOf('kube_changes', { ...query });
  const place = cursor === undefined ? undefined : readCursor(cursor, question, context.cursorKey);
  const before = typeof place === 'string' ? place : undefined;
  const limit = query.limit ?? USUAL;
  // One more than is told shows whether there is more.
  const found = await changes.changes({ ...(await checked(query, context)), before, limit: limit + 1 });
  const open = before === undefined ? await changes.open() : [];
  const own = open.filter(({ author }) => author.session === context.session.id);
  return changesAnswer({ found: found.slice(0, limit), more: found.length > limit, open: own, question }, context);
}

/** The question in the words of the journal. @throws UsageError for names that nothing can have */
async function checked(query: Query, context: ToolContext): Promise<Query> {
  const scope = parseScope(query.namespace);
  if (scope !== undefined && scope !== '*' && scope.length > 1) throw oneOnly('namespace');
  const [cluster, ...others] = query.cluster === undefined ? [] : await context.select(query.cluster);
  if (others.length > 0) throw oneOnly('cluster');
  const kind = query.kind === undefined ? undefined : await kindOf(query.kind, cluster, context);
  return { cluster, kind, namespace: scope === '*' ? undefined : scope?.[0], name: query.name };
}

/** The kind as objects name it. A cluster that does not answer does not keep the journal from being read. */
async function kindOf(kind: string, cluster: string | undefined, context: ToolContext): Promise<string> {
  try {
    return (await (await context.connect(cluster)).resolve(kind)).kind.kind;
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    return kind;
  }
}

function oneOnly(field: string): UsageError {
  return new UsageError(`kube_changes takes one ${field}, or none for all.`, { code: 'invalid-argument', field });
}
