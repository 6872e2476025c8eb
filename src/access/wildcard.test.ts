import fc from 'fast-check';
import { expect, test } from 'vitest';

import { namePattern } from './wildcard.ts';

test.each([
  ['shop', 'shop', true],
  ['shop', 'shop-eu', false],
  ['team-*', 'team-a', true],
  ['team-*', 'team-', true],
  ['team-*', 'my-team-a', false],
  ['*-prod', 'shop-prod', true],
  ['*-prod', 'shop-prod-2', false],
  ['*', '', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a*b*b', 'ab', false],
  ['a*b*b', 'abb', true],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
])('%s against %s is %s', (pattern, name, expected) => {
  expect(namePattern(pattern).matches(name)).toBe(expected);
});

test('agrees with the obvious regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, name) => {
      expect(namePattern(pattern).matches(name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
    }),
  );
});
