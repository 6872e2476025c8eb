import { describe, expect, test } from 'vitest';

import { columnNames, isTable, redactTable } from './tables.ts';

type Table = Record<string, unknown>;
const table = (columns: readonly unknown[], ...rows: unknown[]): Table => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  columnDefinitions: columns.map((name) => ({ name })),
  rows,
});
const shown = (given: Table, secrets = false, reveal = false, columns?: readonly string[]): unknown => {
  redactTable(given, secrets, reveal, columns);
  return given['rows'];
};

test('a Table is what the server says is one', () => {
  expect(isTable(table([]))).toBe(true);
  for (const other of [{ kind: 'List' }, { apiVersion: 'x.io/v1' }, { apiVersion: undefined }, { apiVersion: 7 }, { rows: {} }])
    expect(isTable({ ...table([]), ...other })).toBe(false);
});

test('columns are known by their names, as far as they have some', () => {
  expect(columnNames(table(['Name', 'Age']))).toEqual(['Name', 'Age']);
  expect(columnNames({ columnDefinitions: [{ name: 'Name' }, null, 'x', {}, { name: 7 }] })).toEqual(['Name', '', '', '', '']);
  expect(columnNames({})).toEqual([]);
  expect(columnNames({ columnDefinitions: 'x' })).toEqual([]);
});

describe('of Secrets', () => {
  const row = ['db', 'Opaque', 2, '3d'];

  test('name, type, count and age are shown, and nothing that some server adds', () => {
    expect(shown(table(['Name', 'Type', 'Data', 'Age', 'Note'], { cells: [...row, 'plain'] }), true)).toEqual([
      { cells: [...row, '<redacted>'] },
    ]);
    expect(shown(table(['Namespace', 'Name', 'Extra'], { cells: ['shop', 'db', 7] }), true)).toEqual([
      { cells: ['shop', 'db', '<redacted>'] },
    ]);
  });

  test('a Table without columns has those of the first event of its watch, or the usual ones', () => {
    expect(shown(table([], { cells: [...row, 'plain'] }), true)).toEqual([{ cells: [...row, '<redacted>'] }]);
    expect(shown(table([], { cells: ['plain', 'db'] }), true, false, ['Note', 'Name'])).toEqual([
      { cells: ['<redacted>', 'db'] },
    ]);
  });

  test('row objects are Secrets, though they do not say so', () => {
    const object = { metadata: { name: 'db' }, data: { a: 'cGxhaW4=' } };
    expect(shown(table([], { cells: [], object: structuredClone(object) }), true)).toMatchObject([
      { object: { data: { a: '<redacted 5 bytes>' } } },
    ]);
    expect(shown(table([], { cells: [], object: structuredClone(object) }), true, true)).toMatchObject([{ object }]);
    expect(shown(table([], { cells: [], object: structuredClone(object) }))).toMatchObject([{ object }]);
  });
});

describe('of anything else', () => {
  test('what stands in a telling column is hidden', () => {
    expect(
      shown(table(['Name', 'Password', 'Auth', 'Secret', 'Api Token'], { cells: ['x', 'plain', 'web:x9', 'plain', 'off'] })),
    ).toEqual([{ cells: ['x', '<redacted 5 bytes>', 'web:x9', 'plain', 'off'] }]);
    expect(shown(table([], { cells: ['x', 'plain', 7, null] }), false, false, ['Name', 'Password', 'Token', 'Token'])).toEqual([
      { cells: ['x', '<redacted 5 bytes>', 7, null] },
    ]);
    expect(shown(table([], { cells: ['x', 'plain'] }))).toEqual([{ cells: ['x', 'plain'] }]);
  });

  test('row objects are looked through', () => {
    const rows = [
      { cells: 'none', object: { spec: { password: 'plain' } } },
      { cells: ['token=hunter2'], object: null },
      null,
      'x',
    ];
    expect(shown(table(['Name'], ...rows))).toEqual([
      { cells: 'none', object: { spec: { password: '<redacted 5 bytes>' } } },
      { cells: ['token=<redacted>'], object: null },
      null,
      'x',
    ]);
  });
});
