import { DueQueue, type Due } from './due-queue.ts';
import type { Clock } from './model.ts';

/** A clock that stands where it was put until it is moved on or let go. */
export interface PracticeClock extends Clock {
  /** Lets time pass at once: everything that falls due meanwhile is called back, in order and each at its time. */
  advance(milliseconds: number): void;
  /** From now on it goes with real time, on from the moment that it shows. */
  run(): void;
  /** Nothing is called back any more. */
  stop(): void;
}

/** The longest that a timer of Node waits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** @param start milliseconds since the epoch. @default now */
export function practiceClock(start: number = Date.now()): PracticeClock {
  const queue = new DueQueue();
  let order = 0;
  /** What it shows while it stands, and never less while it runs. */
  let reached = start;
  /** How far real time is ahead of it; missing while it stands. */
  let behind: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const now = (): number => (behind === undefined ? reached : Math.max(reached, Date.now() - behind));
  const callBack = (due: Due): void => {
    const { callback } = due;
    due.callback = undefined;
    callback?.();
  };
  const callUntil = (end: number): void => {
    for (let due = queue.first(); due !== undefined && due.at <= end; due = queue.first()) {
      reached = Math.max(reached, due.at);
      callBack(due);
    }
  };
  const arm = (): void => {
    clearTimeout(timer);
    const due = queue.first();
    if (behind === undefined || due === undefined) return;
    timer = setTimeout(wake, Math.min(Math.max(due.at - now(), 0), LONGEST_TIMER));
    timer.unref();
  };
  const wake = (): void => {
    callUntil(now());
    arm();
  };

  return {
    now,
    after(milliseconds, callback) {
      const due: Due = { at: now() + Math.max(milliseconds, 0), order: ++order, callback };
      if (!stopped) queue.add(due);
      if (queue.first() === due) arm();
      return () => {
        due.callback = undefined;
      };
    },
    advance(milliseconds) {
      const end = now() + milliseconds;
      const running = behind !== undefined;
      reached = now();
      behind = undefined;
      callUntil(end);
      reached = end;
      if (running) this.run();
    },
    run() {
      behind ??= Date.now() - reached;
      arm();
    },
    stop() {
      stopped = true;
      queue.clear();
      clearTimeout(timer);
    },
  };
}
