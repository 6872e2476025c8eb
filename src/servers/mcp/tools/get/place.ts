import type { Place } from './question.ts';

/** What stands at one place of an ordered answer. */
export interface Keyed {
  /** Only where several clusters are asked. */
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or `cluster/namespace/name`: what a cursor remembers. */
export function keyOf(row: Keyed): string {
  const key = `${row.namespace ?? ''}/${row.name}`;
  return row.cluster === undefined ? key : `${row.cluster}/${key}`;
}

/** Rows behind a place: by key where they are ordered so, by position in any other order. */
export function rowsAfter<Row extends Keyed>(rows: readonly Row[], here: Place | undefined, sorted: boolean): readonly Row[] {
  if (here === undefined) return rows;
  if (!sorted) return rows.filter((row) => isAfter(keyOf(row), here.after));
  const position = rows.findIndex((row) => keyOf(row) === here.after);
  return rows.slice(position + 1);
}

/** In the order of cluster, namespace and name, which plain comparison of the texts would not give. */
export function isAfter(key: string, place: string): boolean {
  const [left, right] = [splitKey(key), splitKey(place)];
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    if (part !== other) return part > other;
  }
  return false;
}

/** Only the name of a cluster may hold slashes. */
function splitKey(key: string): readonly string[] {
  const nameAt = key.lastIndexOf('/');
  const namespaceAt = key.lastIndexOf('/', nameAt - 1);
  return [key.slice(0, Math.max(0, namespaceAt)), key.slice(namespaceAt + 1, nameAt), key.slice(nameAt + 1)];
}
