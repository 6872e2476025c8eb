import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Clock } from '../../src/platform/index.ts';

/** A clock that goes only as far as a test lets it. */
export interface ManualClock extends Clock {
  /** Milliseconds that those who sleep now would sleep on, shortest first. */
  readonly sleeping: readonly number[];
  /** Lets time pass, wakes everybody whose time has come in their order, and lets each do what it does then. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves once somebody sleeps. */
  sleeper(): Promise<void>;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

export function manualClock(start = Date.parse('2026-11-20T12:00:00Z')): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const inOrder = (): readonly Sleeper[] => [...sleepers].sort((a, b) => a.wakesAt - b.wakesAt);
  let announce = (): void => undefined;
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await nextTurn();
  };
  return {
    now: () => now,
    get sleeping() {
      return inOrder().map(({ wakesAt }) => wakesAt - now);
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const leave = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          wakesAt: now + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        sleepers.add(sleeper);
        announce();
        signal?.addEventListener('abort', leave, { once: true });
      }),
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (let [next] = inOrder(); next !== undefined && next.wakesAt <= end; [next] = inOrder()) {
        now = next.wakesAt;
        next.wake();
        await settle();
      }
      now = end;
    },
    async sleeper() {
      if (sleepers.size > 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      announce = resolve;
      await promise;
    },
  };
}
