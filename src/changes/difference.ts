import { holdsMarker } from '../access/index.ts';
import type { Json } from '../kubernetes/index.ts';
import { canonicalJson } from '../platform/index.ts';
import { sameContent } from './canonical.ts';
import type { FieldChange } from './plan.ts';

type Fields = Readonly<Record<string, Json>>;

/** Fields by which the items of a list are known, in the order of preference; the merge keys of Kubernetes' own schemas. */
const LIST_KEYS = ['name', 'key', 'containerPort', 'port', 'mountPath', 'devicePath', 'ip', 'type', 'uid', 'topologyKey'];

/**
 * How one value became another, field by field. Items of lists are compared by their name where they have one, so that
 * an item that moved is no change of all.
 */
export function difference(before: unknown, after: unknown, path = ''): FieldChange[] {
  const [old, now] = [before as Json | undefined, after as Json | undefined];
  if (sameContent(old, now)) return [];
  if (isFields(old) && isFields(now)) {
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return names.flatMap((name) => difference(own(old, name), own(now, name), joined(path, name)));
  }
  const key = Array.isArray(old) && Array.isArray(now) ? listKey(old, now) : undefined;
  if (key !== undefined) {
    const [olds, nows] = [byKey(old as readonly Fields[], key), byKey(now as readonly Fields[], key)];
    const names = [...new Set([...olds.keys(), ...nows.keys()])];
    const items = names.flatMap((name) => difference(olds.get(name), nows.get(name), `${path}[${key}=${name}]`));
    // The same items in another order.
    if (items.length > 0) return items;
  }
  return [
    {
      path,
      ...(old !== undefined && { before: old }),
      ...(now !== undefined && { after: now }),
      ...(holdsMarker(now) && { hidden: true as const }),
    },
  ];
}

/** All texts, numbers and so on that a value sets, by their paths as `difference` writes them. */
export function leaves(value: unknown, path = ''): { readonly path: string; readonly value: Json }[] {
  const json = value as Json | undefined;
  if (json === undefined) return [];
  if (isFields(json)) return Object.entries(json).flatMap(([name, part]) => leaves(part, joined(path, name)));
  const key = Array.isArray(json) ? listKey(json, json) : undefined;
  if (key === undefined) return [{ path, value: json }];
  return (json as readonly Fields[]).flatMap((item) => leaves(item, `${path}[${key}=${keyOf(item, key)}]`));
}

/** The field that tells the items of both lists apart; undefined where none does. */
export function listKey(a: readonly unknown[], b: readonly unknown[]): string | undefined {
  return LIST_KEYS.find((key) => [a, b].every((list) => isKeyed(list, key)));
}

function isKeyed(list: readonly unknown[], key: string): boolean {
  const keys = list.map((item) => (isFields(item) ? item[key] : undefined));
  return keys.every((value) => typeof value === 'string' || typeof value === 'number') && new Set(keys).size === keys.length;
}

function byKey(list: readonly Fields[], key: string): Map<string, Fields> {
  return new Map(list.map((item) => [keyOf(item, key), item]));
}

/** A field that a value has itself: `toString` is a name like any other. */
export function own(fields: Fields, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** What tells an item from the others: a text or a number, as `listKey` has found. */
export function keyOf(item: Fields, key: string): string {
  const value = item[key];
  return typeof value === 'string' ? value : canonicalJson(value);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `metadata.labels.app`, `metadata.labels["app.kubernetes.io/name"]`. */
export function joined(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}
