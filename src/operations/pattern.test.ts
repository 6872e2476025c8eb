import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compilePattern } from './pattern.ts';

describe('a pattern', () => {
  it.each([
    ['error', 'an error', true],
    ['^GET /items/\\d+$', 'GET /items/42', true],
    ['(?i)Timed? ?out', 'TIMEOUT', true],
    ['status=5\\d\\d', 'status=404', false],
    ['(panic|fatal):', 'fatal: no', true],
    ['\\pL+', 'é', true],
  ])('%s on %j', (pattern, text, fits) => {
    expect(compilePattern(pattern, 'grep').test(text)).toBe(fits);
  });

  it.each([
    ['(a', 'grep: "(a" is no valid regular expression: missing closing ).'],
    ['(?=a)', /is no valid regular expression/],
    ['x'.repeat(600), 'grep: a regular expression has 600 characters; 512 are the most.'],
    ['(?:(?:a{100}){10}){3}', /repeats too much|is no valid/],
  ])('%s is refused with a reason', (pattern, message) => {
    expect(() => compilePattern(pattern, 'grep')).toThrow(message);
  });

  it('says which syntax it is where another was meant', () => {
    expect(() => compilePattern('(?<=a)b', 'grep')).toThrow(expect.objectContaining({ advice: expect.stringContaining('RE2') }));
  });

  it.each([
    ['error', ['error'], false],
    ['(?i)Error', ['Error'], true],
    ['panic|fatal error', ['panic', 'fatal error'], false],
    ['(panic|oom-kill)', ['panic', 'oom-kill'], false],
    ['status=5\\d\\d', ['status=5'], false],
    ['a\\.b\\.com/x+', ['a.b.com/x'], false],
    ['colou?r of it', ['r of it'], false],
    ['(get|put) /items', [' /items'], false],
    ['[abc]words{2}', ['word'], false],
  ])('%s can only fit where one of %j stands', (pattern, any, ignoreCase) => {
    expect(compilePattern(pattern, 'grep').words).toEqual({ any, ignoreCase });
  });

  it.each(['\\d+', 'ab', 'error|x', '(?i:error)', '.*', '(a)(b)'])('%s shows no such words', (pattern) => {
    expect(compilePattern(pattern, 'grep').words).toBeUndefined();
  });

  it('never rules out a text that fits', () => {
    const atom = fc.constantFrom(
      'abc',
      'de',
      '\\.',
      '.',
      '[xy]',
      '(ab|cd)',
      'f?',
      'g*',
      'h+',
      'i{0,2}',
      '|',
      '\\d',
      '(?:jk)',
      ' ',
    );
    const text = fc.stringMatching(/^[abcdefghijkxy. |0-9]{0,30}$/);
    fc.assert(
      fc.property(fc.array(atom, { minLength: 1, maxLength: 6 }), text, (atoms, given) => {
        const { test, words } = compilePattern(atoms.join(''), 'grep');
        if (words !== undefined && test(given)) expect(words.any.some((word) => given.includes(word))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
