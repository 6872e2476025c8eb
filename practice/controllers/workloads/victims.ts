import { conditionOf } from '../conditions.ts';
import type { Pod } from '../shapes.ts';
import { isReady } from './pods-of.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

const restartsOf = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
const costOf = ({ metadata }: Pod): number => Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
const readySince = ({ status }: Pod): number =>
  Date.parse(conditionOf(status?.conditions, 'Ready')?.lastTransitionTime ?? '') || 0;

/** By what pods are chosen to go, what counts most first: the lower value goes first. */
const RANKS: readonly ((pod: Pod, onNode: ReadonlyMap<string, number>) => number)[] = [
  ({ spec }) => (spec.nodeName ? 1 : 0),
  ({ status }) => PHASES[status?.phase ?? 'Pending'] ?? 0,
  (pod) => (isReady(pod) ? 1 : 0),
  costOf,
  ({ spec }, onNode) => -(onNode.get(spec.nodeName ?? '') ?? 0),
  (pod) => -readySince(pod),
  (pod) => -restartsOf(pod),
  ({ metadata }) => -Date.parse(metadata.creationTimestamp),
];

/** So many of a ReplicaSet's pods that go first when there are too many. */
export function victimsOf(pods: readonly Pod[], count: number): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of pods) onNode.set(spec.nodeName ?? '', (onNode.get(spec.nodeName ?? '') ?? 0) + 1);
  const compare = (one: Pod, other: Pod): number => {
    for (const rank of RANKS) {
      const difference = rank(one, onNode) - rank(other, onNode);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  return [...pods].sort(compare).slice(0, count);
}
