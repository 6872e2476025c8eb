import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cpu, memory, memoryColumn, parseQuantity, percent } from './quantity.ts';

describe('parseQuantity', () => {
  test.each([
    ['100m', 0.1],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['5', 5],
    [5, 5],
    ['123456789n', 0.123456789],
    ['.5', 0.5],
    ['5.', 5],
    ['-1k', -1000],
    ['+2u', 2e-6],
    ['128974848', 128974848],
    ['129M', 129e6],
  ])('%j is %d', (text, wanted) => {
    expect(parseQuantity(text)).toBe(wanted);
  });

  test.each(['', 'm', '1K', '1mi', '1 Gi', 'x', '1e', '0x1', '1,5', 'Infinity', '1e999', '1'.repeat(65), Number.NaN, null, {}])(
    '%j is none',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  test('is the double next to the exact value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'),
        (digits, suffix) => {
          const up: Record<string, bigint> = {
            '': 1n,
            k: 10n ** 3n,
            M: 10n ** 6n,
            G: 10n ** 9n,
            Ki: 2n ** 10n,
            Mi: 2n ** 20n,
            Gi: 2n ** 30n,
          };
          const down: Record<string, number> = { n: 9, u: 6, m: 3 };
          const factor = up[suffix];
          const exact = factor === undefined ? Number(`${digits}e-${down[suffix] ?? 0}`) : Number(digits * factor);
          expect(parseQuantity(`${digits}${suffix}`)).toBe(exact);
        },
      ),
    );
  });
});

test.each([
  [0, '0'],
  [0.25, '250m'],
  [0.9996, '1'],
  [1.5, '1.5'],
  [1.25, '1.25'],
  [31.24, '31.2'],
  [64, '64'],
  [0.0004, '0.4m'],
  [0.000001, '0.1m'],
  [0.0124, '12m'],
  [-0.5, '-500m'],
])('%d cores are %s', (cores, wanted) => {
  expect(cpu(cores)).toBe(wanted);
});

test.each([
  [0, '0'],
  [512, '512B'],
  [64 * 2 ** 20, '64Mi'],
  [1.25 * 2 ** 30, '1.3Gi'],
  [1000 * 2 ** 20, '1000Mi'],
  [1023.9 * 2 ** 20, '1Gi'],
  [31.28 * 2 ** 30, '31.3Gi'],
  [3 * 2 ** 40, '3Ti'],
])('%d bytes are %s', (bytes, wanted) => {
  expect(memory(bytes)).toBe(wanted);
});

test('what is printed is near what was meant', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.integer({ min: 1024, max: 2 ** 50 }), (cores, bytes) => {
      expect(Math.abs((parseQuantity(cpu(cores)) ?? 0) - cores) / cores).toBeLessThan(0.51);
      expect(Math.abs((parseQuantity(memory(bytes)) ?? 0) - bytes) / bytes).toBeLessThan(0.051);
    }),
  );
});

test('a column of memory has one unit', () => {
  const [mi, gi] = [2 ** 20, 2 ** 30];
  expect(memoryColumn([64 * mi, 1.5 * gi, 0, undefined])).toEqual({ unit: 'Mi', cells: ['64Mi', '1536Mi', '0', ''] });
  expect(memoryColumn([10 * 1024, 2 * gi])).toEqual({ unit: 'Mi', cells: ['<0.1Mi', '2048Mi'] });
  expect(memoryColumn([2 * gi, 31.2 * gi])).toEqual({ unit: 'Gi', cells: ['2Gi', '31.2Gi'] });
  expect(memoryColumn([])).toEqual({ unit: '', cells: [] });
});

test('percent', () => {
  expect([percent(1, 8), percent(0, 5), percent(1, 1000), percent(3, 2), percent(1, 0), percent(1, Number.NaN)]).toEqual([
    '13%',
    '0%',
    '<1%',
    '150%',
    '',
    '',
  ]);
});
