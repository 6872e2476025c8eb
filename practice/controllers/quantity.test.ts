import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { amountOf, bytesQuantity, milliOf, milliQuantity, sumOf } from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['100m', 0.1],
    ['2', 2],
    ['1.5', 1.5],
    ['1Ki', 1024],
    ['16Gi', 16 * 2 ** 30],
    ['1e3', 1000],
    ['5M', 5_000_000],
    [undefined, 0],
  ])('%s amounts to %d', (quantity, amount) => {
    expect(amountOf(quantity)).toBeCloseTo(amount, 9);
  });

  it('are read as they were written', () => {
    const milli = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(milli, fc.integer({ min: 0, max: 2 ** 45 }), (cpu, bytes) => {
        expect(milliOf(milliQuantity(cpu))).toBe(cpu);
        expect(amountOf(bytesQuantity(bytes))).toBe(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('are added up by name, those of one as they stand', () => {
    expect(sumOf([undefined, { cpu: '0.5' }])).toEqual({ cpu: '0.5' });
    expect(sumOf([{ cpu: '250m', memory: '64Mi' }, { cpu: '0.75', memory: '64Mi' }, undefined])).toEqual({
      cpu: '1',
      memory: '128Mi',
    });
    expect(sumOf([undefined])).toBeUndefined();
  });
});
