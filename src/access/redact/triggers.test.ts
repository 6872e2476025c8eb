import { describe, expect, test } from 'vitest';

import { TELLING_ENDINGS, TELLING_PAIRS, TELLING_WORDS } from './name-words.ts';
import { LOOKS } from './looks.ts';
import { MAY_ASSIGN, MAY_BE_ENCODED, MAY_BE_URL, MAY_LOOK, triggersOf } from './triggers.ts';

const WORDS = [
  ...TELLING_WORDS.flatMap(({ words }) => words),
  ...TELLING_ENDINGS.flatMap(({ endings }) => endings),
  ...[...TELLING_PAIRS.keys()].map((pair) => pair.replace(' ', '-')),
];

test.each(WORDS)('%s triggers the scanner, in either case', (word) => {
  expect(triggersOf(`${word}=x`) & MAY_ASSIGN).not.toBe(0);
  expect(triggersOf(`${word.toUpperCase()}: x`) & MAY_ASSIGN).not.toBe(0);
});

test.each(LOOKS.flatMap(({ hints }) => hints))('the hint %s triggers the looks', (hint) => {
  expect(triggersOf(`so ${hint} it`) & MAY_LOOK).not.toBe(0);
});

test.each([
  ['postgres://a:b@c', MAY_BE_URL],
  [Buffer.from('a text of some length, in base64').toString('base64'), MAY_BE_ENCODED],
])('%s', (text, bit) => {
  expect(triggersOf(text) & bit).not.toBe(0);
});

describe('nothing is asked of', () => {
  test.each([
    'shop-api-5d4f8b7c9-abcde',
    'https://payments.shop.svc:8443/api',
    '/var/run/secrets/kubernetes.io/serviceaccount',
    '0123456789abcdef'.repeat(4),
    '5d3ab0f6-7b1c-4c1f-9d57-0a2b3c4d5e6f',
    '2026-01-01T00:00:00Z',
    'ClusterFirst',
    'token',
    'ключ: значение',
  ])('%s', (text) => {
    expect(triggersOf(text)).toBe(0);
  });
});
