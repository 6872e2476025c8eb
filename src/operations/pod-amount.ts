import { at, listAt, quantityOf, textAt, type KubernetesObject } from '../kubernetes/index.ts';

/** What is asked for, or where it is stopped. */
export type AmountSort = 'requests' | 'limits';

/**
 * How much of a resource a pod asks for, or may use, as the scheduler counts it: containers and sidecars at the same time,
 * init containers one after the other beside the sidecars that started before them, whichever is larger. What the pod says
 * for itself as a whole wins; the overhead of its runtime class is requested besides.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers,
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podAmount(pod: KubernetesObject, resource: string, sort: AmountSort): number {
  let sidecars = 0;
  let starting = 0;
  for (const init of listAt(pod, 'spec', 'initContainers')) {
    const together = sidecars + (amountAt(init, resource, sort) ?? 0);
    if (textAt(init, 'restartPolicy') === 'Always') sidecars = together;
    starting = Math.max(starting, together);
  }
  const containers = listAt(pod, 'spec', 'containers').map((container) => amountAt(container, resource, sort) ?? 0);
  const running = containers.reduce((sum, amount) => sum + amount, sidecars);
  const overhead = sort === 'requests' ? (quantityOf(at(pod, 'spec', 'overhead', resource)) ?? 0) : 0;
  return (amountAt(at(pod, 'spec'), resource, sort) ?? Math.max(running, starting)) + overhead;
}

/**
 * What a container, or a pod's specification, says for itself; undefined where it says nothing. A limit without a request is
 * a request of the same size.
 */
export function amountAt(holder: unknown, resource: string, sort: AmountSort): number | undefined {
  const limit = quantityOf(at(holder, 'resources', 'limits', resource));
  return sort === 'limits' ? limit : (quantityOf(at(holder, 'resources', 'requests', resource)) ?? limit);
}
