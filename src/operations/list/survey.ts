import type { Scope } from '../../fleet/index.ts';
import {
  getObject,
  isKubernetesError,
  listObjects,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
  type Selection,
} from '../../kubernetes/index.ts';
import { mapBounded } from '../../platform/index.ts';
import { getNamed } from '../get.ts';
import { isRolledOut } from '../trouble/index.ts';
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
  const [listing, seen] = await Promise.all([
    listRows(connection, kind, scope, selection),
    where === undefined && !isDeployment(kind) ? undefined : lookAt(objectsIn(connection, kind, scope, selection), where),
  ]);
  const rows = where === undefined ? listing.rows : listing.rows.filter((row) => seen?.wanted.has(keyOf(row)));
  return judged({ ...listing, rows }, seen?.rolling);
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
  if (!isDeployment(kind)) return judged(listing);
  const objects = await mapBounded(listing.rows, TOGETHER, async (row) => {
    try {
      return [await getObject(connection, kind, { namespace: row.namespace, name: row.name })];
    } catch (error) {
      // It has gone meanwhile.
      if (isKubernetesError(error, 'not-found')) return [];
      throw error;
    }
  });
  return judged(listing, (await lookAt(objects.flat())).rolling);
}

/** Objects read by name at the same time. */
const TOGETHER = 16;

/** What the rows of Deployments leave out: of a single pod, an old one that still serves while the new one never comes up. */
const isDeployment = ({ group, resource }: ResourceKind): boolean => group === 'apps' && resource === 'deployments';

/** What objects tell that their rows do not. */
interface Seen {
  /** Those that fulfil the condition. */
  readonly wanted: ReadonlySet<string>;
  /** Those that have not all their pods from the newest template. */
  readonly rolling: ReadonlySet<string>;
}

async function lookAt(
  objects: AsyncIterable<KubernetesObject> | Iterable<KubernetesObject>,
  where: Predicate = () => true,
): Promise<Seen> {
  const [wanted, rolling] = [new Set<string>(), new Set<string>()];
  for await (const object of objects) {
    const key = keyOf({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' });
    if (where(object)) wanted.add(key);
    if (!isRolledOut(object)) rolling.add(key);
  }
  return { wanted, rolling };
}

const UPDATING: Standing = { status: 'updating', well: false };

/** @param rolling Deployments that look well in their rows, and are not */
function judged(listing: Listing, rolling?: ReadonlySet<string>): Survey {
  const judge = judgeFor(listing.kind, listing.columns);
  const standingOf = (row: Row): Standing => {
    const standing = judge(row);
    return standing.well && isDeployment(listing.kind) && rolling?.has(keyOf(row)) === true ? UPDATING : standing;
  };
  const rows = listing.rows.map((row) => ({ ...row, standing: standingOf(row) })).sort(byKey);
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
