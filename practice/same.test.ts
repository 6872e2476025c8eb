import { expect, it } from 'vitest';

import { same } from './same.ts';

it.each([
  [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
  [{ a: undefined }, {}, true],
  [{}, { a: undefined }, true],
  [{ a: null }, {}, false],
  [[1, 2], [1], false],
  [[], {}, false],
  [{}, { constructor: 'x' }, false],
  [{ toString: 'x' }, {}, false],
])('%j and %j are the same: %s', (one, other, expected) => {
  expect(same(one, other)).toBe(expected);
});
