import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { CURSOR_MAX, mintCursor, questionOf, readCursor } from './cursor.ts';
import type { Json } from './json.ts';

const KEY = Buffer.alloc(32, 7);
const QUESTION = questionOf('kube_get', { kind: 'pods', namespace: '*' });

describe('cursor', () => {
  test('its form is pinned', () => {
    expect(mintCursor({ after: 'a/b' }, QUESTION, KEY)).toMatchInlineSnapshot(
      `"c1WyJHQ05IVTc0UFQ4eXgiLHsiYWZ0ZXIiOiJhL2IifV0ANu7L9WW81c2TWzxo4GnJA"`,
    );
  });

  test('carries any payload that fits', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (payload) => {
        const json = JSON.parse(JSON.stringify(payload)) as Json;
        fc.pre(JSON.stringify(json).length < 600);
        const cursor = mintCursor(json, QUESTION, KEY);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(cursor.length).toBeLessThanOrEqual(CURSOR_MAX);
        expect(readCursor(cursor, QUESTION, KEY)).toEqual(json);
      }),
    );
  });

  test('any change is noticed', () => {
    const cursor = mintCursor({ after: 'a/b', page: 3 }, QUESTION, KEY);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. é';
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...Array.from(alphabet)), fc.nat(1), (place, character, width) => {
        const tampered = cursor.slice(0, place) + character + cursor.slice(place + width);
        fc.pre(tampered !== cursor);
        expect(errorOf(() => readCursor(tampered, QUESTION, KEY)).code).toBe('bad-cursor');
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['', 'c1', 'x', 'c1AAAAAAAAAAAAAAAAAAAAAAA', 'a'.repeat(CURSOR_MAX + 1), 'c2'.padEnd(60, 'A')])(
    'refuses %j',
    (text) => {
      const error = errorOf(() => readCursor(text, QUESTION, KEY));
      expect(error).toMatchObject({ code: 'bad-cursor', field: 'cursor', advice: 'Ask again without cursor.' });
    },
  );

  test('refuses another key and another question', () => {
    const cursor = mintCursor(1, QUESTION, KEY);
    expect(errorOf(() => readCursor(cursor, QUESTION, Buffer.alloc(32, 8))).message).toContain('damaged');
    expect(errorOf(() => readCursor(cursor, questionOf('kube_get', { kind: 'pods' }), KEY)).message).toContain(
      'another question',
    );
  });

  test('a payload that is too long is an error of its own', () => {
    expect(errorOf(() => mintCursor('x'.repeat(2000), QUESTION, KEY)).code).toBe('cursor-too-long');
  });
});

test('a question is its tool and arguments, in any order, but cursor and max_tokens', () => {
  const same = questionOf('kube_get', { namespace: '*', cursor: 'x', max_tokens: 9, kind: 'pods', name: undefined });
  expect(same).toBe(QUESTION);
  expect(questionOf('kube_logs', { kind: 'pods', namespace: '*' })).not.toBe(QUESTION);
  expect(questionOf('t', { a: { x: 1, y: 2 } })).toBe(questionOf('t', { a: { y: 2, x: 1 } }));
  expect(questionOf('t', { a: [1, 2] })).not.toBe(questionOf('t', { a: [2, 1] }));
});

function errorOf(work: () => unknown): UsageError {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
