import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson } from '../platform/index.ts';
import { digestOf, newId, sameContent } from './canonical.ts';

const key = Buffer.alloc(32, 1);

test('the same content is the same text and the same digest, whatever the order of its fields', () => {
  expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  expect(digestOf({ a: 1, b: 2 }, key)).toBe(digestOf({ b: 2, a: 1 }, key));
  expect(digestOf({ a: 1 }, key)).not.toBe(digestOf({ a: 2 }, key));
});

test('what is the same is what would be written in the same way', () => {
  const part = fc.oneof(fc.constantFrom(1, 'a', null, undefined, true), fc.array(fc.constantFrom(1, 'a'), { maxLength: 2 }));
  const value = fc.oneof(part, fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), part, { maxKeys: 3 }));
  fc.assert(
    fc.property(value, value, (a, b) => sameContent(a, b) === (canonicalJson(a) === canonicalJson(b))),
    { numRuns: 2_000 },
  );
  expect(sameContent({ a: { b: 1, c: [2] } }, { a: { c: [2], b: 1, d: undefined } })).toBe(true);
});

test('a digest says nothing without the key', () => {
  expect(digestOf('password', key)).not.toBe(digestOf('password', Buffer.alloc(32, 2)));
});

test('an id says what it is of, and is another each time', () => {
  const ids = Array.from({ length: 100 }, () => newId('plan'));
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^plan-[0-9a-z]{8}$/);
});
