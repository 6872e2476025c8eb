import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Clock } from '../../src/platform/index.ts';

/** A clock that stands still until somebody sleeps: then it jumps to when that one would wake. */
export interface JumpingClock extends Clock {
  /** How long was slept each time, in milliseconds. */
  readonly slept: readonly number[];
}

export function jumpingClock(start = Date.parse('2026-11-20T12:00:00Z')): JumpingClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
      // A sleep, however short, lets everything else happen first.
      await nextTurn();
    },
  };
}
