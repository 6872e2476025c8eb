import type { Deployment, IntOrString, ReplicaSet } from '../../shapes.ts';

/** A number, or a percentage of a total. */
export function resolved(value: IntOrString, total: number, round: (number: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) * total) / 100);
}

/** How many pods there may be more, and how many fewer, while a Deployment rolls. */
export function tolerances({ spec }: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const { replicas = 1, strategy } = spec;
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  const surge = resolved(maxSurge, replicas, Math.ceil);
  const unavailable = Math.min(resolved(maxUnavailable, replicas, Math.floor), replicas);
  // With neither nothing could ever move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;
export const totalOf = (sets: readonly ReplicaSet[], part: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((sum, set) => sum + (part(set) ?? 0), 0);
const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;

/** A ReplicaSet and the size that it is to have. */
export type Resize = readonly [set: ReplicaSet, size: number];

/** How large the newest ReplicaSet may be now. */
export function newestSize(deployment: Deployment, sets: readonly ReplicaSet[], newest: ReplicaSet | undefined): number {
  const { replicas = 1, strategy } = deployment.spec;
  if (strategy?.type === 'Recreate') return replicas;
  const size = newest === undefined ? 0 : sizeOf(newest);
  if (size > replicas) return replicas;
  const room = replicas + tolerances(deployment).surge - totalOf(sets, sizeOf);
  return room <= 0 ? size : size + Math.min(room, replicas - size);
}

/** What old ReplicaSets give up in one step: first pods that do not work, then as many as can be spared. */
export function oldSizes(deployment: Deployment, old: readonly ReplicaSet[], newest: ReplicaSet): readonly Resize[] {
  const sets = [...old, newest];
  const least = (deployment.spec.replicas ?? 1) - tolerances(deployment).unavailable;
  const newUnavailable = sizeOf(newest) - availableOf(newest);
  let broken = totalOf(sets, sizeOf) - least - newUnavailable;
  if (broken <= 0) return [];
  const sizes = new Map<ReplicaSet, number>(old.map((set) => [set, sizeOf(set)]));
  for (const set of old) {
    const gone = Math.min(broken, sizeOf(set) - Math.min(availableOf(set), sizeOf(set)));
    if (gone <= 0) continue;
    sizes.set(set, sizeOf(set) - gone);
    broken -= gone;
  }
  let spare = totalOf(sets, availableOf) - least;
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const gone = Math.min(spare, size);
    if (gone <= 0) continue;
    sizes.set(set, size - gone);
    spare -= gone;
  }
  return [...sizes].filter(([set, size]) => size !== sizeOf(set));
}
