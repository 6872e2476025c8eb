import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Budget, tokensOf } from './budget.ts';
import { table, type Cell, type Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { name: 'NAMESPACE' },
  { name: 'NAME', pin: true },
  { name: 'WHY', kind: 'free' },
  { name: 'RESTARTS', kind: 'number' },
  { name: 'NODE' },
  { name: 'AGE' },
];

describe('table', () => {
  test('aligns columns, leaves out what tells nothing, quotes free text last', () => {
    const rows: Cell[][] = [
      ['shop', 'api-0', 'config "db.url" is\nmissing', 14, '', '1h'],
      ['shop', 'checkout-0', null, 2, undefined, '1h'],
      ['shop', 'x', 'no space', null, null, '1h'],
    ];
    expect(table(COLUMNS, rows, new Budget())).toEqual({
      text: [
        String.raw`NAME        RESTARTS  WHY`,
        String.raw`api-0             14  "config \"db.url\" is missing"`,
        String.raw`checkout-0         2`,
        String.raw`x                  -  "no space"`,
      ].join('\n'),
      shown: 3,
      constants: [
        { name: 'NAMESPACE', value: 'shop' },
        { name: 'AGE', value: '1h' },
      ],
    });
  });

  test('one row keeps its columns, and equal rows keep one', () => {
    expect(table(COLUMNS, [['a', 'b', '', 0, '', '1d']], new Budget()).text).toBe(
      'NAMESPACE  NAME  RESTARTS  AGE\na          b            0  1d',
    );
    expect(
      table(
        [{ name: 'A' }, { name: 'B' }],
        [
          ['x', 1],
          ['x', 1],
        ],
        new Budget(),
      ),
    ).toEqual({
      text: 'A\nx\nx',
      shown: 2,
      constants: [{ name: 'B', value: '1' }],
    });
    expect(table(COLUMNS, [], new Budget())).toEqual({ text: '', shown: 0, constants: [] });
  });

  test('a very long cell does not widen its column', () => {
    const long = 'n'.repeat(100);
    const { text } = table(
      [{ name: 'NAME' }, { name: 'AGE' }],
      [
        [long, '1d'],
        ['short', '2d'],
      ],
      new Budget(),
    );
    expect(text.split('\n').map((line) => line.length)).toEqual([49, 104, 48]);
  });

  test('shows as many rows as fit, and goes on with a shortened one where none does', () => {
    const rows = Array.from({ length: 100 }, (_, index) => [`pod-${index}`, index]);
    const columns: Column[] = [{ name: 'NAME' }, { name: 'N', kind: 'number' }];
    expect(table(columns, rows, new Budget(16))).toMatchObject({
      text: 'NAME   N\npod-0  0\npod-1  1\npod-2  2\npod-3  3',
      shown: 4,
    });
    const wide = [
      ['x'.repeat(200), 1],
      ['y', 2],
    ];
    expect(table(columns, wide, new Budget(10))).toMatchObject({ text: `${'x'.repeat(26)}…`, shown: 1 });
    expect(table(columns, wide, new Budget(5))).toMatchObject({ text: '', shown: 0 });
  });

  test('never exceeds its budget, takes what it prints, and holds every row it says it shows', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.integer(),
      fc.constantFrom(null, undefined, true, ''),
    );
    const column = fc.record({
      name: fc.stringMatching(/^[A-Z]{1,8}$/),
      kind: fc.constantFrom('text' as const, 'number' as const, 'free' as const),
      pin: fc.boolean(),
    });
    const shape = fc.array(column, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        shape,
        fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 20, size: 'max' }),
        fc.nat(300),
        (columns, rows, tokens) => {
          const budget = new Budget(tokens);
          const numbered: Column[] = [{ name: 'ID', pin: true }, ...columns];
          const { text, shown } = table(
            numbered,
            rows.map((row, index) => [`id${index}`, ...row]),
            budget,
          );
          expect(tokensOf(text)).toBeLessThanOrEqual(tokens);
          expect(budget.leftBytes).toBe(tokens * 3 - (text === '' ? 0 : Buffer.byteLength(text) + 1));
          expect(shown).toBeLessThanOrEqual(rows.length);
          expect(text).not.toMatch(/[ ]$/m);
          const lines = text.split('\n');
          if (lines[0]?.startsWith('ID') === true) {
            expect(lines.slice(1).map((line) => line.split(' ')[0])).toEqual(
              Array.from({ length: shown }, (_, index) => `id${index}`),
            );
          }
          if (tokens >= 200 && rows.length > 0) expect(shown).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
