import type { Deployment, ReplicaSet } from '../../shapes.ts';
import { mostOf, desiredOf } from './revisions.ts';
import { sizeOf, tolerances, totalOf, type Resize } from './rolling.ts';

const isActive = (set: ReplicaSet): boolean => sizeOf(set) > 0;

/** Whether somebody changed the number of replicas since the ReplicaSets were sized. */
export const wasScaled = ({ spec: { replicas = 1 } }: Deployment, sets: readonly ReplicaSet[]): boolean =>
  sets.some((set) => isActive(set) && (desiredOf(set) ?? replicas) !== replicas);

/** The sizes of all ReplicaSets after somebody scaled a Deployment, in the middle of a rollout as well. */
export function scaledSizes(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): readonly Resize[] {
  const { replicas = 1, strategy } = deployment.spec;
  const sets = newest === undefined ? old : [...old, newest];
  const active = sets.filter(isActive);
  const [only = newest ?? sets.at(-1)] = active;
  if (active.length <= 1) return only === undefined || sizeOf(only) === replicas ? [] : [[only, replicas]];
  if (newest !== undefined && sizeOf(newest) === replicas && newest.status?.availableReplicas === replicas)
    return old.filter(isActive).map((set) => [set, 0]);
  return strategy?.type === 'Recreate' ? [] : proportional(deployment, active);
}

/** Spreads what is added or taken over the ReplicaSets by their size, the largest first; the last one gets what is left. */
function proportional(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const { replicas = 1 } = deployment.spec;
  const allowed = replicas > 0 ? replicas + tolerances(deployment).surge : 0;
  const toAdd = allowed - totalOf(active, sizeOf);
  const age = ({ metadata }: ReplicaSet): number => Date.parse(metadata.creationTimestamp) * (toAdd > 0 ? -1 : 1);
  const inOrder = [...active].sort((one, other) => sizeOf(other) - sizeOf(one) || age(one) - age(other));
  let added = 0;
  const sizes = inOrder.map((set): [ReplicaSet, number] => {
    const share = Math.round((sizeOf(set) * allowed) / (mostOf(set) ?? replicas)) - sizeOf(set);
    const left = toAdd - added;
    const change = toAdd > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    added += change;
    return [set, sizeOf(set) + change];
  });
  const [first] = sizes;
  if (first !== undefined) first[1] = Math.max(first[1] + toAdd - added, 0);
  return sizes.filter(([set, size]) => size !== sizeOf(set));
}
