import { clean, shorten } from '../../../../answers/index.ts';
import type { LogGroup, Source } from '../../../../operations/logs/index.ts';

/** How lines are written. */
export interface Rendering {
  /** By source; empty where there is one alone. */
  readonly names: readonly string[];
  /** Times as the node wrote them, instead of the time of day. */
  readonly timestamps: boolean;
  /** Times of all lines begin with this day; otherwise each says its own. */
  readonly day: string | undefined;
}

/** Characters of a line that are shown. */
const LONGEST_LINE = 600;
/** Lines of a stack that are shown. */
const MOST_BELOW = 4;
const LONGEST_BELOW = 200;

/** `15:04:05 x2v9k/app connection refused ×184 in 3 logs (since 15:01:02)`, and the beginning of its stack. */
export function renderGroup(group: LogGroup, rendering: Rendering): string {
  const { first, last, count, below, sources } = group;
  const name = rendering.names[last.source] ?? '';
  const where = sources.size > 1 ? ` in ${sources.size} logs` : '';
  const since = timeOf(first.time, rendering);
  const often = count > 1 ? ` ×${count}${where}${since === timeOf(last.time, rendering) ? '' : ` (since ${since})`}` : '';
  const head = [timeOf(last.time, rendering), name, oneLineOf(last.text, LONGEST_LINE)].filter((part) => part !== '').join(' ');
  const shown = below.slice(0, MOST_BELOW).map((line) => `  ${oneLineOf(line.trim(), LONGEST_BELOW)}`);
  const more = below.length - shown.length;
  return [`${head}${often}`, ...shown, ...(more > 0 ? [`  … +${more} lines`] : [])].join('\n');
}

/** A line of a log is one here too, its blanks as they are. */
function oneLineOf(text: string, max: number): string {
  return shorten(clean(text).replaceAll('\n', ' ').trimEnd(), max);
}

export function timeOf(time: string, { timestamps, day }: Pick<Rendering, 'timestamps' | 'day'>): string {
  if (time === '' || timestamps) return time;
  const short = time.slice(0, 19);
  return day !== undefined && short.startsWith(day) ? short.slice(11) : short;
}

/**
 * Short names of sources that still tell them apart: as many of the last parts of the pods' names as it takes, and the
 * container where there are several.
 */
export function sourceNames(sources: readonly Source[]): readonly string[] {
  if (sources.length < 2) return [''];
  const pods = [...new Set(sources.map((source) => `${source.namespace}/${source.pod}`))];
  const containers = new Set(sources.map((source) => source.container));
  const short = new Map(pods.map((pod) => [pod, shortest(pod, pods)]));
  return sources.map(({ namespace, pod, container }) => {
    const name = pods.length > 1 ? (short.get(`${namespace}/${pod}`) ?? pod) : '';
    return [name, ...(containers.size > 1 ? [container] : [])].filter((part) => part !== '').join('/');
  });
}

function shortest(pod: string, pods: readonly string[]): string {
  const parts = pod.split(/(?<=[-/])/);
  for (let count = 1; count < parts.length; count++) {
    const end = parts.slice(-count).join('');
    if (!pods.some((other) => other !== pod && (other.endsWith(`-${end}`) || other.endsWith(`/${end}`)))) return end;
  }
  return pod;
}
