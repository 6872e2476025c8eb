import { describe, expect, it } from 'vitest';

import { manualClock } from '../../../test/support/manual-clock.ts';
import { rotating } from './rotating.ts';

describe('rotating', () => {
  it('reads once for all who ask while it is being read', async () => {
    let reads = 0;
    const value = rotating(async () => ++reads, manualClock());
    expect(await Promise.all([value.current(), value.current(), value.current()].map(async (one) => one))).toEqual([1, 1, 1]);
    expect(value.current()).toBe(1);
  });

  it('forgets only what is known', async () => {
    let reads = 0;
    const value = rotating(async () => ++reads, manualClock());
    await value.current();
    expect([value.forget(0), value.current()]).toEqual([false, 1]);
    expect(value.forget(1)).toBe(true);
    expect(value.forget(1)).toBe(false);
    expect(await value.current()).toBe(2);
  });

  it('fails while nothing is known, and keeps what is known', async () => {
    const clock = manualClock();
    const outcomes = [new Error('not yet'), 'first', new Error('away'), 'second'];
    const value = rotating(async () => {
      const next = outcomes.shift();
      if (next instanceof Error) throw next;
      return next;
    }, clock);
    await expect(value.current()).rejects.toThrow('not yet');
    const seen: unknown[] = [];
    for (let round = 0; round < 3; round++) {
      seen.push(await value.current());
      await clock.advance(10_000);
    }
    expect(seen).toEqual(['first', 'first', 'second']);
  });
});
