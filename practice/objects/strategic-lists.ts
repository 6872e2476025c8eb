import { internalError } from './errors.ts';
import { isFields, isList, textOf } from './values.ts';

/** How items of one list are told apart: by their merge key, or, without one, by what they are. */
export type ItemKey = string | undefined;

const identity = (item: unknown, key: ItemKey): unknown => (key === undefined ? item : isFields(item) ? item[key] : undefined);

export const sameItem = (a: unknown, b: unknown, key: ItemKey): boolean => {
  const id = identity(a, key);
  return id !== undefined && id === identity(b, key);
};

const indexOf = (items: readonly unknown[], item: unknown, key: ItemKey): number => {
  const id = identity(item, key);
  return items.findIndex((other) => identity(other, key) === id);
};

/** @throws StatusError 500, as the server answers for items that cannot be told apart */
export function checkKeys(items: readonly unknown[], key: ItemKey): void {
  if (key === undefined) return;
  const bad = items.find((item) => !isFields(item) || item[key] === undefined);
  if (bad !== undefined) throw internalError(`map: ${goText(bad)} does not contain declared merge key: ${key}`);
}

/**
 * The merged list in the order that the server gives it: items that the patch names in the patch's order, the others in
 * the order that they had, and where both meet, whatever stood first before; what is new goes before what is left.
 */
export function inOrder(
  merged: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  key: ItemKey,
): readonly unknown[] {
  const named = merged.filter((item) => order.some((wanted) => sameItem(wanted, item, key)));
  const others = merged.filter((item) => !named.includes(item));
  const left = others.toSorted((a, b) => indexOf(before, a, key) - indexOf(before, b, key));
  const right = named.toSorted((a, b) => indexOf(order, a, key) - indexOf(order, b, key));
  const out: unknown[] = [];
  while (left.length > 0 && right.length > 0) {
    const [l, r] = [indexOf(before, left[0], key), indexOf(before, right[0], key)];
    out.push(l >= 0 && r >= 0 && l < r ? left.shift() : right.shift());
  }
  return [...out, ...left, ...right];
}

/** As Go prints a value with %v, which is how it gets into messages. */
export function goText(value: unknown): string {
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isFields(value)) return value === null || value === undefined ? '<nil>' : textOf(value);
  const fields = Object.keys(value)
    .toSorted()
    .map((name) => `${name}:${goText(value[name])}`);
  return `map[${fields.join(' ')}]`;
}
