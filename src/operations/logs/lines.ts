import type { FilteredText } from '../../kubernetes/index.ts';
import type { Pattern } from '../pattern.ts';
import { isAtLeast, isContinuation, levelOf, type Level } from './level.ts';

/** One line of a log. */
export interface LogLine {
  /** RFC 3339 as the node wrote it; texts of one log compare like their times. */
  readonly time: string;
  /** Which of the sources wrote it. */
  readonly source: number;
  readonly text: string;
  /** Of the line before it, where it only goes on from that. */
  readonly level: Level | undefined;
  /** It stands here because of a line near it. */
  readonly isContext?: true;
}

/** Which lines of a log are wanted. */
export interface LineWish {
  readonly grep?: Pattern | undefined;
  /** This level and worse. */
  readonly level?: Level | undefined;
  /** Lines before and after each that fits. */
  readonly context: number;
  /** Only what was written before this time. */
  readonly before?: string | undefined;
}

/** What is kept of one log. */
export interface Bounds {
  readonly lines: number;
  /** Characters. */
  readonly size: number;
  /** Which lines are kept when there are more. */
  readonly keep: 'first' | 'last';
}

/** Characters of a line that are kept. */
const LONGEST = 4_000;
/** Lines as bad as an error that are kept though there are later ones. */
const MOST_EARLY = 100;

/**
 * Takes the lines of one log as they come and keeps those that are wanted, within its bounds: however long a log is, it
 * costs no more than what is kept.
 */
export class LineCollector {
  readonly #source: number;
  readonly #wish: LineWish;
  readonly #bounds: Bounds;
  readonly #early: LogLine[] = [];
  #lines: LogLine[] = [];
  #size = 0;
  #level: Level | undefined;
  /** What may yet be the context before a line: lines that were looked at, or a piece that was not. */
  #before: string[] = [];
  #skipped: FilteredText | undefined;
  #after = 0;
  /** Lines that fit, kept or not. */
  fitting = 0;
  /** Lines that fit and were let go, those among the early ones not counted. */
  dropped = 0;
  /** Nothing more is wanted. */
  full = false;

  constructor(source: number, wish: LineWish, bounds: Bounds) {
    this.#source = source;
    this.#wish = wish;
    this.#bounds = bounds;
  }

  get lines(): readonly LogLine[] {
    return [...this.#early, ...this.#lines];
  }

  /** Forgets what it has taken. */
  clear(): void {
    this.#lines = [];
    this.#early.length = 0;
    this.fitting = 0;
  }

  add(piece: FilteredText): void {
    const words = this.#wish.grep?.words;
    if (words !== undefined && this.#after === 0 && !words.any.some((each) => piece.mayHold(each, words.ignoreCase))) {
      this.#skipped = piece;
      this.#before = [];
      return;
    }
    const { text } = piece;
    for (let from = 0; from < text.length && !this.full;) {
      const end = text.indexOf('\n', from);
      this.#addLine(text.slice(from, end === -1 ? text.length : end));
      from = end === -1 ? text.length : end + 1;
    }
  }

  #addLine(raw: string): void {
    const { grep, level: least, context, before } = this.#wish;
    const [time, text] = timeAndText(raw);
    if (before !== undefined && time !== '' && time > before) {
      this.full = true;
      return;
    }
    // Levels are found out for all lines only where they decide.
    const level = least === undefined ? undefined : this.#levelOf(text);
    const fits = (grep === undefined || grep.test(text)) && (least === undefined || isAtLeast(level, least));
    if (fits) {
      if (context > 0) this.#flushBefore();
      this.#keep({ time, source: this.#source, text: cut(text), level: least === undefined ? this.#levelOf(text) : level });
      this.fitting++;
      this.#after = context;
    } else if (this.#after > 0) {
      this.#after--;
      this.#keepContext(raw);
    } else if (context > 0) {
      this.#before.push(raw);
      if (this.#before.length > context) this.#before.shift();
    }
  }

  #levelOf(text: string): Level | undefined {
    const own = levelOf(text);
    if (own === undefined && isContinuation(text)) return this.#level;
    this.#level = own;
    return own;
  }

  #flushBefore(): void {
    const { context } = this.#wish;
    const missing = context - this.#before.length;
    const older = missing > 0 && this.#skipped !== undefined ? linesOf(this.#skipped).slice(-missing) : [];
    this.#skipped = undefined;
    for (const raw of [...older, ...this.#before]) this.#keepContext(raw);
    this.#before = [];
  }

  #keepContext(raw: string): void {
    const [time, text] = timeAndText(raw);
    this.#keep({ time, source: this.#source, text: cut(text), level: levelOf(text), isContext: true });
  }

  #keep(line: LogLine): void {
    const { lines, size, keep } = this.#bounds;
    this.#lines.push({ ...line, time: ownCopy(line.time) });
    this.#size += line.text.length;
    if (this.#lines.length <= lines && this.#size <= size) return;
    if (keep === 'first') {
      this.full = true;
      return;
    }
    // In one go now and then: letting go of one line at a time would move all the others each time.
    const excess = Math.max(1, Math.floor(this.#lines.length / 4));
    for (const each of this.#lines.slice(0, excess)) this.#drop(each);
    this.#lines = this.#lines.slice(excess);
  }

  #drop(line: LogLine): void {
    this.#size -= line.text.length;
    if (line.isContext === true) return;
    if (this.#early.length < MOST_EARLY && isAtLeast(line.level, 'error')) this.#early.push(line);
    else this.dropped++;
  }
}

/** The time that the node put before a line, and the line itself. */
export function timeAndText(raw: string): readonly [time: string, text: string] {
  const blank = raw.indexOf(' ');
  // What is left of a line in which a key began has no time of its own.
  if (blank < 20 || !/^\d{4}-\d\d-\d\dT/.test(raw)) return ['', raw];
  return [raw.slice(0, blank), raw.slice(blank + 1)];
}

function cut(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return ownCopy(line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
}

/** V8 keeps a slice as a view of the whole, so that one line would hold the piece in memory that it came in; short ones it copies. */
function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text).toString();
}

/** The lines of a piece of a log; one that is empty but for its time is a line as well. */
export function linesOf({ text }: FilteredText): readonly string[] {
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Lines of several logs in the order of their times; those of one log stay in their order. */
export function mergeLines(logs: readonly (readonly LogLine[])[]): LogLine[] {
  const lines = logs.flatMap((log) => {
    let last = '';
    // A line without a time belongs where the one before it is; a clock that was set back must not turn a log round.
    return log.map((line) => {
      if (line.time > last) last = line.time;
      return { line, time: last };
    });
  });
  return lines.toSorted((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time))).map(({ line }) => line);
}
