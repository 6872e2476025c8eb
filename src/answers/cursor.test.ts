import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { CURSOR_MAX, mintCursor, questionOf, readCursor } from './cursor.ts';
import type { Json } from './json.ts';

const KEY = Buffer.alloc(32, 7);
const QUESTION = questionOf('kube_get', { kind: 'pods', namespace: '*' });

describe('cursor', () => {
  test('its form is pinned', () => {
    expect(mintCursor({ after: 'a/b' }, QUESTION, KEY)).toBe(
      'c1WyJHQ05IVTc0UFQ4eXgiLHsiYWZ0ZXIiOiJhL2IifV0ANu7L9WW81c2TWzxo4GnJA',
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

  test.each([
    ['', 'not one of ours'],
    ['page 2', 'not one of ours'],
    ['c1', 'not one of ours'],
    ['c2'.padEnd(60, 'A'), 'not one of ours'],
    ['c1'.padEnd(24, 'A'), 'not one of ours'],
    ['c1'.padEnd(25, 'A'), 'damaged'],
    ['c1'.padEnd(CURSOR_MAX, 'A'), 'damaged'],
    ['c1'.padEnd(CURSOR_MAX + 1, 'A'), 'longer than 2048 characters'],
  ])('refuses %j: %s', (text, why) => {
    const error = errorOf(() => readCursor(text, QUESTION, KEY));
    expect(error).toMatchObject({ code: 'bad-cursor', field: 'cursor', advice: 'Ask again without cursor.' });
    expect(error.message).toContain(why);
  });

  test('refuses another key and another question', () => {
    const cursor = mintCursor(1, QUESTION, KEY);
    expect(errorOf(() => readCursor(cursor, QUESTION, Buffer.alloc(32, 8))).message).toContain('damaged');
    expect(errorOf(() => readCursor(cursor, questionOf('kube_get', { kind: 'pods' }), KEY)).message).toContain(
      'another question',
    );
  });

  test('a payload that is too long is an error that says what to ask instead', () => {
    const error = errorOf(() => mintCursor('x'.repeat(2000), QUESTION, KEY));
    expect(error).toMatchObject({
      code: 'cursor-too-long',
      field: 'cursor',
      message: expect.stringContaining('too long for a cursor'),
      advice: expect.stringContaining('fewer clusters'),
    });
  });

  test('whatever is minted can be read, up to the last character', () => {
    const minted: string[] = [];
    for (let length = 1490; length < 1510; length++) {
      const payload = 'x'.repeat(length);
      try {
        minted.push(mintCursor(payload, QUESTION, KEY));
      } catch (error) {
        expect(error).toMatchObject({ code: 'cursor-too-long' });
        continue;
      }
      expect(readCursor(minted.at(-1) ?? '', QUESTION, KEY)).toBe(payload);
    }
    expect(minted.at(-1)).toHaveLength(CURSOR_MAX);
  });
});

test('a question is its tool and arguments, in any order, but cursor and max_tokens', () => {
  const same = questionOf('kube_get', { namespace: '*', cursor: 'x', max_tokens: 9, kind: 'pods', name: undefined });
  expect(same).toBe(QUESTION);
  expect(questionOf('kube_logs', { kind: 'pods', namespace: '*' })).not.toBe(QUESTION);
  expect(questionOf('t', { a: { x: 1, y: 2 } })).toBe(questionOf('t', { a: { y: 2, x: 1 } }));
  expect(questionOf('t', { a: { x: null, y: undefined } })).toBe(questionOf('t', { a: { x: null } }));
  expect(questionOf('t', { a: null })).not.toBe(questionOf('t', {}));
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
