import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Budget, cutBytes, DEFAULT_TOKENS, fill, MAX_TOKENS, MIN_TOKENS, tokensOf } from './budget.ts';

/** One, two, three and four bytes long, and line ends. */
const CHARACTERS = fc.constantFrom('x', 'é', '日', '🎉', '\n');

describe('Budget', () => {
  test('counts three bytes a token, rounded up', () => {
    expect([tokensOf(''), tokensOf('abc'), tokensOf('abcd'), tokensOf('日本')]).toEqual([0, 1, 2, 2]);
  });

  test('takes what fits and nothing else', () => {
    const budget = new Budget(4);
    expect(budget.take('123456')).toBe(true);
    expect(budget.fits('12345')).toBe(false);
    expect(budget.take('12345')).toBe(false);
    expect(budget.take('1234')).toBe(true);
    expect(budget.left).toBe(0);
  });

  test('counts what has to be said in any case, and is never less than empty', () => {
    const budget = new Budget(4);
    expect(budget.spend('12345')).toBe('12345');
    expect([budget.leftBytes, budget.left]).toEqual([6, 2]);
    budget.spend('a long head line');
    expect([budget.leftBytes, budget.left, budget.take('')]).toEqual([0, 0, false]);
  });

  test('keeps reserved tokens for later, and frees them once', () => {
    const budget = new Budget(10);
    const release = budget.reserve(8);
    expect(budget.take('a long line')).toBe(false);
    release();
    release();
    expect(budget.left).toBe(10);
  });

  test('brings what a caller asks for into bounds', () => {
    expect([undefined, 1, 300, 1e9].map((asked) => Budget.of(asked).tokens)).toEqual([
      DEFAULT_TOKENS,
      MIN_TOKENS,
      300,
      MAX_TOKENS,
    ]);
  });

  test('says beforehand what it will take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 5 }), (text, tokens) => {
        const budget = new Budget(tokens);
        expect(budget.fits(text)).toBe(budget.take(text));
      }),
    );
  });

  test('blocks taken and joined by newlines never cost more than the budget', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 0, max: 60 }), (texts, tokens) => {
        const budget = new Budget(tokens);
        const taken = texts.filter((text) => budget.take(text));
        expect(tokensOf(taken.join('\n'))).toBeLessThanOrEqual(tokens);
      }),
    );
  });
});

describe('cutBytes', () => {
  test('is the longest start of whole characters within its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: CHARACTERS }), fc.nat(40), (text, bytes) => {
        const cut = cutBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        const [next = ''] = text.slice(cut.length);
        expect(next === '' || Buffer.byteLength(cut + next) > bytes).toBe(true);
      }),
    );
  });
});

describe('fill', () => {
  const plain = (unit: string): string => unit;

  test('takes whole units while they fit', () => {
    const budget = new Budget(4);
    expect(fill(['aaaa', 'bbbb', 'cc'], plain, budget)).toEqual({ text: 'aaaa\nbbbb', taken: 2 });
    expect(budget.leftBytes).toBe(2);
    expect(fill([], plain, budget)).toEqual({ text: '', taken: 0 });
  });

  test('shortens the first unit when it is too long, at a line end', () => {
    const unit = `${'x'.repeat(90)}\n${'y'.repeat(900)}`;
    expect(fill([unit, 'next'], plain, new Budget(0))).toEqual({
      text: `${'x'.repeat(90)}\n… (shortened: the first 90 of 991 characters; ask with more max_tokens)`,
      taken: 1,
    });
  });

  test('cuts a very long line where the room ends, rather than leaving the short one before it alone', () => {
    const { text } = fill([`kind: Secret\n${'x'.repeat(9000)}`], plain, new Budget(200));
    expect(tokensOf(text)).toBeGreaterThan(190);
  });

  test('shows a short unit whole, however little is left', () => {
    expect(fill(['x'.repeat(120), 'next'], plain, new Budget(0))).toEqual({ text: 'x'.repeat(120), taken: 1 });
  });

  test('always advances, and keeps to the budget from 70 tokens on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: CHARACTERS, maxLength: 2000, size: 'max' }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 70, max: 400 }),
        (units, tokens) => {
          const filled = fill(units, plain, new Budget(tokens));
          expect(filled.taken).toBeGreaterThan(0);
          expect(tokensOf(filled.text)).toBeLessThanOrEqual(tokens);
        },
      ),
      { examples: [[['x'.repeat(999)], 300]] },
    );
  });
});
