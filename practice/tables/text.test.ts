import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ageOf, durationText, firstOf, labelsText, selectorText } from './text.ts';

const seconds = (count: number): number => count * 1000;
const hours = (count: number): number => seconds(count * 3600);
const days = (count: number): number => hours(count * 24);

describe('durations', () => {
  it.each([
    [seconds(-2), '<invalid>'],
    [seconds(-1.9), '0s'],
    [0, '0s'],
    [seconds(119.9), '119s'],
    [seconds(120), '2m'],
    [seconds(121), '2m1s'],
    [seconds(599), '9m59s'],
    [seconds(600), '10m'],
    [hours(3) - 1, '179m'],
    [hours(3), '3h'],
    [hours(7.5), '7h30m'],
    [hours(8), '8h'],
    [hours(47.9), '47h'],
    [hours(48), '2d'],
    [hours(49), '2d1h'],
    [days(8), '8d'],
    [days(729), '729d'],
    [days(730), '2y'],
    [days(735), '2y5d'],
    [days(8 * 365 + 5), '8y'],
  ])('of %i ms read %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  it('are never longer than seven signs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: days(99 * 365) }), (duration) => durationText(duration).length <= 7),
      { numRuns: 500 },
    );
  });

  it('since a time that nobody knows are unknown', () => {
    expect(ageOf(null, 0)).toBe('<unknown>');
    expect(ageOf(undefined, 0)).toBe('<unknown>');
    expect(ageOf('1970-01-01T00:00:00Z', seconds(5))).toBe('5s');
  });
});

describe('selectors', () => {
  it('are written in the order of their keys', () => {
    const text = selectorText({
      matchLabels: { tier: 'web', app: 'shop' },
      matchExpressions: [
        { key: 'canary', operator: 'DoesNotExist' },
        { key: 'zone', operator: 'In', values: ['b', 'a'] },
        { key: 'arch', operator: 'NotIn', values: ['arm'] },
        { key: 'rack', operator: 'Exists' },
      ],
    });
    expect(text).toBe('app=shop,arch notin (arm),!canary,rack,tier=web,zone in (a,b)');
  });

  it('that select everything are empty', () => {
    expect(selectorText({})).toBe('');
    expect(labelsText({})).toBe('<none>');
  });
});

describe('lists', () => {
  it('say how many they leave out', () => {
    expect(firstOf(['a', 'b'], 2)).toBe('a,b');
    expect(firstOf(['a', 'b', 'c', 'd'], 2, ', ')).toBe('a, b + 2 more...');
  });
});
