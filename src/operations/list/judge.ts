import type { ResourceKind, TableColumn } from '../../kubernetes/index.ts';
import { parseDuration } from '../../platform/index.ts';
import type { Row } from './rows.ts';

/** How an object stands, as far as its row tells. */
export interface Standing {
  /** The word that counts are made of: `Running`, `CrashLoopBackOff`, `2/3 ready`. Undefined for kinds without a state. */
  readonly status: string | undefined;
  /** False for everything that a person would want to look at. */
  readonly well: boolean;
}

type Judge = (cell: (column: string) => string) => Standing;

const ratio = (text: string): readonly [number, number] | undefined => {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
};

/** `3/3` is well, `2/3` is not. */
const allReady: Judge = (cell) => {
  const ready = ratio(cell('ready'));
  if (ready === undefined) return { status: undefined, well: true };
  const [have, want] = ready;
  return have === want ? { status: want === 0 ? 'scaled to 0' : 'ready', well: true } : { status: 'not ready', well: false };
};

/** Restarted three times and more, the last time within ten minutes: up at the moment, but not well. */
function restartsNow(cell: string): boolean {
  const match = /^(\d+) \((\S+) ago\)$/.exec(cell);
  return match !== null && Number(match[1]) >= 3 && (parseDuration(match[2] ?? '') ?? Number.POSITIVE_INFINITY) <= 600;
}

const oneOf =
  (column: string, good: readonly string[]): Judge =>
  (cell) => {
    const status = cell(column);
    return { status, well: good.includes(status) };
  };

/** Kinds whose printed columns tell how an object stands. What is not here has no state, or is told by its columns. */
const JUDGES: Readonly<Record<string, Judge>> = {
  // A pod that has ended well shows 0/1 and Completed; a running one must have all containers ready.
  'pods.': (cell) => {
    const status = cell('status');
    if (status === 'Completed' || status === 'Succeeded') return { status, well: true };
    const ready = ratio(cell('ready'));
    if (status === 'Running' && restartsNow(cell('restarts'))) return { status: 'Restarting', well: false };
    if (status === 'Running' && ready !== undefined && ready[0] !== ready[1]) return { status: 'Not ready', well: false };
    return { status, well: status === 'Running' };
  },
  // Cordoned is a choice, not a failure: it is shown in the status and counted apart.
  'nodes.': (cell) => {
    const status = cell('status');
    return { status, well: status === 'Ready' };
  },
  'namespaces.': oneOf('status', ['Active']),
  'persistentvolumeclaims.': oneOf('status', ['Bound']),
  'persistentvolumes.': oneOf('status', ['Bound', 'Available']),
  // All old pods may serve while the new ones never come up.
  'deployments.apps': (cell) => {
    const ready = allReady(cell);
    const wanted = ratio(cell('ready'))?.[1] ?? 0;
    return ready.well && Number(cell('up-to-date')) < wanted ? { status: 'updating', well: false } : ready;
  },
  'statefulsets.apps': allReady,
  'replicasets.apps': (cell) => {
    const [desired, ready] = [cell('desired'), cell('ready')];
    return desired === ready
      ? { status: desired === '0' ? 'scaled to 0' : 'ready', well: true }
      : { status: 'not ready', well: false };
  },
  'daemonsets.apps': (cell) =>
    cell('desired') === cell('ready') ? { status: 'ready', well: true } : { status: 'not ready', well: false },
  'jobs.batch': (cell) => {
    const status = cell('status');
    return { status, well: status !== 'Failed' && status !== 'FailureTarget' };
  },
  'cronjobs.batch': (cell) => ({ status: cell('suspend') === 'true' ? 'suspended' : 'active', well: true }),
  'apiservices.apiregistration.k8s.io': (cell) => ({ status: cell('available'), well: cell('available') === 'True' }),
};

/** Columns in which custom resources tell their state, and what is good in them. */
const CONDITION_COLUMNS = ['ready', 'available', 'healthy', 'synced', 'established'];

/** A function that tells how each row of a listing stands. */
export function judgeFor(kind: ResourceKind, columns: readonly TableColumn[]): (row: Row) => Standing {
  const places = new Map(columns.map((column, index) => [column.name.toLowerCase(), index]));
  const reader =
    (row: Row) =>
    (column: string): string => {
      const place = places.get(column);
      const cell = place === undefined ? undefined : row.cells[place];
      return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
    };
  const judge = JUDGES[`${kind.resource}.${kind.group}`];
  if (judge !== undefined) return (row) => judge(reader(row));
  const condition = CONDITION_COLUMNS.find((column) => places.has(column));
  if (condition === undefined) return () => ({ status: undefined, well: true });
  return (row) => {
    const value = reader(row)(condition);
    // Some print `3/3`, some a condition's status; an empty cell says that nobody has looked yet.
    const counted = ratio(value);
    if (counted !== undefined)
      return counted[0] === counted[1] ? { status: 'ready', well: true } : { status: 'not ready', well: false };
    if (value === 'True') return { status: condition, well: true };
    return value === 'False' || value === 'Unknown'
      ? { status: `not ${condition}`, well: false }
      : { status: undefined, well: true };
  };
}
