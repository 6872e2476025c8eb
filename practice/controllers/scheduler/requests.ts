import { amountOf, milliOf } from '../quantity.ts';
import type { Amounts, Container, Pod } from '../shapes.ts';

/** What a pod wants of a node, or a node has: cpu in thousandths, all else in base units. */
export type Resources = ReadonlyMap<string, number>;

export function resourcesOf(amounts: Amounts = {}): Resources {
  return new Map(Object.entries(amounts).map(([name, value]) => [name, name === 'cpu' ? milliOf(value) : amountOf(value)]));
}

function add(total: Map<string, number>, more: Resources): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0) + amount);
}

function raise(total: Map<string, number>, least: Resources): void {
  for (const [name, amount] of least) total.set(name, Math.max(total.get(name) ?? 0, amount));
}

const requestsOf = ({ resources }: Container): Resources => resourcesOf({ ...resources?.limits, ...resources?.requests });

/** The sum of its containers and sidecars, or what one of its init containers wants while it runs, if that is more. */
export function podRequests({ spec }: Pod): Resources {
  const total = new Map<string, number>();
  for (const container of spec.containers) add(total, requestsOf(container));
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') add(sidecars, requests);
    const during = new Map(sidecars);
    if (container.restartPolicy !== 'Always') add(during, requests);
    raise(peak, during);
  }
  add(total, sidecars);
  raise(total, peak);
  if (spec.overhead !== undefined) add(total, resourcesOf(spec.overhead));
  return total;
}
