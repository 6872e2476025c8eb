import { sayScope } from '../../../fleet/index.ts';
import { topNodes, topPods } from '../../../operations/index.ts';
import { didYouMean, quoted, UsageError } from '../../../platform/index.ts';
import { DISCOVERY, RBAC } from '../requirements/needs.ts';
import { listed } from '../input.ts';
import { defineTool, SHARED } from '../tool.ts';
import { pageOf } from './paging.ts';
import { nodesAnswer } from './top-nodes-answer.ts';
import { podsAnswer } from './top-pods-answer.ts';

const KINDS: ReadonlyMap<string, 'pods' | 'nodes'> = new Map([
  ['pods', 'pods'],
  ['pod', 'pods'],
  ['po', 'pods'],
  ['nodes', 'nodes'],
  ['node', 'nodes'],
  ['no', 'nodes'],
]);

export const topTool = defineTool({
  name: 'kube_top',
  title: 'Resource usage',
  description:
    'CPU and memory usage of pods or nodes beside requests, limits and what nodes can give (top, metrics, capacity, who uses most). Works without metrics too: requests only.',
  arguments: {
    kind: { ...SHARED.kind, description: 'pods or nodes', default: 'pods' },
    name: SHARED.name,
    namespace: SHARED.namespace,
    labels: SHARED.labels,
    sort: { type: 'string', enum: ['cpu', 'memory', 'name'], default: 'cpu', description: 'largest first' },
    containers: { type: 'boolean', description: 'one row a container' },
    cluster: SHARED.cluster,
    limit: SHARED.limit,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [
    { of: [RBAC.pods, RBAC.nodes], verbs: ['list'], why: 'what pods ask for and what nodes have' },
    { of: [RBAC.podMetrics, RBAC.nodeMetrics], verbs: ['list'], why: 'what is used', optional: true },
  ],
  given: DISCOVERY,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const kind = kindOf(input.kind ?? 'pods');
    const page = pageOf('kube_top', input, connection.cluster, context);
    const names = listed(input.name);
    const question = { names, labels: input.labels, order: input.sort };
    const scene = { cluster: connection.cluster, page, named: names.length > 0, containers: input.containers ?? false };
    if (kind === 'nodes') {
      return nodesAnswer(await topNodes(connection, question), { ...scene, place: `of cluster ${connection.cluster}` });
    }
    const scope = context.scope(input.namespace, connection);
    const place = `${sayScope(scope)} of cluster ${connection.cluster}`;
    return podsAnswer(await topPods(connection, { ...question, scope }), { ...scene, place });
  },
});

function kindOf(text: string): 'pods' | 'nodes' {
  const kind = KINDS.get(text.trim().toLowerCase());
  if (kind !== undefined) return kind;
  throw new UsageError(
    `kube_top knows pods and nodes, not ${quoted(text, 60)}${didYouMean(text.trim(), ['pods', 'nodes']) || '.'}`,
    {
      code: 'invalid-argument',
      field: 'kind',
      advice: 'For the pods of a workload give their labels, e.g. labels "app=web".',
    },
  );
}
