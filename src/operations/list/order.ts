import { quantityOf } from '../../kubernetes/index.ts';
import { didYouMean, parseDuration, quoted, UsageError } from '../../platform/index.ts';

/** Something that has named values to sort or group by. */
export interface Sortable {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Reads one value of a row. */
export type Reader<Row> = (row: Row) => unknown;

/**
 * The order that `sort` asks for: a column or field by name, `-` before it for the largest first. Numbers, quantities
 * and ages are compared by what they are worth; ties stand in the order of namespace and name.
 * @param readers what can be sorted by, by lower-case name
 * @throws UsageError with the nearest name
 */
export function compileOrder<Row extends Sortable>(
  sort: string,
  readers: ReadonlyMap<string, Reader<Row>>,
): (a: Row, b: Row) => number {
  const descending = sort.startsWith('-');
  const wanted = sort.replace(/^[-+]/, '');
  const read = readers.get(wanted.toLowerCase());
  if (read === undefined) {
    const names = [...readers.keys()];
    throw new UsageError(
      `Cannot sort by ${quoted(wanted, 60)}${didYouMean(wanted, names) || '.'} Possible: ${names.join(', ')}.`,
      {
        code: 'invalid-argument',
        field: 'sort',
      },
    );
  }
  const sign = descending ? -1 : 1;
  return (a, b) => sign * compareValues(read(a), read(b)) || tie(a, b);
}

function tie(a: Sortable, b: Sortable): number {
  return compareTexts(a.namespace ?? '', b.namespace ?? '') || compareTexts(a.name, b.name);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Values that are worth something come in that order, before those that are only text; nothing comes last. */
function compareValues(a: unknown, b: unknown): number {
  const [left, right] = [worthOf(a), worthOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  const [before, after] = [textOf(a), textOf(b)];
  if (before === '' || after === '') return Number(before === '') - Number(after === '');
  return compareTexts(before, after);
}

/** What a value is worth: a number, an age, a quantity, a time, the count before a bracket (`3 (2m ago)`), the first of `2/3`. */
function worthOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  const counted = /^(\d+)(?: \(|\/)/.exec(value);
  if (counted !== null) return Number(counted[1]);
  // `5m` is an age in a printed table far more often than 0.005 of anything.
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  if (/^\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i)$/.test(value)) return quantityOf(value);
  const time = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
