import {
  blocks,
  Budget,
  count,
  foldNames,
  nextCursor,
  renderFold,
  table,
  thousands,
  unitsAfter,
  type Cell,
  type Column,
} from '../../../../answers/index.ts';
import type { ResourceKind, TableColumn } from '../../../../kubernetes/index.ts';
import { isAfter, keyOf, rowsAfter } from './place.ts';
import { cursorFor, isFleetWide, kindWord, notesOf, sayPlace, type Place, type Question } from './question.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';
import type { FleetRow, Listing, Section } from './sections.ts';

/** Up to so many rows are shown one by one; longer lists are folded. */
const UNFOLDED = 100;

/** A listing as text: what is not well first and complete, the rest folded, unless an order was asked for. */
export function listingText(listing: Listing, budget: Budget): string {
  const { question, sections, start } = listing;
  const parts: string[] = notesOf(question).map((note) => budget.spend(note));
  const release = budget.reserve(NAMES_CURSOR_TOKENS);
  const empty: string[] = [];
  for (const [index, section] of sections.entries()) {
    if (start !== undefined && index < start.kind) continue;
    const here = start !== undefined && start.kind === index ? start : undefined;
    if (section.rows.length === 0 && sections.length > 1) {
      empty.push(kindWord(section.kind));
      continue;
    }
    const { text, next } = sectionText(listing, index, here, budget);
    parts.push(text);
    if (next !== undefined) {
      release();
      parts.push(nextCursor(cursorFor(question, next)));
      return blocks(...parts);
    }
  }
  if (empty.length > 0) parts.push(`None ${sayPlace(question)}: ${empty.join(', ')}.`);
  release();
  return blocks(...parts);
}

interface SectionText {
  readonly text: string;
  readonly next?: Place;
}

function sectionText(listing: Listing, index: number, here: Place | undefined, budget: Budget): SectionText {
  const { question, output } = listing;
  const section = listing.sections[index];
  if (section === undefined) return { text: '' };
  const { rows } = section;
  if (output === 'count' || rows.length === 0) return { text: budget.spend(headOf(section, question)) };
  if (output === 'names') return namesText(section, index, here, question, budget);
  if (question.limit !== undefined || question.sort !== undefined || here?.phase === 'plain')
    return plainText(listing, section, index, here, budget);
  return here === undefined && rows.length <= UNFOLDED
    ? (wholeText(listing, section, budget) ?? foldedText(listing, section, index, here, budget))
    : foldedText(listing, section, index, here, budget);
}

/** `2,025 pods in all namespaces of cluster test: 2,000 Running, 25 not well (14 CrashLoopBackOff, 11 Pending).` */
function headOf(section: Section, question: Question): string {
  const { kind, rows, notWell, counts } = section;
  const word = kind.singular || kind.kind.toLowerCase();
  const total = rows.length === 0 ? `No ${kindWord(kind)}` : count(rows.length, word, kind.resource);
  const say = (well: boolean): string =>
    counts.flatMap((entry) => (entry.well === well ? `${thousands(entry.count)} ${entry.status}` : [])).join(', ');
  const bad = say(false);
  const unwell = notWell.length === 0 ? '' : `${thousands(notWell.length)} not well${bad === '' ? '' : ` (${bad})`}`;
  const states = [say(true), unwell].filter((part) => part !== '').join(', ');
  return `${total} ${placeOfRows(section, question)}${states === '' ? '' : `: ${states}`}.`;
}

/** Over all namespaces of one cluster it tells how many of them there are. */
function placeOfRows({ kind, rows }: Section, question: Question): string {
  const place = sayPlace(question);
  if (question.scope !== '*' || !kind.namespaced || rows.length === 0 || isFleetWide(question)) return place;
  return place.replace('in all namespaces', `in ${count(new Set(rows.map((row) => row.namespace)).size, 'namespace')}`);
}

/** All rows one by one, what is not well first, in one table or in two, whichever is shorter; nothing when neither fits. */
function wholeText(listing: Listing, section: Section, budget: Budget): SectionText | undefined {
  const texts = [oneTable(listing, section, budget), twoTables(listing, section, budget)];
  const [shorter] = texts.flatMap((text) => text ?? []).sort((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b));
  return shorter !== undefined && budget.take(shorter) ? { text: shorter } : undefined;
}

function oneTable(listing: Listing, section: Section, { left }: Budget): string | undefined {
  const rows = [...section.notWell, ...section.rows.filter((row) => row.standing.well)];
  const made = tableOf(listing, section, rows, new Budget(left));
  if (made.shown < rows.length) return undefined;
  return blocks(withCommon(headOf(section, listing.question), made.common), made.text);
}

/** What is well agrees in more columns, and needs narrower ones, than what is not. */
function twoTables(listing: Listing, section: Section, { left }: Budget): string | undefined {
  const { notWell } = section;
  const well = section.rows.filter((row) => row.standing.well);
  if (notWell.length === 0 || well.length === 0) return undefined;
  const parts = [headOf(section, listing.question)];
  for (const [title, rows] of [['Not well', notWell] as const, ['Well', well] as const]) {
    const made = tableOf(listing, section, rows, new Budget(left));
    if (made.shown < rows.length) return undefined;
    parts.push('', `${title}${made.common === '' ? '' : `, all ${made.common}`}:`, made.text);
  }
  return blocksWithGap(parts);
}

/** What is not well in full, then everything folded by workload and namespace. */
function foldedText(listing: Listing, section: Section, index: number, here: Place | undefined, budget: Budget): SectionText {
  const parts: string[] = here === undefined ? [budget.spend(headOf(section, listing.question)), ''] : [];
  if (here?.phase !== 'rest' && section.notWell.length > 0) {
    const left = section.notWell.filter((row) => here === undefined || isAfter(keyOf(row), here.after));
    const made = tableOf(listing, section, left, budget);
    parts.push(made.common === '' ? made.text : blocks(budget.spend(`Not well, all ${made.common}:`), made.text));
    if (made.shown < left.length) {
      const last = left[made.shown - 1] ?? left[0];
      return {
        text: blocksWithGap(parts),
        next: { kind: index, phase: 'not-well', after: last === undefined ? '' : keyOf(last) },
      };
    }
    parts.push(budget.spend(''));
  }
  const units = foldNames(
    section.rows.map((row) => ({
      namespace: [row.cluster, row.namespace].filter((part) => part !== undefined).join('/'),
      name: row.name,
      ...(row.standing.well ? {} : { note: 'not well' }),
    })),
    ...stemOf(section.kind),
  );
  const rest = here?.phase === 'rest' ? unitsAfter(units, here.after) : units;
  parts.push(budget.spend(restTitle(section.kind, here)));
  const folded = renderFold(rest, budget);
  parts.push(folded.text);
  return {
    text: blocksWithGap(parts),
    ...(folded.next !== undefined && { next: { kind: index, phase: 'rest', after: folded.next } }),
  };
}

/** What the folded rest begins with; it speaks for all objects, those told above included. */
function restTitle(kind: ResourceKind, here: Place | undefined): string {
  if (here?.phase === 'rest') return `${kindWord(kind)}, continued:`;
  return isPods(kind) ? 'All, by namespace and workload:' : 'All:';
}

/** One ordered list, each object once, over as many pages as it takes. */
function plainText(listing: Listing, section: Section, index: number, here: Place | undefined, budget: Budget): SectionText {
  const { question } = listing;
  const left = rowsAfter(section.rows, here, question.sort !== undefined);
  const page = question.limit === undefined ? left : left.slice(0, question.limit);
  const head =
    here === undefined ? headOf(section, question) : `${kindWord(section.kind)}, continued, ${thousands(left.length)} left:`;
  budget.spend(head);
  const made = tableOf(listing, section, page, budget);
  const last = page[made.shown - 1];
  const text = blocks(withCommon(head, made.common), made.text);
  if (last === undefined || made.shown === left.length) return { text };
  return { text, next: { kind: index, phase: 'plain', after: keyOf(last) } };
}

function namesText(section: Section, index: number, here: Place | undefined, question: Question, budget: Budget): SectionText {
  const left = rowsAfter(section.rows, here, question.sort !== undefined);
  const page = question.limit === undefined ? left : left.slice(0, question.limit);
  const head = budget.spend(headOf(section, question));
  const byNamespace = isFleetWide(question) || (question.scope === '*' && section.kind.namespaced);
  const lines: string[] = [];
  for (const row of page) {
    const line = byNamespace ? keyOf(row) : row.name;
    if (!budget.take(line) && lines.length > 0) break;
    lines.push(line);
  }
  const last = page[lines.length - 1];
  const text = blocks(head, lines.join('\n'));
  return last === undefined || lines.length === left.length
    ? { text }
    : { text, next: { kind: index, phase: 'plain', after: keyOf(last) } };
}

/** Values of a column that tell nothing when all rows have them. */
const EMPTY = new Set(['', '<none>', '<unset>', '0', '<unknown>']);

function tableOf(
  listing: Listing,
  section: Section,
  rows: readonly FleetRow[],
  budget: Budget,
): { text: string; shown: number; common: string } {
  const { kind, reasons } = section;
  const wide = listing.output === 'wide';
  const shown = section.columns.flatMap((column, place) =>
    (wide || column.priority === 0) && column.format !== 'name' ? [{ column, place }] : [],
  );
  const { scope } = listing.question;
  const several = kind.namespaced && (scope === '*' || scope.length > 1);
  const columns: Column[] = [
    { name: 'CLUSTER', pin: isFleetWide(listing.question) },
    { name: 'NAMESPACE', pin: several },
    { name: 'NAME', pin: true },
    ...shown.map(({ column }) => ({ name: column.name.toUpperCase(), kind: columnKind(column), max: 80 })),
    { name: 'WHY', kind: 'free', max: 100 },
  ];
  const cells = rows.map((row): Cell[] => [
    row.cluster,
    several ? row.namespace : '',
    row.name,
    ...shown.map(({ place }) => cellOf(row.cells[place])),
    // The cell is in quotes itself: quotes in it would be escaped.
    reasons.get(keyOf(row))?.replaceAll('"', "'"),
  ]);
  const made = table(columns, cells, budget);
  const common = made.constants.filter(({ value }) => !EMPTY.has(value));
  return { text: made.text, shown: made.shown, common: common.map(({ name, value }) => `${name} ${value}`).join(', ') };
}

function columnKind(column: TableColumn): 'number' | 'text' {
  return column.type === 'integer' || column.type === 'number' ? 'number' : 'text';
}

/** What the server prints for "nothing" is nothing. */
function cellOf(cell: unknown): Cell {
  if (cell === '<none>' || cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : (cell as string | number | boolean);
}

function withCommon(head: string, common: string): string {
  return common === '' ? head : `${head} All: ${common}.`;
}

/** Only pods and what makes them bear generated suffixes; any other name is a name. */
function stemOf(kind: ResourceKind): [] | [(name: string) => string] {
  return isPods(kind) ? [] : [(name) => name];
}

/** Blocks in which an empty one is a blank line between two others. */
function blocksWithGap(parts: readonly string[]): string {
  return parts.join('\n').trim();
}

function isPods(kind: ResourceKind): boolean {
  return kind.group === '' && kind.resource === 'pods';
}
