import { isContinuation, type Level } from './level.ts';
import type { LogLine } from './lines.ts';

/** Lines that say the same, or one line with the stack below it. */
export interface LogGroup {
  readonly first: LogLine;
  /** The one that is shown: the latest. */
  readonly last: LogLine;
  /** The last line of all, which may belong to the stack. */
  readonly end: LogLine;
  readonly level: Level | undefined;
  /** How often. */
  readonly count: number;
  /** Lines below it that only go on from it, as they stand below the latest. */
  readonly below: readonly string[];
  /** Sources that said so. */
  readonly sources: ReadonlySet<number>;
  /** All lines that it stands for. */
  readonly lines: number;
}

/** So many groups back a line is looked for that says the same: programs repeat a few lines in turns. */
const LOOK_BACK = 4;
/** Lines that differ in their numbers are folded from so many on: of a few, the numbers may be what is looked for. */
const MANY = 4;

/** A line with the stack below it. */
interface Entry {
  readonly line: LogLine;
  readonly below: string[];
  end: LogLine;
}

/** Folds lines that repeat but for numbers, times and ids, and stacks under the line that they belong to. */
export function foldLines(lines: readonly LogLine[]): LogGroup[] {
  const groups: { readonly shape: string; readonly entries: [Entry, ...Entry[]] }[] = [];
  for (const entry of withStacks(lines)) {
    const shape = shapeOf(entry);
    const known = groups.slice(-LOOK_BACK).find((group) => group.shape === shape);
    if (known === undefined) groups.push({ shape, entries: [entry] });
    else known.entries.push(entry);
  }
  const places = new Map(lines.map((line, index) => [line, index]));
  return groups
    .flatMap(({ entries }) => {
      const [{ line }] = entries;
      const folds = entries.length >= MANY || entries.every((entry) => entry.line.text === line.text);
      return folds ? [groupOf(entries)] : entries.map((entry) => groupOf([entry]));
    })
    .toSorted((a, b) => (places.get(a.first) ?? 0) - (places.get(b.first) ?? 0));
}

function groupOf(entries: readonly [Entry, ...Entry[]]): LogGroup {
  const [first] = entries;
  const last = entries.at(-1) ?? first;
  return {
    first: first.line,
    last: last.line,
    end: last.end,
    level: first.line.level,
    count: entries.length,
    below: last.below,
    sources: new Set(entries.map(({ line }) => line.source)),
    lines: entries.reduce((sum, { below }) => sum + 1 + below.length, 0),
  };
}

/** Lines that only go on from one of the same log stand below it. */
function withStacks(lines: readonly LogLine[]): Entry[] {
  const heads = new Map<number, Entry>();
  const entries: Entry[] = [];
  for (const line of lines) {
    const head = heads.get(line.source);
    if (head !== undefined && head.line.isContext === line.isContext && isContinuation(line.text)) {
      head.below.push(line.text);
      head.end = line;
      continue;
    }
    const entry = { line, below: [], end: line };
    heads.set(line.source, entry);
    entries.push(entry);
  }
  return entries;
}

/** Frames of a stack that tell two stacks apart. */
const FRAMES = 6;

/** What stays when everything that differs each time is taken out. */
function shapeOf({ line, below }: Entry): string {
  return [line.isContext === true ? 'context' : '', line.text, ...below.slice(0, FRAMES)]
    .map((text) =>
      text
        .slice(0, 600)
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}/gi, '#')
        .replaceAll(/\b(?=[a-f]*\d)[0-9a-f]{7,}\b/gi, '#')
        .replaceAll(/\d+/g, '#'),
    )
    .join('\n');
}
