import type { ContenderName } from './contender.ts';
import type { Round } from './load.ts';
import type { Measured } from './rounds.ts';
import type { Start } from './start.ts';
import type { BenchOptions } from './options.ts';
import { median } from './statistics.ts';
import { isMet, targetOf, type Target } from './targets.ts';

/** One line of the result. */
export interface Figure {
  /** `<question>/<what>`, which targets refer to. */
  readonly id: string;
  readonly title: string;
  readonly unit: 'ms' | '/s' | 'B' | 'MB' | 'MB/s';
  readonly fairlead?: number | undefined;
  readonly peer?: number | undefined;
  readonly raw?: number | undefined;
  /** Fairlead's over raw's: the median of what it was in each round. */
  readonly ratio?: number | undefined;
  readonly target?: Target | undefined;
  /** Undefined where there is no target, or nothing was measured. */
  readonly met?: boolean | undefined;
}

/** Starts of one server. */
export interface Starts {
  readonly warm: readonly Start[];
  readonly cold: readonly Start[];
}

/** Megabytes a second, round by round: ours, and another's, which stand in the column of raw requests. */
export function speedFigure(id: string, title: string, own: readonly number[], other: readonly number[]): Figure {
  const ratio = median(own.map((speed, round) => speed / (other[round] ?? Number.NaN)));
  return { id, title, unit: 'MB/s', fairlead: median(own), raw: median(other), ratio };
}

export function startFigures(fairlead: Starts, peer: Starts): Figure[] {
  const of = (starts: readonly Start[], take: (start: Start) => number | undefined): number | undefined => {
    const values = starts.map(take).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const line = (what: string, title: string, unit: Figure['unit'], take: (starts: Starts) => number | undefined): Figure => ({
    id: `start/${what}`,
    title,
    unit,
    fairlead: take(fairlead),
    peer: take(peer),
  });
  return [
    line('warm', 'start → tools/list', 'ms', ({ warm }) => of(warm, (start) => start.milliseconds)),
    line('cold', 'start → tools/list, first start ever', 'ms', ({ cold }) => of(cold, (start) => start.milliseconds)),
    line('RSS idle', 'memory, idle', 'MB', ({ warm }) => of(warm, (start) => start.megabytes)),
    line('list bytes', 'tools/list', 'B', ({ warm }) => of(warm, (start) => start.listBytes)),
  ];
}

export function questionFigures({ question, rounds, bytes }: Measured): Figure[] {
  const line = (
    what: string,
    unit: Figure['unit'],
    better: 'less' | 'more',
    take: (round: Round) => number | undefined,
  ): Figure => {
    const series = (name: ContenderName): number[] => rounds[name].map(take).filter((value) => value !== undefined);
    const value = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : median(values));
    const [raw] = [series('raw h1'), series('raw h2')].sort((a, b) => (median(a) - median(b)) * (better === 'less' ? 1 : -1));
    const own = series('fairlead');
    return {
      id: `${question.id}/${what}`,
      title: `${question.title}: ${what}`,
      unit,
      fairlead: value(own),
      peer: value(series('peer')),
      raw: value(raw ?? []),
      ratio: value(own.flatMap((mine, index) => (raw?.[index] === undefined ? [] : [mine / raw[index]]))),
    };
  };
  return [
    line('p50', 'ms', 'less', ({ p50 }) => p50),
    ...(question.effort.concurrent === undefined
      ? []
      : [
          line('p99', 'ms', 'less', ({ p99 }) => p99),
          line('calls/s at 32', '/s', 'more', ({ callsPerSecond }) => callsPerSecond),
        ]),
    {
      id: `${question.id}/bytes`,
      title: `${question.title}: bytes`,
      unit: 'B',
      fairlead: bytes.fairlead,
      peer: bytes.peer,
      raw: bytes['raw h1'],
    },
  ];
}

/** Of a burst of calls: what a server holds right after them, and a while later. */
export function memoryFigures(fairlead: readonly (number | undefined)[], peer: readonly (number | undefined)[]): Figure[] {
  const what = 'after 64 calls at 32';
  return ['', ', left alone'].map((when, index) => ({
    id: `fleet/RSS ${what}${when}`,
    title: `2,000 pods: memory ${what}${when}`,
    unit: 'MB',
    fairlead: fairlead[index],
    peer: peer[index],
  }));
}

/** The figures beside their targets. */
export function judged(figures: readonly Figure[], over: BenchOptions['over']): Figure[] {
  return figures.map((figure) => {
    const target = targetOf(figure.id, over);
    const value = target?.ofRaw === true ? figure.ratio : figure.fairlead;
    return { ...figure, target, met: target === undefined || value === undefined ? undefined : isMet(target, value) };
  });
}
