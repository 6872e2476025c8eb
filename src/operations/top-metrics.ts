import {
  isKubernetesError,
  listAt,
  listPages,
  textAt,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { amountsOf, NOTHING, plus, type Amounts } from './top-demand.ts';

/** Whether there is usage to show. */
export type MetricsState =
  | { readonly state: 'ok' }
  /** `missing`: the cluster serves no metrics API. `unavailable`: it is announced and does not answer. */
  | { readonly state: 'missing' | 'unavailable' | 'forbidden'; readonly says: string };

/** What one pod uses. */
export interface PodUsage {
  readonly total: Amounts;
  /** By container. */
  readonly containers: ReadonlyMap<string, Amounts>;
}

/** Usage by node. */
export async function nodeMetrics(connection: Connection, labels?: string): Promise<Metered<Amounts>> {
  return metered(connection, 'nodes', undefined, labels, (item) => amountsOf(item, 'usage'));
}

/** Usage by `namespace/pod`; of all namespaces when none is named. */
export async function podMetrics(connection: Connection, namespace?: string, labels?: string): Promise<Metered<PodUsage>> {
  return metered(connection, 'pods', namespace, labels, (item) => {
    const containers = new Map(
      listAt(item, 'containers').map((container) => [textAt(container, 'name') ?? '', amountsOf(container, 'usage')] as const),
    );
    return { total: [...containers.values()].reduce(plus, NOTHING), containers };
  });
}

export interface Metered<Usage> {
  readonly state: MetricsState;
  readonly usage: ReadonlyMap<string, Usage>;
}

/**
 * Asks without looking into discovery first: that is cached, and metrics-server comes and goes.
 * Source: https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/
 */
async function metered<Usage>(
  connection: Connection,
  resource: 'nodes' | 'pods',
  namespace: string | undefined,
  labels: string | undefined,
  read: (item: KubernetesObject) => Usage,
): Promise<Metered<Usage>> {
  const usage = new Map<string, Usage>();
  try {
    for await (const page of listPages(connection, METRICS[resource], { namespace, labels })) {
      for (const item of page.items) {
        const { name = '', namespace: inside } = item.metadata ?? {};
        usage.set(inside === undefined ? name : `${inside}/${name}`, read(item));
      }
    }
    return { state: { state: 'ok' }, usage };
  } catch (error) {
    return { state: stateOf(error), usage: new Map() };
  }
}

function stateOf(error: unknown): MetricsState {
  if (isKubernetesError(error, 'not-found')) {
    return { state: 'missing', says: 'the cluster serves no metrics API (metrics-server is not installed)' };
  }
  if (isKubernetesError(error, 'forbidden')) return { state: 'forbidden', says: error.message };
  // A metrics API that hangs or fails takes nothing away from what the cluster itself knows.
  if (isKubernetesError(error, 'server', 'timeout', 'throttled', 'bad-answer', 'invalid')) {
    return { state: 'unavailable', says: 'the metrics API is announced but does not answer' };
  }
  throw error;
}

function metricsOf(resource: string, kind: string, namespaced: boolean): ResourceKind {
  const named = { kind, resource, singular: '', shortNames: [], categories: [], subresources: [] };
  return { group: 'metrics.k8s.io', version: 'v1beta1', ...named, namespaced, verbs: ['get', 'list'], preferred: true };
}

const METRICS = { nodes: metricsOf('nodes', 'NodeMetrics', false), pods: metricsOf('pods', 'PodMetrics', true) };
