import { isFields } from './values.ts';
import type { Shape } from './shape.ts';

/**
 * The step of a path that leads to an item of a list: its keys (with the defaults of those left out), or the item itself.
 * Nothing for an item that cannot be told apart: null, a map or a list in a set, one without any of the keys.
 */
export function itemStep(list: Shape, item: unknown): string | undefined {
  if (list.keys.length === 0) return typeof item === 'object' ? undefined : `v:${JSON.stringify(item)}`;
  if (!isFields(item)) return undefined;
  const keys: Record<string, unknown> = {};
  for (const name of list.keys.toSorted()) {
    const value = item[name] ?? list.element().field(name)?.schema.default;
    if (value !== undefined) keys[name] = value;
  }
  return Object.keys(keys).length === 0 ? undefined : `k:${JSON.stringify(keys)}`;
}

/** The items of a list by their steps, in order; what cannot be told apart is left out. */
export function itemsByStep(list: Shape, items: readonly unknown[]): Map<string, unknown[]> {
  const out = new Map<string, unknown[]>();
  for (const item of items) {
    const step = itemStep(list, item);
    if (step === undefined) continue;
    const seen = out.get(step);
    if (seen === undefined) out.set(step, [item]);
    else seen.push(item);
  }
  return out;
}
