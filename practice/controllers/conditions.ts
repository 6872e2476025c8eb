import { same } from '../same.ts';
import type { Condition } from './shapes.ts';

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'True';

/** A condition as it is now: it keeps the time of its transition as long as its status stays. */
export function transitioned(before: readonly Condition[] | undefined, condition: Condition, now: string): Condition {
  const old = conditionOf(before, condition.type);
  const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  const next = { ...condition, lastTransitionTime };
  return old !== undefined && same(old, next) ? old : lastLike(next);
}

/** The last condition of each type and status: what many pods come to in one second is kept once. */
const last = new Map<string, Condition>();

function lastLike(condition: Condition): Condition {
  const key = `${condition.type} ${condition.status}`;
  const known = last.get(key);
  if (known !== undefined && same(known, condition)) return known;
  last.set(key, condition);
  return condition;
}

/** Puts a condition in the place of the one of its type, or at the end. */
export function withCondition(
  conditions: readonly Condition[] | undefined = [],
  condition: Condition,
  now: string,
): readonly Condition[] {
  const next = transitioned(conditions, condition, now);
  if (conditionOf(conditions, condition.type) === undefined) return conditions.concat(next);
  return conditions.map((old) => (old.type === condition.type ? next : old));
}

export const withoutCondition = (conditions: readonly Condition[] | undefined, type: string): readonly Condition[] =>
  conditions?.filter((condition) => condition.type !== type) ?? [];
