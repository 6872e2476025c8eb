import {
  blocks,
  count,
  nextCursor,
  table,
  thousands,
  type Answer,
  type Budget,
  type Cell,
  type Json,
  type JsonObject,
} from '../../../../answers/index.ts';
import { compileOrder, compileSelect, projectAll, type Projected, type Reader } from '../../../../operations/index.ts';
import type { FleetObject } from './objects.ts';
import { keyOf, rowsAfter } from './place.ts';
import { askSides, clustersData, cursorFor, isFleetWide, notesOf, placeOf, sayPlace, type Question } from './question.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';

interface FleetProjected extends Projected {
  readonly cluster?: string | undefined;
}

/** Answers with chosen values of every object: one row an object. */
export async function answerProjection(question: Question, select: string): Promise<Answer> {
  const projection = await compileSelect(select);
  const rows: FleetProjected[] = [];
  for (const asked of question.kinds) {
    const found = await askSides(question, asked, ({ connection, kind, scope }) =>
      projectAll(connection, kind, scope, question.selection, projection, question.where),
    );
    for (const { side, value } of found.toSorted((a, b) => (a.side.cluster < b.side.cluster ? -1 : 1))) {
      rows.push(...(isFleetWide(question) ? value.map((row) => ({ ...row, cluster: side.cluster })) : value));
    }
  }
  return rowsAnswer(question, rows, projection.columns, []);
}

/** The same for objects that were read already. */
export async function projectionAnswer(
  question: Question,
  objects: readonly FleetObject[],
  select: string,
  notes: readonly string[],
): Promise<Answer> {
  const projection = await compileSelect(select);
  const rows = objects.map(({ cluster, object }) => ({
    cluster,
    namespace: object.metadata?.namespace,
    name: object.metadata?.name ?? '',
    values: projection.take(object),
  }));
  return rowsAnswer(question, rows, projection.columns, notes);
}

function rowsAnswer(
  question: Question,
  found: readonly FleetProjected[],
  fixed: readonly string[] | undefined,
  notes: readonly string[],
): Answer {
  const columns = fixed ?? [...new Set(found.flatMap((row) => Object.keys(row.values)))];
  const sorted = question.sort === undefined ? found : [...found].sort(compileOrder(question.sort, readersOf(columns)));
  const left = rowsAfter(sorted, placeOf(question), question.sort !== undefined);
  const page = question.limit === undefined ? left : left.slice(0, question.limit);
  const next = (shown: number): string | undefined => {
    const last = page[shown - 1];
    return last === undefined || shown === left.length
      ? undefined
      : cursorFor(question, { kind: 0, phase: 'plain', after: keyOf(last) });
  };
  return {
    text(budget) {
      const words = question.kinds.length === 1 ? (question.kinds[0]?.kind.singular ?? 'object') : 'object';
      const head = `${count(found.length, words)} ${sayPlace(question)}${left.length === found.length ? '' : `, ${thousands(left.length)} left`}.`;
      const lead = blocks(...notesOf(question), head, ...notes);
      budget.spend(lead);
      const release = budget.reserve(NAMES_CURSOR_TOKENS);
      const several = question.scope === '*' || question.scope.length > 1;
      const made = table(
        [
          { name: 'CLUSTER', pin: isFleetWide(question) },
          { name: 'NAMESPACE' },
          { name: 'NAME', pin: true },
          ...columns.map((name) => ({ name, pin: true, max: 200 })),
        ],
        page.map((row): Cell[] => [
          row.cluster,
          several ? row.namespace : '',
          row.name,
          ...columns.map((name) => cellOf(row.values[name])),
        ]),
        budget,
      );
      release();
      const cursor = next(made.shown);
      const common = made.constants.map(({ name, value }) => `${name} ${value}`).join(', ');
      return blocks(common === '' ? lead : `${lead} All: ${common}.`, made.text, cursor !== undefined && nextCursor(cursor));
    },
    data: (budget) => rowsData(question, found.length, page, budget, next),
  };
}

function rowsData(
  question: Question,
  total: number,
  page: readonly FleetProjected[],
  budget: Budget,
  next: (shown: number) => string | undefined,
): JsonObject {
  const release = budget.reserve(NAMES_CURSOR_TOKENS);
  const items: Json[] = [];
  for (const row of page) {
    const item = {
      ...(row.cluster !== undefined && { cluster: row.cluster }),
      ...(row.namespace !== undefined && { namespace: row.namespace }),
      name: row.name,
      ...(row.values as JsonObject),
    };
    if (!budget.take(JSON.stringify(item)) && items.length > 0) break;
    items.push(item);
  }
  release();
  const cursor = next(items.length);
  return { ...clustersData(question), total, items, ...(cursor !== undefined && { cursor }) };
}

function readersOf(columns: readonly string[]): ReadonlyMap<string, Reader<FleetProjected>> {
  const readers = new Map<string, Reader<FleetProjected>>([
    ['name', (row) => row.name],
    ['namespace', (row) => row.namespace],
    ['cluster', (row) => row.cluster],
  ]);
  for (const column of columns) readers.set(column.toLowerCase(), (row) => row.values[column]);
  return readers;
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value))
    return value.map((entry) => (typeof entry === 'object' ? JSON.stringify(entry) : String(entry))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean);
}
