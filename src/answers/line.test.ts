import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { oneLine, quote, shorten } from './line.ts';

const SANDBOX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "5a1f": plugin ' +
  'type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized';

describe('shorten', () => {
  test.each([
    ['short', 20, 'short'],
    ['a sentence that is somewhat too long for its place', 30, 'a sentence that is somewhat…'],
    ['sha256:0123456789abcdef0123456789abcdef', 20, 'sha256:0123456789ab…'],
    [SANDBOX, 80, 'Failed to create pod sandbox… connection is unauthorized: Unauthorized'],
    [SANDBOX, 40, 'Failed to create pod… Unauthorized'],
    [`note: ${'word '.repeat(40)}`, 40, `note: ${'word '.repeat(5)}word…`],
    ['x', 0, ''],
    ['xy', 1, '…'],
  ])('%j within %i', (line, max, wanted) => {
    expect(shorten(line, max)).toBe(wanted);
  });

  test('of a long last link keeps its start', () => {
    const line = `failed to pull image: rpc error: code = NotFound: ${'registry says a lot '.repeat(10)}`;
    expect(shorten(line, 60)).toBe('failed to pull image… registry says a lot registry says a…');
  });
});

describe('oneLine', () => {
  test('folds whitespace and cleans', () => {
    expect(oneLine('  panic:\n\tit \u001b[31mbroke\u001b[0m\r\n')).toBe('panic: it broke');
  });

  test('looks at both ends of a huge text only', () => {
    expect(oneLine(`start: ${'x'.repeat(5_000_000)}: the end`, 40)).toMatch(/^start.*: the end$|^start.*… the end$/);
  });

  test('is clean, on one line and within its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(100), (text, max) => {
        const line = oneLine(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\n\t]|^ | $/);
        expect(oneLine(line, max)).toBe(line);
      }),
    );
  });
});

test('quote escapes quotes and backslashes', () => {
  expect(quote('say "hi" in C:\\temp')).toBe(String.raw`"say \"hi\" in C:\\temp"`);
  expect(quote('plain')).toBe('"plain"');
});
