import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { clean, isClean, replaceHostile } from './clean.ts';

/** Written anew here, and not taken from the code, so that a hole there shows. */
function isForbidden(code: number): boolean {
  if (code === 0x0a || code === 0x09) return false;
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    (code >= 0xe0000 && code <= 0xe0fff)
  );
}

/** Text made of what attackers use, in any order, with ordinary text between. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('\u001b', '[', ']', '0;31m', '\u009b', '\u009d', '\u0090', '\u0007', '\u001b\\', '\r', '\n', '\u0085'),
      fc.constantFrom('\u200b', '\u202e', '\u{e0041}', '\ufe0f', '\ud83d', '\ude00', '\ud800', '\u2028', '8;;http://x'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
  )
  .map((parts) => parts.join(''));

describe('clean', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['eight-bit CSI', '\u009b31mred', 'red'],
    ['a title', '\u001b]0;title\u0007text', 'text'],
    ['a hyperlink', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\ here', 'click here'],
    ['a device control string', '\u001bPq#0;2\u001b\\after', 'after'],
    ['a charset switch', '\u001b(Btext', 'text'],
    ['an unclosed string', '\u001b]0;open\nthe next line', '0;open\nthe next line'],
    ['zero width', 'pass\u200bword\ufeff', 'password'],
    ['bidi', 'user\u202etxt.exe\u2066', 'usertxt.exe'],
    ['tags', 'hi\u{e0049}\u{e0067}\u{e006e}', 'hi'],
    ['variation selectors', 'a\ufe01\u{e0101}b', 'ab'],
    ['lone surrogates', 'a\ud800b\udc00', 'ab'],
    ['a surrogate pair torn apart by a sequence', '\ud83d\u001b[0m\ude00', '😀'],
    ['newlines', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
    ['a null', 'a\0b', 'ab'],
  ])('takes out %s', (_, dirty, wanted) => {
    expect(clean(dirty)).toBe(wanted);
  });

  test('leaves ordinary text of all languages', () => {
    const text = 'tab\there\nÄrger, 日本語, עברית, عربي, 👩 ×10 …';
    expect(clean(text)).toBe(text);
    expect(isClean(text)).toBe(true);
  });

  test('leaves no forbidden code point, and is idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = clean(text);
        expect(Array.from(cleaned, (character) => character.codePointAt(0) ?? 0).filter(isForbidden)).toEqual([]);
        expect(clean(cleaned)).toBe(cleaned);
        expect(isClean(text)).toBe(cleaned === text);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['\u001b]', '\u009d', '\u001b[0;', '\u009b', '\u001b[    '])('takes linear time on many %j', (part) => {
    // Quadratic matching would take minutes.
    expect(clean(part.repeat(100_000)).length).toBeLessThan(part.length * 100_000);
  });
});

test('replaceHostile shows what clean drops', () => {
  expect(replaceHostile('a\u200bb', (character) => `<${character.codePointAt(0)?.toString(16)}>`)).toBe('a<200b>b');
});
