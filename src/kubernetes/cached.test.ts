import { expect, it } from 'vitest';

import { Cached } from './cached.ts';

function setUp(fetch: () => Promise<number> = async () => 1): {
  cache: Cached<number>;
  fetches: () => number;
  pass: (ms: number) => void;
} {
  let now = 1_000;
  let fetches = 0;
  const counted = async (): Promise<number> => {
    fetches++;
    return fetch();
  };
  return {
    cache: new Cached(counted, 100, () => now),
    fetches: () => fetches,
    pass: (ms) => {
      now += ms;
    },
  };
}

it('fetches once for all who ask at the same time, and again when the value is old', async () => {
  const { cache, fetches, pass } = setUp();
  expect(cache.peek()).toBeUndefined();
  expect(cache.age).toBe(Number.POSITIVE_INFINITY);
  await Promise.all(Array.from({ length: 20 }, () => cache.get()));
  expect(fetches()).toBe(1);
  pass(99);
  expect([cache.peek(), cache.age]).toEqual([1, 99]);
  pass(1);
  expect(cache.peek()).toBeUndefined();
  await cache.get();
  expect(fetches()).toBe(2);
});

it('tells a failure to all who wait, and does not keep it', async () => {
  let broken = true;
  const { cache, fetches } = setUp(async () => {
    if (broken) throw new Error('down');
    return 7;
  });
  const outcomes = await Promise.allSettled([cache.get(), cache.get(new AbortController().signal)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await cache.get()).toBe(7);
  expect(fetches()).toBe(2);
});

it('lets a caller leave without ending the flight of the others', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { cache, fetches } = setUp(async () => promise);
  const leaving = new AbortController();
  const left = cache.get(leaving.signal);
  const stays = cache.get(new AbortController().signal);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  resolve(5);
  expect(await stays).toBe(5);
  expect(fetches()).toBe(1);
});

it('begins nothing for a caller that has left already', async () => {
  // The flight's failure would be nobody's, and end the process.
  const { cache, fetches } = setUp(async () => {
    throw new Error('down');
  });
  await expect(cache.get(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(fetches()).toBe(0);
});
