import { at, listAt, quantityOf, textAt, type KubernetesObject } from '../kubernetes/index.ts';

/** Cores and bytes. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
}

/** What a container or a pod asks for, and where it is stopped. */
export interface Demand {
  /** What the scheduler counts. */
  readonly requests: Amounts;
  /** The sum of the limits that are set. */
  readonly limits: Amounts;
  /** True where every container has a limit, so that the sum is one for the whole. */
  readonly limited: { readonly cpu: boolean; readonly memory: boolean };
}

export const NOTHING: Amounts = { cpu: 0, memory: 0 };

export function plus(a: Amounts, b: Amounts): Amounts {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}

function larger(a: Amounts, b: Amounts): Amounts {
  return { cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory) };
}

/** What one container of a pod's specification asks for. A limit without a request is a request of the same size. */
export function containerDemand(container: unknown): Demand {
  const { requests, limits } = resourcesOf(container);
  return {
    requests: { cpu: requests.cpu ?? limits.cpu ?? 0, memory: requests.memory ?? limits.memory ?? 0 },
    limits: { cpu: limits.cpu ?? 0, memory: limits.memory ?? 0 },
    limited: { cpu: limits.cpu !== undefined, memory: limits.memory !== undefined },
  };
}

/**
 * What a pod asks for, as the scheduler counts it: containers and sidecars at the same time, init containers one after the
 * other beside the sidecars that started before them, whichever is larger, and the overhead of its runtime class. What the
 * pod says for itself as a whole wins.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers,
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podDemand(pod: KubernetesObject): Demand {
  const containers = listAt(pod, 'spec', 'containers').map(containerDemand);
  let sidecars: Demand = { requests: NOTHING, limits: NOTHING, limited: { cpu: true, memory: true } };
  let starting = { requests: NOTHING, limits: NOTHING };
  for (const init of listAt(pod, 'spec', 'initContainers')) {
    const own = containerDemand(init);
    const isSidecar = textAt(init, 'restartPolicy') === 'Always';
    const together = sum([sidecars, own]);
    if (isSidecar) sidecars = together;
    starting = { requests: larger(starting.requests, together.requests), limits: larger(starting.limits, together.limits) };
  }
  const running = sum([sidecars, ...containers]);
  const overhead = amountsAt(pod, 'spec', 'overhead');
  const whole = resourcesOf(at(pod, 'spec'));
  const requests = plus(larger(running.requests, starting.requests), { cpu: overhead.cpu ?? 0, memory: overhead.memory ?? 0 });
  const limits = larger(running.limits, starting.limits);
  return {
    requests: {
      cpu: whole.requests.cpu ?? whole.limits.cpu ?? requests.cpu,
      memory: whole.requests.memory ?? whole.limits.memory ?? requests.memory,
    },
    limits: { cpu: whole.limits.cpu ?? limits.cpu, memory: whole.limits.memory ?? limits.memory },
    limited: {
      cpu: whole.limits.cpu !== undefined || running.limited.cpu,
      memory: whole.limits.memory !== undefined || running.limited.memory,
    },
  };
}

/** Several demands at the same time; the sum of none is unlimited nowhere and asks for nothing. */
export function sum(demands: readonly Demand[]): Demand {
  return {
    requests: demands.map((demand) => demand.requests).reduce(plus, NOTHING),
    limits: demands.map((demand) => demand.limits).reduce(plus, NOTHING),
    limited: { cpu: demands.every(({ limited }) => limited.cpu), memory: demands.every(({ limited }) => limited.memory) },
  };
}

interface Stated {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

function resourcesOf(holder: unknown): { readonly requests: Stated; readonly limits: Stated } {
  return { requests: amountsAt(holder, 'resources', 'requests'), limits: amountsAt(holder, 'resources', 'limits') };
}

function amountsAt(value: unknown, ...path: readonly string[]): Stated {
  return { cpu: quantityOf(at(value, ...path, 'cpu')), memory: quantityOf(at(value, ...path, 'memory')) };
}

/** Amounts in which what is not stated counts as nothing: usage, allocatable. */
export function amountsOf(value: unknown, ...path: readonly string[]): Amounts {
  const { cpu = 0, memory = 0 } = amountsAt(value, ...path);
  return { cpu, memory };
}
