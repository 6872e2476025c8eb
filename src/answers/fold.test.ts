import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Budget, tokensOf } from './budget.ts';
import { foldNames, renderFold, unitsAfter, type FoldRow, type FoldUnit } from './fold.ts';

function pods(namespace: string, workloads: number, each: number): FoldRow[] {
  const suffixes = ['x2v9k', 'lm2zp', 'q8w7r', 'r5k2x', 'bcdf2'];
  return Array.from({ length: workloads * each }, (_, index) => ({
    namespace,
    name: `app-${index % workloads}-6c9f7d5b8-${suffixes[Math.floor(index / workloads)] ?? 'zzzzz'}`,
  }));
}

describe('foldNames', () => {
  test('groups by namespace, workload and note', () => {
    const rows: FoldRow[] = [
      { namespace: 'b', name: 'job-x2v9k', note: 'Completed' },
      ...pods('a', 2, 3),
      { namespace: 'b', name: 'job-lm2zp' },
      { namespace: 'b', name: 'job-q8w7r', note: 'Completed' },
    ];
    expect(renderFold(foldNames(rows), new Budget())).toEqual({
      text: 'a: app-0 ×3, app-1 ×3\nb: job, job ×2 (Completed)',
      rows: 6 + 3,
      next: undefined,
    });
  });
});

describe('renderFold', () => {
  test('says once what namespaces share', () => {
    const rows = [
      ...pods('load-0', 2, 4),
      ...pods('load-1', 2, 4),
      ...pods('load-2', 2, 4),
      ...pods('x', 1, 2),
      ...pods('y', 1, 2),
    ];
    expect(renderFold(foldNames(rows), new Budget()).text).toBe(
      'load-0: app-0 ×4, app-1 ×4\nload-1, load-2: the same 2 ×4\nx: app-0 ×2\ny: the same 1 ×2',
    );
  });

  test('leaves the namespace out where there is none', () => {
    const rows = ['n1', 'n2'].map((name) => ({ namespace: '', name }));
    expect(renderFold(foldNames(rows), new Budget()).text).toBe('n1, n2');
  });

  test('cuts at a namespace, and goes on behind its key', () => {
    const units = foldNames([...pods('a', 3, 2), ...pods('b', 2, 2), ...pods('c', 3, 2)]);
    const first = renderFold(units, new Budget(19));
    expect(first).toEqual({ text: 'a: app-0 ×2, app-1 ×2, app-2 ×2', rows: 6, next: 'a/app-2' });
    expect(renderFold(unitsAfter(units, 'a/app-2'), new Budget(100))).toEqual({
      text: 'b: app-0 ×2, app-1 ×2\nc: app-0 ×2, app-1 ×2, app-2 ×2',
      rows: 10,
      next: undefined,
    });
  });

  test('cuts within a namespace that is first or very long', () => {
    const units = foldNames([...pods('a', 1, 1), ...pods('b', 300, 1)]);
    expect(renderFold(units, new Budget(10))).toEqual({ text: 'a: app-0\nb: app-0, app-1', rows: 3, next: 'b/app-1' });
    expect(renderFold(unitsAfter(units, 'b/app-1'), new Budget(10)).text).toBe('b: app-10, app-100, app-101');
  });

  test('never cuts between items of one name, because the key would pass both', () => {
    const rows = ['api', 'db'].flatMap((name) => ['', 'Completed'].map((note) => ({ namespace: 'a', name, note })));
    expect(renderFold(foldNames(rows), new Budget(13))).toEqual({ text: 'a: api, api (Completed)', rows: 2, next: 'a/api' });
    expect(renderFold(foldNames(rows), new Budget(3))).toMatchObject({ text: 'a: api, api (Completed)', next: 'a/api' });
  });

  test('pages add up: every row once, in order, within the budget', () => {
    const row = fc.record({
      namespace: fc.constantFrom('', 'a', 'b', 'b-1', 'c'),
      name: fc.constantFrom('api', 'db-0', 'db-1', 'web-x2v9k', 'web-lm2zp', 'web-1', 'x', 'y', 'z', 'longer-name'),
      note: fc.constantFrom('', 'Completed'),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80, size: 'max' }), fc.integer({ min: 20, max: 60 }), (rows, tokens) => {
        const units = foldNames(rows);
        expect(total(units)).toBe(rows.length);
        let left: readonly FoldUnit[] = units;
        let seen = 0;
        for (;;) {
          const page = renderFold(left, new Budget(tokens));
          expect(tokensOf(page.text)).toBeLessThanOrEqual(tokens);
          seen += page.rows;
          if (page.next === undefined) break;
          const rest = unitsAfter(units, page.next);
          expect(total(rest)).toBe(rows.length - seen);
          expect(total(rest)).toBeLessThan(total(left));
          left = rest;
        }
        expect(seen).toBe(rows.length);
      }),
      { numRuns: 500 },
    );
  });
});

function total(units: readonly FoldUnit[]): number {
  return units.reduce((sum, unit) => sum + unit.items.reduce((count, item) => count + item.count, 0), 0);
}
