import { setImmediate as nextTurn } from 'node:timers/promises';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { mapBounded, Semaphore, TokenBucket } from './limits.ts';

describe('a semaphore', () => {
  it('lets in as many as it has places, in the order in which they came', async () => {
    const places = new Semaphore(2);
    const entered: number[] = [];
    const waits = [0, 1, 2, 3].map(async (number) => {
      await places.acquire();
      entered.push(number);
    });
    await nextTurn();
    expect([entered, places.queued, places.tryAcquire()]).toEqual([[0, 1], 2, false]);
    places.release();
    await nextTurn();
    expect(entered).toEqual([0, 1, 2]);
    places.release();
    await Promise.all(waits);
    expect([entered, places.queued]).toEqual([[0, 1, 2, 3], 0]);
  });

  it('forgets who leaves the queue', async () => {
    const places = new Semaphore(1);
    await places.acquire();
    const leaving = new AbortController();
    const left = places.acquire(leaving.signal);
    const stays = places.acquire();
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(places.queued).toBe(1);
    places.release();
    await stays;
    places.release();
    expect(places.tryAcquire()).toBe(true);
  });

  it('gives no place to who has left before', async () => {
    const places = new Semaphore(1);
    await expect(places.acquire(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(places.tryAcquire()).toBe(true);
  });

  it('gives the place back when the work fails', async () => {
    const places = new Semaphore(1);
    const failing = async (): Promise<never> => Promise.reject(new Error('no'));
    await expect(places.run(failing)).rejects.toThrow('no');
    expect(await places.run(async () => 7)).toBe(7);
  });

  it('never has more in it than places, and never loses one, whoever leaves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('stay', 'leave'), { maxLength: 30 }),
        fc.scheduler(),
        async (size, plan, scheduler) => {
          const places = new Semaphore(size);
          let inside = 0;
          const work = async (): Promise<void> => {
            inside++;
            expect(inside).toBeLessThanOrEqual(size);
            await scheduler.schedule(Promise.resolve());
            inside--;
          };
          const runs = plan.map(async (each) => {
            const controller = new AbortController();
            if (each === 'leave') void scheduler.schedule(Promise.resolve()).then(() => controller.abort(new Error('gone')));
            await places.run(work, controller.signal).catch(() => undefined);
          });
          await scheduler.waitAll();
          await scheduler.waitFor(Promise.all(runs));
          expect([inside, places.queued]).toEqual([0, 0]);
          expect(Array.from({ length: size + 1 }, () => places.tryAcquire())).toEqual([
            ...Array.from({ length: size }, () => true),
            false,
          ]);
        },
      ),
    );
  });
});

describe('a token bucket', () => {
  it('spends its burst at once, and then keeps to the rate', async () => {
    const clock = jumpingClock();
    const bucket = new TokenBucket({ qps: 4, burst: 2, clock });
    for (let index = 0; index < 5; index++) await bucket.take();
    expect(clock.slept).toEqual([250, 250, 250]);
  });

  it('never lets more through than burst and rate allow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(500), { maxLength: 60 }),
        async (qps, burst, pauses) => {
          const clock = jumpingClock(0);
          const bucket = new TokenBucket({ qps, burst, clock });
          for (const [index, pause] of pauses.entries()) {
            await clock.sleep(pause);
            await bucket.take();
            expect(index + 1).toBeLessThanOrEqual(burst + (clock.now() / 1000) * qps + 1e-6);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('queues those who come together', async () => {
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    const bucket = new TokenBucket({ qps: 10, burst: 1, clock });
    await Promise.all([bucket.take(), bucket.take(), bucket.take()]);
    expect(slept).toEqual([100, 200]);
  });

  it('does not stop when the clock is set back', async () => {
    let now = 3_600_000;
    const slept: number[] = [];
    const clock = { now: () => now, sleep: async (ms: number) => void slept.push(ms) };
    const bucket = new TokenBucket({ qps: 1, burst: 2, clock });
    await bucket.take();
    now = 0;
    await bucket.take();
    await bucket.take();
    expect(slept).toEqual([1_000]);
  });
});

describe('mapBounded', () => {
  it('keeps the order and the bound, whatever the items are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(undefined, null, 0, '', 'x')),
        fc.integer({ min: 0, max: 8 }),
        fc.scheduler(),
        async (items, places, scheduler) => {
          let inside = 0;
          const mapped = mapBounded(items, places, async (item, index) => {
            inside++;
            expect(inside).toBeLessThanOrEqual(Math.max(1, places));
            await scheduler.schedule(Promise.resolve());
            inside--;
            return { item, index };
          });
          expect(await scheduler.waitFor(mapped)).toEqual(items.map((item, index) => ({ item, index })));
        },
      ),
    );
  });

  it('begins nothing more after the first failure', async () => {
    const begun: number[] = [];
    const { promise: held, resolve } = Promise.withResolvers<void>();
    const mapped = mapBounded([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('no');
      await held;
    });
    await expect(mapped).rejects.toThrow('no');
    resolve();
    await nextTurn();
    expect(begun).toEqual([0, 1]);
  });
});
