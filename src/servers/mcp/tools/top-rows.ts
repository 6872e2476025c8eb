import { workloadOf } from '../../../answers/index.ts';
import type { Amounts, Demand, PodTop } from '../../../operations/index.ts';

/** One row: a container, a pod, or pods of which there is nothing measured to tell them apart. */
export interface PodRow {
  /** Tells rows apart, for cursors. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  readonly phase: string;
  readonly usage: Amounts | undefined;
  readonly demand: Demand;
  /** How many pods the row speaks for. */
  readonly pods: number;
}

/**
 * Rows of pods, in their order. Pods that nothing was measured of follow, folded where they are of workloads of the same
 * name and ask for the same, over namespaces too: 2,000 idle rows tell no more than ten.
 */
export function podRows(pods: readonly PodTop[], options: { readonly containers: boolean; readonly fold: boolean }): PodRow[] {
  const isFolded = (pod: PodTop): boolean => options.fold && pod.usage === undefined;
  const single = pods.filter((pod) => !isFolded(pod)).flatMap((pod) => (options.containers ? ofContainers(pod) : [ofPod(pod)]));
  const alike = Map.groupBy(pods.filter(isFolded), (pod) => JSON.stringify([workloadOf(pod.name), pod.phase, pod.demand]));
  return [...single, ...[...alike].map(([key, members]) => ofMany(key, members))];
}

function ofPod(pod: PodTop): PodRow {
  const { namespace, name, phase, usage, demand } = pod;
  return { key: `${namespace}/${name}`, namespace, name, container: '', phase, usage, demand, pods: 1 };
}

function ofContainers(pod: PodTop): PodRow[] {
  const { namespace, name, phase } = pod;
  return pod.containers.map(({ name: container, usage, demand }, index) => ({
    key: `${namespace}/${name}/${container}`,
    namespace,
    name,
    container,
    phase,
    usage,
    demand,
    pods: Number(index === 0),
  }));
}

function ofMany(key: string, members: readonly PodTop[]): PodRow {
  const [first] = members;
  const namespaces = new Set(members.map((pod) => pod.namespace));
  const demand = first?.demand ?? {
    requests: { cpu: 0, memory: 0 },
    limits: { cpu: 0, memory: 0 },
    limited: { cpu: false, memory: false },
  };
  return {
    key,
    namespace: namespaces.size === 1 ? (first?.namespace ?? '') : `${namespaces.size} namespaces`,
    name: members.length === 1 ? (first?.name ?? '') : `${workloadOf(first?.name ?? '')} ×${members.length}`,
    container: '',
    phase: first?.phase ?? '',
    usage: undefined,
    demand,
    pods: members.length,
  };
}
