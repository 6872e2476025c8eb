import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalQuantity, quantityValue } from './quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    [1.5, '1500m'],
    ['1024Mi', '1Gi'],
    ['1000Mi', '1000Mi'],
    ['1000', '1k'],
    ['1e3', '1e3'],
    ['0', '0'],
    ['-2000m', '-2'],
    ['512', '512'],
    ['1Ki', '1Ki'],
    ['1e-999999999', '1e-9'],
    ['0e999999999', '0'],
    ['1e999999999', '9223372036854775807'],
    ['-1e999999999', '-9223372036854775807'],
    ['10E', '9223372036854775807'],
  ])('%s becomes %s', (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });

  it.each(['', 'abc', '1.2.3', '1KB', 'Ki', '.'])('knows that %j is no quantity', (given) => {
    expect(canonicalQuantity(given)).toBeUndefined();
  });

  it('keeps what a quantity is worth', () => {
    const suffix = fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi');
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 1_000_000 }), suffix, (number, unit) => {
        const text = `${number}${unit}`;
        const canonical = canonicalQuantity(text);
        expect(quantityValue(canonical)).toBe(quantityValue(text));
        expect(canonicalQuantity(canonical ?? '')).toBe(canonical);
      }),
      { numRuns: 300 },
    );
  });
});
