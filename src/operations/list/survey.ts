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
import { hpaTrouble, isRolledOut } from '../trouble/index.ts';
import { whyOf } from '../trouble/why.ts';
import { judgeFor, type Standing } from './judge.ts';
import { listRows, namedRows, type Listing, type Row } from './rows.ts';
import type { Predicate } from './where.ts';

/** A row with what it tells. */
export interface JudgedRow extends Row {
  readonly standing: Standing;
  /** Why its object is not well, where the object was read as well: empty when it does not tell. */
  readonly why?: string;
}

/** A list and how its objects stand. */
export interface Survey extends Omit<Listing, 'rows'> {
  /** In the order of namespace and name. */
  readonly rows: readonly JudgedRow[];
  /** How many rows have each status, most first; empty for kinds without one. */
  readonly counts: readonly { readonly status: string; readonly count: number; readonly well: boolean }[];
}

/** Which objects, and when. */
export interface Wanted {
  readonly kind: ResourceKind;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Lists a kind and tells which of its objects are not well. With a condition, and of kinds whose rows do not tell, the
 * objects themselves are read as well, page by page; with a condition only the rows of those that fulfil it are kept.
 */
export async function survey(
  connection: Connection,
  { kind, scope, now }: Wanted,
  selection: Selection,
  where?: Predicate,
): Promise<Survey> {
  const judge = objectJudgeFor(kind);
  const isLookedAt = where !== undefined || judge !== undefined;
  const [listing, seen] = await Promise.all([
    listRows(connection, kind, scope, selection),
    isLookedAt ? lookAt(objectsIn(connection, kind, scope, selection), now, judge, where) : undefined,
  ]);
  const rows = where === undefined ? listing.rows : listing.rows.filter((row) => seen?.fulfilling.has(keyOf(row)));
  return judged({ ...listing, rows }, seen);
}

/**
 * The same for some objects by name.
 * @throws KubernetesError (`not-found`) naming what comes near when none of them exists
 */
export async function namedSurvey(
  connection: Connection,
  { kind, scope, now }: Wanted,
  names: readonly string[],
): Promise<Survey> {
  const listing = await namedRows(connection, kind, scope, names);
  const [name] = names;
  // Reading it by name gives the error that a reader can use.
  if (listing.rows.length === 0 && name !== undefined)
    await getNamed(connection, { kind, namespace: scope === '*' ? 'default' : (scope[0] ?? 'default'), name });
  const judge = objectJudgeFor(kind);
  if (judge === undefined) return judged(listing);
  const objects = await mapBounded(listing.rows, TOGETHER, async (row) => {
    try {
      return [await getObject(connection, kind, { namespace: row.namespace, name: row.name })];
    } catch (error) {
      // It has gone meanwhile.
      if (isKubernetesError(error, 'not-found')) return [];
      throw error;
    }
  });
  return judged(listing, await lookAt(objects.flat(), now, judge));
}

/** Objects read by name at the same time. */
const TOGETHER = 16;

/** How an object that is not well stands; undefined when it is well. */
type ObjectJudge = (object: KubernetesObject, now: number) => string | undefined;

/** Kinds whose rows may look well when the objects are not. */
const OBJECT_JUDGES: Readonly<Record<string, ObjectJudge>> = {
  // Of a single pod, an old one may serve on while the new one never comes up.
  'deployments.apps': (object) => (isRolledOut(object) ? undefined : 'updating'),
  // What it cannot measure is printed, and why it does not scale is not.
  'horizontalpodautoscalers.autoscaling': (object, now) => {
    const [found] = hpaTrouble(object, now);
    return found && (found.code === 'scale-limited' ? 'at its maximum' : 'cannot scale');
  },
};

const objectJudgeFor = ({ resource, group }: ResourceKind): ObjectJudge | undefined => OBJECT_JUDGES[`${resource}.${group}`];

/** What objects tell that their rows do not, by `namespace/name`. */
interface Seen {
  /** Those that fulfil the condition. */
  readonly fulfilling: ReadonlySet<string>;
  /** How those stand that are not well. */
  readonly unwell: ReadonlyMap<string, string>;
  /** Why they are not well, as far as each tells. */
  readonly reasons: ReadonlyMap<string, string>;
}

async function lookAt(
  objects: AsyncIterable<KubernetesObject> | Iterable<KubernetesObject>,
  now: number,
  judge: ObjectJudge = () => undefined,
  where: Predicate = () => true,
): Promise<Seen> {
  const fulfilling = new Set<string>();
  const [unwell, reasons] = [new Map<string, string>(), new Map<string, string>()];
  for await (const object of objects) {
    const key = keyOf({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' });
    if (!where(object)) continue;
    fulfilling.add(key);
    const status = judge(object, now);
    if (status !== undefined) unwell.set(key, status);
    reasons.set(key, whyOf(object, now) ?? '');
  }
  return { fulfilling, unwell, reasons };
}

/** @param seen what the objects tell: those that are not well are not, whatever their rows look like */
function judged(listing: Listing, seen?: Seen): Survey {
  const judge = judgeFor(listing.kind, listing.columns);
  const judgedRow = (row: Row): JudgedRow => {
    const standing = judge(row);
    if (seen === undefined) return { ...row, standing };
    const key = keyOf(row);
    const [status, why] = [seen.unwell.get(key), seen.reasons.get(key)];
    return {
      ...row,
      standing: standing.well && status !== undefined ? { status, well: false } : standing,
      ...(why !== undefined && { why }),
    };
  };
  const rows = listing.rows.map(judgedRow).sort(byKey);
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
