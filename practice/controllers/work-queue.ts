import type { Cancel, Clock } from '../model.ts';
import { StatusError } from '../status.ts';

/** Keys of objects that want to be looked at. A key that waits already is not queued twice. */
export interface WorkQueue {
  add(key: string): void;
  /** Queues a key later; of several times the soonest counts. */
  addAfter(key: string, milliseconds: number): void;
  stop(): void;
}

/** After a refusal of the API server: doubled each time, as client-go's rate limiter does, but from a second on. */
const RETRY = { first: 1000, most: 300_000 } as const;

/** How many keys are worked on before others get their turn. */
const AT_ONCE = 256;

/**
 * Calls `sync` with each key that was added, never from inside a write of the store but as a turn of the clock. A
 * StatusError puts the key back for later; any other error is ours, and breaks out.
 */
export function workQueue(clock: Clock, sync: (key: string) => void): WorkQueue {
  const waiting = new Set<string>();
  const later = new Map<string, { readonly at: number; readonly cancel: Cancel }>();
  const failures = new Map<string, number>();
  let cancelTurn: Cancel | undefined;

  const work = (key: string): void => {
    try {
      sync(key);
      failures.delete(key);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const failed = failures.get(key) ?? 0;
      failures.set(key, failed + 1);
      addAfter(key, Math.min(RETRY.first * 2 ** failed, RETRY.most));
    }
  };
  const turn = (): void => {
    cancelTurn = undefined;
    let left = AT_ONCE;
    for (const key of waiting) {
      if (left-- === 0) break;
      waiting.delete(key);
      work(key);
    }
    if (waiting.size > 0) cancelTurn ??= clock.after(0, turn);
  };
  const add = (key: string): void => {
    waiting.add(key);
    cancelTurn ??= clock.after(0, turn);
  };
  const addAfter = (key: string, milliseconds: number): void => {
    const at = clock.now() + milliseconds;
    const planned = later.get(key);
    if (planned !== undefined && planned.at <= at) return;
    planned?.cancel();
    const cancel = clock.after(milliseconds, () => {
      later.delete(key);
      add(key);
    });
    later.set(key, { at, cancel });
  };
  return {
    add,
    addAfter,
    stop() {
      cancelTurn?.();
      for (const { cancel } of later.values()) cancel();
      waiting.clear();
      later.clear();
    },
  };
}
