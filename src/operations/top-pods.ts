import type { Scope } from '../fleet/index.ts';
import { listAt, textAt, type Connection, type KubernetesObject } from '../kubernetes/index.ts';
import { mapBounded } from '../platform/index.ts';
import { containerDemand, podDemand, type Amounts, type Demand } from './top-demand.ts';
import { collect, ordered, PLACES, UNFINISHED, type TopQuestion } from './top-list.ts';
import { podMetrics, type MetricsState, type PodUsage } from './top-metrics.ts';

export interface ContainerTop {
  readonly name: string;
  readonly usage: Amounts | undefined;
  readonly demand: Demand;
}

export interface PodTop {
  readonly namespace: string;
  readonly name: string;
  readonly node: string | undefined;
  readonly phase: string;
  readonly usage: Amounts | undefined;
  readonly demand: Demand;
  readonly containers: readonly ContainerTop[];
}

export interface PodsTop {
  readonly pods: readonly PodTop[];
  readonly metrics: MetricsState;
  readonly gone: readonly string[];
}

/** This many pods are asked for by name; more are picked out of all. */
const SINGLE_NAMES = 8;

/**
 * Pods: what they and their containers use, ask for, and may use at most. Finished pods are left out unless named.
 * @throws KubernetesError when pods may not be listed
 */
export async function topPods(connection: Connection, question: TopQuestion & { readonly scope: Scope }): Promise<PodsTop> {
  const { scope, names = [], labels, order = 'cpu' } = question;
  const namespaces = scope === '*' ? [undefined] : scope;
  const selectors =
    names.length > 0 && names.length <= SINGLE_NAMES ? names.map((name) => `metadata.name=${name}`) : [UNFINISHED];
  const parts = await mapBounded(namespaces, PLACES, async (namespace) => {
    const [metrics, ...lists] = await Promise.all([
      podMetrics(connection, namespace, labels),
      ...selectors.map((fields) => collect(connection, 'v1/pods', { namespace, labels, fields }, podOf)),
    ]);
    return { metrics, pods: lists.flat() };
  });
  const tops = parts.flatMap(({ metrics, pods }) =>
    pods
      .filter((pod) => names.length === 0 || names.includes(pod.name))
      .map((pod) => withUsage(pod, metrics.usage.get(`${pod.namespace}/${pod.name}`))),
  );
  return {
    pods: ordered(tops, order),
    metrics: parts.map(({ metrics }) => metrics.state).find(({ state }) => state !== 'ok') ?? { state: 'ok' },
    gone: names.filter((name) => !tops.some((pod) => pod.name === name)),
  };
}

function podOf(pod: KubernetesObject): PodTop {
  const sidecars = listAt(pod, 'spec', 'initContainers').filter((init) => textAt(init, 'restartPolicy') === 'Always');
  return {
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    node: textAt(pod, 'spec', 'nodeName'),
    phase: textAt(pod, 'status', 'phase') ?? '',
    usage: undefined,
    demand: podDemand(pod),
    containers: [...sidecars, ...listAt(pod, 'spec', 'containers')].map((container) => ({
      name: textAt(container, 'name') ?? '',
      usage: undefined,
      demand: containerDemand(container),
    })),
  };
}

function withUsage(pod: PodTop, usage: PodUsage | undefined): PodTop {
  if (usage === undefined) return pod;
  const containers = pod.containers.map(({ name, demand }) => ({ name, demand, usage: usage.containers.get(name) }));
  return { ...pod, usage: usage.total, containers };
}
