import { describe, expect, it } from 'vitest';

import { practiceClock } from '../clock.ts';
import { StatusError } from '../status.ts';
import { workQueue } from './work-queue.ts';

const START = Date.parse('2026-11-20T12:00:00Z');

describe('a work queue', () => {
  it('works on a key once however often it was added, and never at once', () => {
    const clock = practiceClock(START);
    const worked: string[] = [];
    const queue = workQueue(clock, (key) => worked.push(key));
    for (const key of ['a', 'b', 'a']) queue.add(key);
    expect(worked).toEqual([]);
    clock.advance(0);
    expect(worked).toEqual(['a', 'b']);
  });

  it('works on a key at the soonest of the times that were asked for', () => {
    const clock = practiceClock(START);
    const worked: number[] = [];
    const queue = workQueue(clock, () => worked.push(clock.now() - START));
    for (const milliseconds of [5000, 1000, 3000]) queue.addAfter('a', milliseconds);
    clock.advance(10_000);
    expect(worked).toEqual([1000]);
  });

  it('tries again what the server refused, later and later, and forgets it when it went well', () => {
    const clock = practiceClock(START);
    const worked: number[] = [];
    let refuses = true;
    const queue = workQueue(clock, () => {
      worked.push((clock.now() - START) / 1000);
      if (refuses) throw new StatusError(403, 'Forbidden', 'no');
    });
    queue.add('a');
    clock.advance(10_000);
    expect(worked).toEqual([0, 1, 3, 7]);
    refuses = false;
    clock.advance(100_000);
    expect(worked).toEqual([0, 1, 3, 7, 15]);
  });

  it('lets out errors that are not the server’s', () => {
    const clock = practiceClock(START);
    const queue = workQueue(clock, () => {
      throw new TypeError('a bug');
    });
    queue.add('a');
    expect(() => clock.advance(0)).toThrow('a bug');
  });
});
