import { endingOf } from './ending.ts';
import { chance } from './hash.ts';
import type { Program } from './program.ts';
import { unixDate } from './unix-date.ts';

/** One line of a container's log. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without the end of line. */
  readonly text: string;
}

/** One run of a container. */
export interface ContainerRun {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What makes this run's random choices its own, such as the container's id. */
  readonly seed: string;
  readonly pod: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** All that a run writes if nobody stops it. Nothing is stored: every line follows from its number. */
export interface ContainerLog {
  /** How many lines it has written up to a moment, that moment included. */
  countUntil(at: number): number;
  /** The line of a number, from 0. Nothing past the last one. */
  line(index: number): LogEntry | undefined;
}

/** What a program writes, as a function of time. */
export function logOf(program: Program, run: ContainerRun): ContainerLog {
  const ending = endingOf(program, run.environment.keys());
  const endsAt = ending === undefined ? Infinity : run.startedAt + ending.afterSeconds * 1000;
  // One that cannot start says why, and nothing that it would have said.
  const said = ending?.complaint === undefined ? program : {};
  const once = [...(said.log ?? [])]
    .sort((a, b) => a.atSeconds - b.atSeconds)
    .map(({ atSeconds, text, stream = 'stdout' }) => ({ at: run.startedAt + atSeconds * 1000, text, stream }))
    .filter(({ at }) => at <= endsAt);
  const repeats = repeated(said, once.at(-1)?.at ?? run.startedAt, endsAt);
  const last = ending?.complaint === undefined ? [] : [{ at: endsAt, stream: 'stderr' as const, text: ending.complaint }];
  const total = once.length + repeats.countUntil(Infinity) + last.length;
  return {
    countUntil: (at) =>
      once.filter((line) => line.at <= at).length + repeats.countUntil(at) + last.filter((line) => line.at <= at).length,
    line(index) {
      const entry = once[index] ?? repeats.line(index - once.length) ?? last[index - (total - last.length)];
      return entry && { ...entry, text: filled(entry, index + 1, run) };
    },
  };
}

/** The lines that come again and again, after those that come once. */
function repeated(program: Program, from: number, endsAt: number): ContainerLog {
  const { everySeconds = Infinity, lines = [] } = program.repeats ?? {};
  const countUntil = (at: number): number =>
    lines.length === 0 ? 0 : Math.max(0, Math.floor((Math.min(at, endsAt) - from) / (everySeconds * 1000)));
  return {
    countUntil,
    line(index) {
      const text = lines[index % lines.length];
      if (text === undefined || index < 0) return undefined;
      const at = from + (index + 1) * everySeconds * 1000;
      return at > endsAt ? undefined : { at, stream: 'stdout', text };
    },
  };
}

/** Fills in what differs from line to line. */
function filled({ text, at }: LogEntry, count: number, run: ContainerRun): string {
  let choice = 0;
  return text.replaceAll(/\{(n|pod|date|(?:pick|env):([^}]*))\}/g, (_, what: string, rest: string | undefined) => {
    if (what === 'n') return String(count);
    if (what === 'pod') return run.pod;
    if (what === 'date') return unixDate(at);
    if (what.startsWith('env:')) return run.environment.get(rest ?? '') ?? '';
    const words = (rest ?? '').split('|');
    return words[Math.floor(chance(run.seed, count, choice++) * words.length)] ?? '';
  });
}
