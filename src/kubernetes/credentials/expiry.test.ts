import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { freshUntil, isoTime } from './expiry.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

describe('freshUntil', () => {
  it('is ten seconds before the end, so that no request under way outlives its credential', () => {
    expect(freshUntil(NOW + 3_600_000, NOW)).toBe(NOW + 3_590_000);
    expect(freshUntil(NOW + 100_000, NOW)).toBe(NOW + 90_000);
  });

  it('leaves what lives shortly nine tenths of its life', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (life) => {
        expect(freshUntil(NOW + life, NOW)).toBeCloseTo(NOW + life * 0.9, 3);
      }),
    );
  });

  it('never calls fresh what has ended', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (ago) => {
        expect(freshUntil(NOW - ago, NOW)).toBe(NOW - ago);
      }),
    );
  });
});

describe('isoTime', () => {
  it('shows any number that a token may claim', () => {
    expect(isoTime(NOW)).toBe('2026-11-20T12:00:00.000Z');
    for (const beyond of [9e15, -9e15, Number.MAX_VALUE, Number.NEGATIVE_INFINITY]) expect(isoTime(beyond)).toMatch(/\w/);
  });
});
