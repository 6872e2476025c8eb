import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { quantityOf } from './quantity.ts';

describe('quantityOf', () => {
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
    expect(quantityOf(text)).toBe(wanted);
  });

  test.each(['', 'm', '1K', '1mi', '1 Gi', 'x', '1e', '0x1', '1,5', 'Infinity', '1e999', '1'.repeat(65), Number.NaN, null, {}])(
    '%j is none',
    (text) => {
      expect(quantityOf(text)).toBeUndefined();
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
          expect(quantityOf(`${digits}${suffix}`)).toBe(exact);
        },
      ),
    );
  });
});
