import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { cpu, memory, memoryColumn, percent } from './quantity.ts';

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
      expect(Math.abs(coresOf(cpu(cores)) - cores) / cores).toBeLessThan(0.51);
      expect(Math.abs(bytesOf(memory(bytes)) - bytes) / bytes).toBeLessThan(0.051);
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

function coresOf(text: string): number {
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^([\d.]+)(\w*)$/.exec(text) ?? [];
  return Number(digits) * 1024 ** ['B', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(unit);
}
