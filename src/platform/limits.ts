import type { Clock } from './time.ts';

/**
 * A counting semaphore whose queue can be left: a waiter that is aborted is gone at once and never takes a place.
 *
 * It stands in front of the connection pool because a request that waits inside the pool can be neither aborted nor
 * timed out there.
 */
export class Semaphore {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** How many are waiting for a place. */
  get queued(): number {
    return this.#waiting.size;
  }

  /** Takes a place at once, or says that there is none. */
  tryAcquire(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Waits for a place, first come first served. Rejects with the signal's reason when aborted. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryAcquire()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      this.#waiting.delete(enter);
      reject(signal?.reason);
    };
    const enter = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    this.#waiting.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
    await promise;
  }

  /** Gives a place back; it goes straight to the one who waited longest. */
  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  /** Runs `work` in a place of its own. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.acquire(signal);
    try {
      return await work();
    } finally {
      this.release();
    }
  }
}

/**
 * Runs `work` over all items with at most `places` at the same time; results stand in the items' order. The first
 * failure is the whole's: what is under way ends by itself, and nothing more is begun.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  places: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) {
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
      if (failed) return;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(places, items.length)) }, worker));
  return results;
}

/** Tokens per second with a burst, as client-go's `qps` and `burst` mean it. */
export class TokenBucket {
  readonly #qps: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(options: { qps: number; burst: number; clock: Clock }) {
    this.#qps = options.qps;
    this.#burst = options.burst;
    this.#clock = options.clock;
    this.#tokens = options.burst;
    this.#filledAt = options.clock.now();
  }

  /** Waits for its token; a waiter that is aborted has spent it all the same, so that the rate is never exceeded. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    // A clock that was set back must take no tokens away.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed / 1000) * this.#qps);
    this.#filledAt = now;
    this.#tokens--;
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens / this.#qps) * 1000, signal);
  }
}
