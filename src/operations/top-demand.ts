import { at, listAt, quantityOf, textAt, type KubernetesObject } from '../kubernetes/index.ts';
import { amountAt, podAmount } from './pod-amount.ts';

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

/** What one container of a pod's specification asks for. */
export function containerDemand(container: unknown): Demand {
  const limits = limitsOf(container);
  return {
    requests: amounts((resource) => amountAt(container, resource, 'requests') ?? 0),
    limits: amounts((resource) => limits[resource] ?? 0),
    limited: { cpu: limits.cpu !== undefined, memory: limits.memory !== undefined },
  };
}

/** What a pod asks for, all in all. */
export function podDemand(pod: KubernetesObject): Demand {
  const sidecars = listAt(pod, 'spec', 'initContainers').filter((init) => textAt(init, 'restartPolicy') === 'Always');
  const { limited } = sum([...sidecars, ...listAt(pod, 'spec', 'containers')].map(containerDemand));
  const whole = limitsOf(at(pod, 'spec'));
  return {
    requests: amounts((resource) => podAmount(pod, resource, 'requests')),
    limits: amounts((resource) => podAmount(pod, resource, 'limits')),
    limited: { cpu: whole.cpu !== undefined || limited.cpu, memory: whole.memory !== undefined || limited.memory },
  };
}

function amounts(of: (resource: keyof Amounts) => number): Amounts {
  return { cpu: of('cpu'), memory: of('memory') };
}

/** The limits that a container, or a pod as a whole, says for itself. */
function limitsOf(holder: unknown): { readonly cpu: number | undefined; readonly memory: number | undefined } {
  return { cpu: amountAt(holder, 'cpu', 'limits'), memory: amountAt(holder, 'memory', 'limits') };
}

/** Several demands at the same time; the sum of none is unlimited nowhere and asks for nothing. */
export function sum(demands: readonly Demand[]): Demand {
  return {
    requests: demands.map((demand) => demand.requests).reduce(plus, NOTHING),
    limits: demands.map((demand) => demand.limits).reduce(plus, NOTHING),
    limited: { cpu: demands.every(({ limited }) => limited.cpu), memory: demands.every(({ limited }) => limited.memory) },
  };
}

/** Amounts in which what is not stated counts as nothing: usage, allocatable. */
export function amountsOf(value: unknown, ...path: readonly string[]): Amounts {
  return amounts((resource) => quantityOf(at(value, ...path, resource)) ?? 0);
}
