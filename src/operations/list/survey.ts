import type { Scope } from '../../fleet/index.ts';
import {
  listObjects,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
  type Selection,
} from '../../kubernetes/index.ts';
import { getNamed } from '../get.ts';
import { judgeFor, type Standing } from './judge.ts';
import { listRows, namedRows, type Listing, type Row } from './rows.ts';
import type { Predicate } from './where.ts';

/** A row with what it tells. */
export interface JudgedRow extends Row {
  readonly standing: Standing;
}

/** A list and how its objects stand. */
export interface Survey extends Omit<Listing, 'rows'> {
  /** In the order of namespace and name. */
  readonly rows: readonly JudgedRow[];
  /** How many rows have each status, most first; empty for kinds without one. */
  readonly counts: readonly { readonly status: string; readonly count: number; readonly well: boolean }[];
}

/**
 * Lists a kind and tells which of its objects are not well. With a condition the objects themselves are read, page by
 * page, and only the rows of those that fulfil it are kept.
 */
export async function survey(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  selection: Selection,
  where?: Predicate,
): Promise<Survey> {
  const [listing, wanted] = await Promise.all([
    listRows(connection, kind, scope, selection),
    where === undefined ? undefined : matching(connection, kind, scope, selection, where),
  ]);
  return judged({ ...listing, rows: wanted === undefined ? listing.rows : listing.rows.filter((row) => wanted.has(keyOf(row))) });
}

/**
 * The same for some objects by name.
 * @throws KubernetesError (`not-found`) naming what comes near when none of them exists
 */
export async function namedSurvey(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  names: readonly string[],
): Promise<Survey> {
  const listing = await namedRows(connection, kind, scope, names);
  const [name] = names;
  // Reading it by name gives the error that a reader can use.
  if (listing.rows.length === 0 && name !== undefined)
    await getNamed(connection, { kind, namespace: scope === '*' ? 'default' : (scope[0] ?? 'default'), name });
  return judged(listing);
}

function judged(listing: Listing): Survey {
  const judge = judgeFor(listing.kind, listing.columns);
  const rows = listing.rows.map((row) => ({ ...row, standing: judge(row) })).sort(byKey);
  return { kind: listing.kind, columns: listing.columns, rows, counts: countsOf(rows) };
}

/** `namespace/name`: what rows are ordered by and what a cursor remembers. */
export function keyOf(row: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${row.namespace ?? ''}/${row.name}`;
}

/** Namespace first, then name, by code units: the order in which the API server lists. */
function byKey(a: Row, b: Row): number {
  const [left, right] = a.namespace === b.namespace ? [a.name, b.name] : [a.namespace ?? '', b.namespace ?? ''];
  return left < right ? -1 : Number(left > right);
}

function countsOf(rows: readonly JudgedRow[]): Survey['counts'] {
  const counts = new Map<string, { status: string; count: number; well: boolean }>();
  for (const { standing } of rows) {
    if (standing.status === undefined) continue;
    const entry = counts.get(standing.status);
    if (entry === undefined) counts.set(standing.status, { status: standing.status, count: 1, well: standing.well });
    else entry.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

async function matching(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  selection: Selection,
  where: Predicate,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const object of objectsIn(connection, kind, scope, selection)) {
    if (where(object)) keys.add(keyOf({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' }));
  }
  return keys;
}

/** The objects of a kind in a scope, read page by page, in the order of namespace and name. */
export async function* objectsIn(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  selection: Selection,
): AsyncGenerator<KubernetesObject> {
  const namespaces = kind.namespaced && scope !== '*' ? [...scope].sort() : [undefined];
  for (const namespace of namespaces) yield* listObjects(connection, kind, { ...selection, namespace });
}
