import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Budget, cutBytes, DEFAULT_TOKENS, fill, MAX_TOKENS, MIN_TOKENS, tokensOf } from './budget.ts';

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
  test('is a start of the text within its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, bytes) => {
        const cut = cutBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
      }),
    );
  });
});

describe('fill', () => {
  const plain = (unit: string): string => unit;

  test('takes whole units while they fit', () => {
    const budget = new Budget(4);
    expect(fill(['aaaa', 'bbbb', 'cc'], plain, budget)).toEqual({ text: 'aaaa\nbbbb', taken: 2, cut: false });
    expect(budget.leftBytes).toBe(2);
    expect(fill([], plain, budget)).toEqual({ text: '', taken: 0, cut: false });
  });

  test('shortens the first unit when it is too long, at a line end', () => {
    const unit = `${'x'.repeat(90)}\n${'y'.repeat(900)}`;
    expect(fill([unit, 'next'], plain, new Budget(0))).toEqual({
      text: `${'x'.repeat(90)}\n… (shortened: the first 90 of 991 characters; ask with more max_tokens)`,
      taken: 1,
      cut: true,
    });
  });

  test('always advances, and keeps to the budget from 70 tokens on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 2000 }), { minLength: 1 }),
        fc.integer({ min: 70, max: 400 }),
        (units, tokens) => {
          const filled = fill(units, plain, new Budget(tokens));
          expect(filled.taken).toBeGreaterThan(0);
          expect(tokensOf(filled.text)).toBeLessThanOrEqual(tokens);
        },
      ),
    );
  });
});
