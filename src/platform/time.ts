import { setTimeout as delay } from 'node:timers/promises';

/** The longest that a timer can run, in milliseconds; a longer one would fire at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Where time comes from; tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(Math.min(ms, LONGEST_TIMER), undefined, { ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** A length of time as kubectl writes ages: `45s`, `3m20s`, `5h`, `12d`; at most two units, the second only while it tells something. */
export function shortDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  for (const [index, [unit, size]] of UNITS.entries()) {
    if (total < size && unit !== 's') continue;
    const whole = Math.floor(total / size);
    const next = UNITS[index + 1];
    const rest = next === undefined ? 0 : Math.floor((total - whole * size) / next[1]);
    return next === undefined || rest === 0 || whole >= 8 ? `${whole}${unit}` : `${whole}${unit}${rest}${next[0]}`;
  }
  return '0s';
}

/** Seconds of a duration such as `90s`, `1h30m`, `2d`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return undefined;
  const sizes: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };
  let seconds = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|[dhms])/g)) {
    seconds += Number(amount) * (sizes[unit ?? ''] ?? 0);
  }
  return seconds;
}

/** How long ago an RFC 3339 time was, as an age; empty for what is no time. */
export function ageOf(timestamp: unknown, now: number): string {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(at) ? '' : shortDuration((now - at) / 1000);
}
