import {
  followLog,
  isKubernetesError,
  readLog,
  type Connection,
  type FilteredText,
  type LogQuery,
} from '../../kubernetes/index.ts';
import { isFairlead, mapBounded, messageOf } from '../../platform/index.ts';
import { foldLines, type LogGroup } from './fold.ts';
import type { Level } from './level.ts';
import { LineCollector, linesOf, mergeLines, timeAndText, type Bounds, type LineWish, type LogLine } from './lines.ts';
import { findSources, isOver, type Source, type SourcesQuestion } from './sources.ts';
import { tidying } from './tidy.ts';

export interface LogsQuestion extends SourcesQuestion {
  /** The last so many lines of each log, before anything is picked from them. @default all */
  readonly tail?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  /** RE2. */
  readonly grep?: string | undefined;
  /** This level and worse. */
  readonly level?: Level | undefined;
  /** Lines before and after each that fits. @default 0 */
  readonly context?: number | undefined;
  /** Only lines between these places, both left out: what an earlier answer did not show. */
  readonly between?: { readonly after: LinePlace; readonly before: LinePlace } | undefined;
  /** Goes on reading what is written for so many milliseconds. @default 0 */
  readonly followFor?: number | undefined;
  /** Milliseconds for reading what is there; what was read until then is told. @default 45,000 */
  readonly longest?: number | undefined;
  /** Told of what has come, piece by piece. */
  readonly onRead?: ((read: LogsRead) => void) | undefined;
}

/** How far reading has come, all logs together. */
export interface LogsRead {
  /** Of all lines, whether they fit or not. */
  readonly bytes: number;
  /** Those that fit. */
  readonly lines: number;
  /** The last line, while it is followed. */
  readonly latest: string | undefined;
}

/** A line among all lines: its time, and how many with the same time stand before it. */
export type LinePlace = readonly [time: string, nth: number];

export interface LogsFound {
  readonly what: string;
  readonly pods: number;
  /** Those whose logs were read, in the order that `source` of a line counts. */
  readonly sources: readonly Source[];
  /** In the order of their times. */
  readonly lines: readonly LogLine[];
  readonly groups: readonly LogGroup[];
  /** Lines that fit the question, shown here or not. */
  readonly fitting: number;
  /** Older ones that were let go because there were too many. */
  readonly dropped: number;
  /** What could not be read, or not to its end. */
  readonly problems: readonly { readonly pod: string; readonly container: string; readonly why: string }[];
  readonly others: readonly string[];
  readonly leftOut: number;
  /** Logs that were not read to the end because it took too long. */
  readonly unfinished: readonly UnfinishedLog[];
  /** How often each level is said. */
  readonly levels: ReadonlyMap<Level, number>;
}

export interface UnfinishedLog {
  readonly pod: string;
  readonly container: string;
  /** Time of the last line that was read; undefined when there was none. */
  readonly until: string | undefined;
}

/** Logs read at the same time. */
const AT_ONCE = 8;
/** Lines and characters kept of all logs together. */
const MOST_LINES = 20_000;
const MOST_CHARACTERS = 8_000_000;
/** Milliseconds for reading when nothing is said: clients wait for a minute. */
const LONGEST_READ = 45_000;
/** Lines that end following. */
const MOST_FOLLOWED = 5_000;

/**
 * Reads the logs of pods or of what made them, merged in the order of their times.
 * @throws KubernetesError, UsageError; a log that cannot be read is a problem of the answer, unless it is the only one
 */
export async function findLogs(connection: Connection, question: LogsQuestion): Promise<LogsFound> {
  const { sources, silent, what, pods, others, leftOut } = await findSources(connection, question);
  const wish = await wishOf(question);
  const share = Math.max(1, sources.length);
  const bounds: Bounds = {
    lines: Math.max(200, Math.floor(MOST_LINES / share)),
    size: Math.floor(MOST_CHARACTERS / share),
    keep: question.between === undefined ? 'last' : 'first',
  };
  const collectors = sources.map((_, index) => new LineCollector(index, wish, bounds));
  const problems = [...silent];
  const unfinished: UnfinishedLog[] = [];
  const read = readerOf(connection, collectors, question);
  const places = question.followFor === undefined ? AT_ONCE : sources.length;
  await mapBounded(sources, places, async (source, index) => {
    const collector = collectors[index];
    if (collector === undefined) return;
    try {
      const { isWhole, until } = await read(queryOf(source, question), source, collector);
      if (!isWhole) unfinished.push({ pod: source.pod, container: source.container, until });
      const excuse = excuseOf(collector.lines);
      if (excuse === undefined) return;
      collector.clear();
      problems.push({ pod: source.pod, container: source.container, why: excuse });
    } catch (error) {
      connection.call.signal?.throwIfAborted();
      if (sources.length === 1 || !isFairlead(error)) throw error;
      problems.push({ pod: source.pod, container: source.container, why: whyOf(error) });
    }
  });
  const lines = between(mergeLines(collectors.map((collector) => collector.lines)), question.between);
  const groups = foldLines(lines);
  return {
    what,
    pods,
    sources,
    lines,
    groups,
    fitting: collectors.reduce((sum, { fitting }) => sum + fitting, 0),
    dropped: collectors.reduce((sum, { dropped }) => sum + dropped, 0),
    problems,
    others,
    leftOut,
    unfinished,
    levels: countLevels(groups),
  };
}

async function wishOf({ grep, level, context = 0, between: range }: LogsQuestion): Promise<LineWish> {
  // The engine is loaded when it is needed.
  const pattern = grep === undefined ? undefined : (await import('../pattern.ts')).compilePattern(grep, 'grep');
  return { grep: pattern, level, context, before: range?.before[0] };
}

function queryOf({ namespace, pod, container }: Source, question: LogsQuestion): LogQuery {
  const { previous, tail, sinceSeconds, sinceTime, between: range } = question;
  if (range !== undefined) {
    const [time] = range.after;
    // The server looks at whole seconds.
    return { namespace, pod, container, previous, sinceTime: time.replace(/\.\d+/, '') };
  }
  return { namespace, pod, container, previous, tailLines: tail, sinceSeconds, sinceTime };
}

/** A kubelet that no longer has a log says so in its place, as the only line, without a time. */
function excuseOf([first, second]: readonly LogLine[]): string | undefined {
  const isExcuse = second === undefined && first?.time === '' && /^(?:unable to retrieve|failed to)\b.* log/.test(first.text);
  return isExcuse ? 'the node no longer has it' : undefined;
}

/** Reads one log into its collector. */
type Reader = (query: LogQuery, source: Source, collector: LineCollector) => Promise<ReadLog>;

interface ReadLog {
  /** False when it took too long to read all of it. */
  readonly isWhole: boolean;
  /** Time of the last line that was read. */
  readonly until: string | undefined;
}

function readerOf(connection: Connection, collectors: readonly LineCollector[], question: LogsQuestion): Reader {
  const { followFor, longest = LONGEST_READ, onRead } = question;
  const over = AbortSignal.timeout(followFor ?? longest);
  const enough = new AbortController();
  const { signal } = connection.call;
  const until = AbortSignal.any([over, enough.signal, ...(signal === undefined ? [] : [signal])]);
  const bounded = connection.during({ ...connection.call, signal: until });
  const tidy = tidying();
  const lines = (): number => collectors.reduce((sum, { fitting }) => sum + fitting, 0);
  let bytes = 0;
  return async (query, source, collector) => {
    const log = followFor === undefined ? readLog(bounded, query) : followed(bounded, query, source);
    let last: FilteredText | undefined;
    try {
      for await (const piece of log) {
        collector.add(piece);
        last = piece;
        bytes += piece.bytes;
        tidy(piece.bytes);
        onRead?.({ bytes, lines: lines(), latest: followFor === undefined ? undefined : lastLine(piece) });
        if (collector.full) break;
        if (followFor !== undefined && lines() >= MOST_FOLLOWED) enough.abort();
      }
      return { isWhole: true, until: undefined };
    } catch (error) {
      signal?.throwIfAborted();
      if (!until.aborted) throw error;
      const time = last === undefined ? '' : timeAndText(lastLine(last))[0];
      return { isWhole: followFor !== undefined, until: time === '' ? undefined : time };
    }
  };
}

function lastLine(piece: FilteredText): string {
  return linesOf(piece).at(-1) ?? '';
}

async function* followed(connection: Connection, query: LogQuery, source: Source): AsyncGenerator<FilteredText> {
  const log = followLog(connection, query, { isOver: () => isOver(connection, source) });
  for await (const text of log) yield { text, bytes: text.length, mayHold: () => true };
}

function between(lines: LogLine[], range: LogsQuestion['between']): LogLine[] {
  if (range === undefined) return lines;
  const { after, before } = range;
  const nth = nthOfTime();
  return lines.filter((line) => {
    const index = nth(line);
    const isLater = line.time > after[0] || (line.time === after[0] && index > after[1]);
    return isLater && (line.time < before[0] || (line.time === before[0] && index < before[1]));
  });
}

/** Counts lines of the same time, given in their order. */
function nthOfTime(): (line: LogLine) => number {
  let last = '';
  let count = 0;
  return ({ time }) => {
    count = time === last ? count + 1 : 0;
    last = time;
    return count;
  };
}

/** The places of all lines, in their order. */
export function placesOf(lines: readonly LogLine[]): Map<LogLine, LinePlace> {
  const nth = nthOfTime();
  return new Map(lines.map((line) => [line, [line.time, nth(line)]]));
}

/** A stack is as bad as its line, once. */
function countLevels(groups: readonly LogGroup[]): Map<Level, number> {
  const counts = new Map<Level, number>();
  for (const { level, count, last } of groups) {
    if (level !== undefined && last.isContext !== true) counts.set(level, (counts.get(level) ?? 0) + count);
  }
  return counts;
}

function whyOf(error: unknown): string {
  if (isKubernetesError(error)) return error.serverMessage ?? error.message;
  return messageOf(error);
}
