import { expect, it } from 'vitest';

import { pageOf } from './page.ts';

const ITEMS = ['a', 'b', 'c', 'd', 'e'];

it('goes through a list page by page', () => {
  const first = pageOf(ITEMS, undefined, 2);
  const second = pageOf(ITEMS, first.nextCursor, 2);
  const third = pageOf(ITEMS, second.nextCursor, 2);
  expect([first.items, second.items, third.items]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(third).not.toHaveProperty('nextCursor');
});

it('has one page for a list that fits', () => {
  expect(pageOf(ITEMS, undefined, 5)).toEqual({ items: ITEMS });
  expect(pageOf([], undefined)).toEqual({ items: [] });
});

it.each(['', 'p0', 'p1', 'p6', 'p-2', 'p2.0', '2', 'p99999999999', 'x'.repeat(1000)])('refuses the cursor %s', (cursor) => {
  expect(() => pageOf(ITEMS, cursor, 2)).toThrow(expect.objectContaining({ code: -32_602 }));
});
