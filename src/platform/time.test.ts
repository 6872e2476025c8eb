import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { ageOf, parseDuration, shortDuration, systemClock } from './time.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a length of time', () => {
  it.each([
    [0, '0s'],
    [0.4, '0s'],
    [45, '45s'],
    [59.6, '1m'],
    [60, '1m'],
    [200, '3m20s'],
    [600, '10m'],
    [3_600, '1h'],
    [5_400, '1h30m'],
    [18_000, '5h'],
    [86_400, '1d'],
    [90_000, '1d1h'],
    [1_000_000, '11d'],
    [-5, '0s'],
  ])('of %s s is %s', (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text);
  });

  it.each([
    ['90s', 90],
    ['1h30m', 5_400],
    ['2d', 172_800],
    ['1.5h', 5_400],
    ['250ms', 0.25],
    ['1m500ms', 60.5],
    ['', undefined],
    ['90', undefined],
    ['s', undefined],
    ['1h 30m', undefined],
    ['-1h', undefined],
    ['1w', undefined],
    ['1.h', undefined],
    ['1e3s', undefined],
  ])('written %j has %s s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it('is read as it was written, but for what the writing leaves out', () => {
    fc.assert(
      fc.property(fc.nat(400 * 86_400), (seconds) => {
        const text = shortDuration(seconds);
        const read = parseDuration(text) ?? Number.NaN;
        expect(read).toBeLessThanOrEqual(seconds);
        expect(seconds - read).toBeLessThan(Math.max(1, seconds / 8));
        expect(shortDuration(read)).toBe(text);
      }),
    );
  });
});

describe('an age', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  it.each([
    ['2026-11-20T11:00:00Z', '1h'],
    ['2026-11-20T12:00:05Z', '0s'],
    ['yesterday', ''],
    [undefined, ''],
    [null, ''],
    [7, ''],
  ])('since %j is %j', (timestamp, age) => {
    expect(ageOf(timestamp, now)).toBe(age);
  });
});

describe('the clock of the system', () => {
  it('tells the time of the system', () => {
    vi.useFakeTimers({ now: 7_000 });
    expect(systemClock.now()).toBe(7_000);
  });

  it('wakes with the reason of the signal', async () => {
    const leaving = new AbortController();
    const slept = systemClock.sleep(60_000, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(slept).rejects.toThrow('gone');
    await expect(systemClock.sleep(0, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('does not wake at once from a sleep that is longer than a timer can run', async () => {
    const leaving = new AbortController();
    const slept = systemClock.sleep(Number.MAX_SAFE_INTEGER, leaving.signal).then(
      () => 'woke',
      () => 'left',
    );
    await systemClock.sleep(5);
    leaving.abort();
    expect(await slept).toBe('left');
  });
});
