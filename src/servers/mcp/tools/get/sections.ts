import type { ResourceKind, TableColumn } from '../../../../kubernetes/index.ts';
import { compileOrder, namedSurvey, reasonsOf, survey, type JudgedRow, type Reader } from '../../../../operations/index.ts';
import { mapBounded } from '../../../../platform/index.ts';
import { isAfter, keyOf } from './place.ts';
import { askSides, isFleetWide, placeOf, type KindQuestion, type Place, type Question, type Side } from './question.ts';

export type ListOutput = 'table' | 'wide' | 'names' | 'count';

/** A row, and which cluster it is of where several are asked. */
export interface FleetRow extends JudgedRow {
  readonly cluster?: string | undefined;
}

/** One kind of a listing, with all that its text and its data are made of. */
export interface Section {
  readonly kind: ResourceKind;
  readonly columns: readonly TableColumn[];
  /** In the order in which they are told. */
  readonly rows: readonly FleetRow[];
  readonly notWell: readonly FleetRow[];
  /** How many rows have each status, most first. */
  readonly counts: readonly { readonly status: string; readonly count: number; readonly well: boolean }[];
  /** By key. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** A listing, ready to be told. */
export interface Listing {
  readonly question: Question;
  readonly output: ListOutput;
  readonly sections: readonly Section[];
  readonly start: Place | undefined;
}

/**
 * Gathers what a listing tells.
 * @param names only these objects, when given
 */
export async function gather(question: Question, output: ListOutput, names?: readonly string[]): Promise<Listing> {
  const sections = await mapBounded(question.kinds, 8, (kind, index) => sectionOf(question, kind, index, output, names));
  return { question, output, sections, start: placeOf(question) };
}

async function sectionOf(
  question: Question,
  asked: KindQuestion,
  index: number,
  output: ListOutput,
  names?: readonly string[],
): Promise<Section> {
  const { columns, rows, counts } = await surveyAll(question, asked, names);
  const notWell = rows.filter((row) => !row.standing.well);
  const told = question.sort === undefined ? rows : [...rows].sort(compileOrder(question.sort, readersOf(columns)));
  return {
    kind: asked.kind,
    columns,
    rows: told,
    notWell,
    counts,
    reasons: await reasonsFor(question, asked, index, notWell, output),
  };
}

/** The rows of one kind on all its clusters, in the order of cluster, namespace and name. */
export async function surveyAll(
  question: Question,
  asked: KindQuestion,
  names?: readonly string[],
): Promise<Pick<Section, 'columns' | 'rows' | 'counts'>> {
  const { selection, where } = question;
  const found = await askSides(question, asked, ({ connection, kind, scope }) =>
    names === undefined
      ? survey(connection, { kind, scope, now: question.now }, selection, where)
      : namedSurvey(connection, { kind, scope, now: question.now }, names),
  );
  const [first] = found;
  if (first === undefined) return { columns: [], rows: [], counts: [] };
  if (!isFleetWide(question)) return first.value;
  const counts = new Map<string, { status: string; count: number; well: boolean }>();
  for (const entry of found.flatMap(({ value }) => value.counts)) {
    const known = counts.get(entry.status);
    if (known === undefined) counts.set(entry.status, { ...entry });
    else known.count += entry.count;
  }
  return {
    columns: found.find(({ value }) => value.columns.length > 0)?.value.columns ?? [],
    rows: found
      .toSorted((a, b) => (a.side.cluster < b.side.cluster ? -1 : 1))
      .flatMap(({ side, value }) => value.rows.map((row) => ({ ...row, cluster: side.cluster }))),
    counts: [...counts.values()].sort((a, b) => b.count - a.count),
  };
}

/** Reasons are read only for rows that this page tells. */
async function reasonsFor(
  question: Question,
  asked: KindQuestion,
  index: number,
  notWell: readonly FleetRow[],
  output: ListOutput,
): Promise<ReadonlyMap<string, string>> {
  const place = placeOf(question);
  const isTold = place === undefined || place.kind < index || (place.kind === index && place.phase !== 'rest');
  if (output === 'count' || output === 'names' || !isTold) return new Map();
  const from = place?.kind === index ? place.after : undefined;
  const left = notWell.filter((row) => from === undefined || isAfter(keyOf(row), from));
  const wanted = question.limit === undefined ? left : left.slice(0, question.limit);
  const reasons = new Map<string, string>();
  const ask = async ({ cluster, connection, kind }: Side): Promise<void> => {
    const here = wanted.filter((row) => row.cluster === undefined || row.cluster === cluster);
    for (const [key, why] of await reasonsOf(connection, kind, here, question.now)) {
      reasons.set(isFleetWide(question) ? `${cluster}/${key}` : key, why);
    }
  };
  await mapBounded(
    asked.sides.filter((side) => wanted.some((row) => row.cluster === undefined || row.cluster === side.cluster)),
    16,
    ask,
  );
  return reasons;
}

/** What a listing can be sorted and grouped by: its columns, the name, the namespace, the cluster, the state. */
export function readersOf(columns: readonly TableColumn[]): ReadonlyMap<string, Reader<FleetRow>> {
  const readers = new Map<string, Reader<FleetRow>>([
    ['name', (row) => row.name],
    ['namespace', (row) => row.namespace],
    ['cluster', (row) => row.cluster],
  ]);
  for (const [index, column] of columns.entries()) readers.set(column.name.toLowerCase(), (row) => row.cells[index]);
  if (!readers.has('status')) readers.set('status', (row) => row.standing.status);
  return readers;
}
