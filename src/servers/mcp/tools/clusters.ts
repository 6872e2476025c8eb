import {
  blocks,
  count,
  table,
  thousands,
  type Answer,
  type Budget,
  type Cell,
  type Constant,
  type JsonObject,
} from '../../../answers/index.ts';
import { probe, type ClusterEntry, type ClusterHealth } from '../../../fleet/index.ts';
import { isFairlead, mapBounded } from '../../../platform/index.ts';
import { clustersDone } from '../progress.ts';
import { RBAC } from '../requirements/needs.ts';
import { defineTool, SHARED, type ToolContext } from '../tool.ts';
import { fittingData } from './paging.ts';

/** Clusters probed at the same time: each is a few small requests, most of it waiting. */
const TOGETHER = 32;

interface Probed extends ClusterEntry {
  readonly health: ClusterHealth;
}

/** What a person would do about it, worst first. */
const VERDICTS = ['unhealthy', 'degraded', 'unknown', 'no answer', 'unreachable', 'not logged in', 'ok'];

export const clustersTool = defineTool({
  name: 'kube_clusters',
  title: 'List clusters',
  description:
    'List the Kubernetes clusters (contexts) that can be asked, and with probe their health and version: ok, degraded, unhealthy, unreachable.',
  arguments: {
    probe: { type: 'boolean', description: 'ask them how they are' },
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [
    {
      of: [RBAC.nodes],
      verbs: ['get', 'list'],
      why: 'with probe: how many nodes are ready, and why others are not',
      optional: true,
    },
  ],
  given: '/version, /readyz and /livez, which system:public-info-viewer gives to everybody',
  async run(input, context) {
    const known = await context.clusters();
    const wanted = input.cluster === undefined ? undefined : await context.select(input.cluster);
    const clusters = known.filter(({ name }) => wanted === undefined || wanted.includes(name));
    const current = known.find((entry) => entry.current)?.name;
    if (input.probe !== true) return listAnswer(clusters, current);
    const onSettled = clustersDone(context.progress, clusters.length);
    const probed = await mapBounded(clusters, TOGETHER, async (entry) => {
      const health = await healthOf(entry, context);
      onSettled?.(entry.name);
      return { ...entry, health };
    });
    return healthAnswer(probed, current);
  },
});

async function healthOf(entry: ClusterEntry, context: ToolContext): Promise<ClusterHealth> {
  try {
    return await probe(await context.connect(entry.name), context.now());
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isFairlead(error)) throw error;
    return { status: 'unknown', reach: 'unreachable', reasons: [error.message], milliseconds: 0 };
  }
}

/** @param current which of all clusters is asked when none is named, whether it is told of or not */
function listAnswer(clusters: readonly ClusterEntry[], current: string | undefined): Answer {
  return {
    text(budget) {
      const head = budget.spend(`${count(clusters.length, 'cluster')}. Current: ${current ?? 'none'}.`);
      const made = table(
        [
          { name: 'CLUSTER', pin: true },
          { name: 'SERVER' },
          { name: 'IDENTITY' },
          { name: 'NAMESPACE' },
          { name: 'PROBLEM', kind: 'free' },
        ],
        clusters.map((entry): Cell[] => [entry.name, entry.server, entry.identity, entry.namespace, entry.problem]),
        budget,
      );
      return blocks(withCommon(head, made.constants), made.text, rest(clusters.length - made.shown));
    },
    data: (budget) => dataOf(clusters.map(entryData), current, budget),
  };
}

/** How a cluster is told: by what a person would do about it, worst first. */
function verdictOf(health: ClusterHealth): string {
  return health.reach === 'answered' ? health.status : health.reach.replaceAll('-', ' ');
}

function healthAnswer(clusters: readonly Probed[], current: string | undefined): Answer {
  const told = clusters
    .map((entry) => ({ entry, verdict: verdictOf(entry.health) }))
    .toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || (a.entry.name < b.entry.name ? -1 : 1));
  const counts = VERDICTS.flatMap((verdict) => {
    const found = told.filter((each) => each.verdict === verdict).length;
    return found === 0 ? [] : [`${thousands(found)} ${verdict}`];
  });
  return {
    text(budget) {
      const head = budget.spend(`${count(clusters.length, 'cluster')}: ${counts.join(', ')}. Current: ${current ?? 'none'}.`);
      const made = table(
        [
          { name: 'HEALTH', pin: true },
          { name: 'CLUSTER', pin: true },
          { name: 'VERSION' },
          { name: 'NODES' },
          { name: 'WHY', kind: 'free', max: 160 },
        ],
        told.map(({ entry: { name, health }, verdict }): Cell[] => [
          verdict,
          name,
          health.version,
          health.nodes === undefined ? '' : `${health.nodes.ready}/${health.nodes.total}`,
          health.reasons.join('; '),
        ]),
        budget,
      );
      return blocks(withCommon(head, made.constants), made.text, rest(clusters.length - made.shown));
    },
    data: (budget) => {
      const clusters = told.map(({ entry }) => ({ ...entryData(entry), ...healthData(entry.health) }));
      return dataOf(clusters, current, budget);
    },
  };
}

function dataOf(clusters: readonly JsonObject[], current: string | undefined, budget: Budget): JsonObject {
  const base = { current: current ?? null };
  budget.spend(JSON.stringify({ ...base, clusters: [], omitted: clusters.length }));
  const { shown, omitted } = fittingData(clusters, budget);
  return { ...base, clusters: shown, ...(omitted > 0 && { omitted }) };
}

function healthData({ status, reach, version, nodes, reasons, milliseconds }: ClusterHealth): JsonObject {
  return {
    status,
    reach,
    version: version ?? null,
    nodes: nodes === undefined ? null : { ...nodes },
    reasons,
    milliseconds: Math.round(milliseconds),
  };
}

function entryData(entry: ClusterEntry): JsonObject {
  return {
    name: entry.name,
    current: entry.current,
    server: entry.server ?? null,
    identity: entry.identity ?? null,
    namespace: entry.namespace ?? null,
    ...(entry.problem !== undefined && { problem: entry.problem }),
  };
}

function withCommon(head: string, constants: readonly Constant[]): string {
  return constants.length === 0 ? head : `${head} All: ${constants.map(({ name, value }) => `${name} ${value}`).join(', ')}.`;
}

function rest(left: number): string {
  return left === 0 ? '' : `… ${thousands(left)} more; ask with more max_tokens.`;
}
