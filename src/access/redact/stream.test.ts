import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { redactedLines } from './stream.ts';
import { redactText } from './text.ts';

/** What is seen of a text that arrives in these parts. */
function seen(parts: readonly (string | Uint8Array)[]): { readonly text: string; readonly pieces: readonly string[] } {
  const filter = redactedLines();
  const pieces = [...parts.map((part) => filter.push(Buffer.from(part))), filter.end()].flatMap((piece) => piece?.text ?? []);
  return { text: pieces.join(''), pieces };
}

const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA7Zq\n'.repeat(20)}-----END RSA PRIVATE KEY-----\n`;
const LINES = [
  'GET /items 200\n',
  'password=hunter22 user=jane\n',
  KEY,
  'Authorization: Bearer abcdefghijkl1234\n',
  '\n',
  'é ☃\n',
];

describe('a text that arrives in parts', () => {
  it('hides the same wherever it is cut', () => {
    const line = fc.constantFrom(...LINES);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 300 })), (lines, sizes) => {
        const bytes = Buffer.from(lines.join(''));
        const parts: Uint8Array[] = [];
        let from = 0;
        for (const size of sizes) parts.push(bytes.subarray(from, (from += size)));
        parts.push(bytes.subarray(from));
        expect(seen(parts).text).toBe(lines.map(redactText).join(''));
      }),
      { numRuns: 200 },
    );
  });

  it('comes as whole lines, the last one apart', () => {
    expect(seen(['one\ntw', 'o\nthr', 'ee']).pieces).toEqual(['one\n', 'two\n', 'three']);
  });

  it('keeps the beginning of a line that does not end', () => {
    const { text, pieces } = seen([...Array.from({ length: 40 }, () => 'x'.repeat(10_000)), 'end\nnext\n']);
    expect(pieces).toHaveLength(2);
    expect(text.length).toBeLessThan(300_000);
    expect(text).toMatch(/^x+…\nnext\n$/);
  });

  it('does not wait for ever for the end of a key', () => {
    const begin = '-----BEGIN PRIVATE KEY-----\n';
    const { pieces } = seen([begin, ...Array.from({ length: 8 }, () => `${'A'.repeat(9_999)}\n`)]);
    expect(pieces.length).toBeGreaterThanOrEqual(1);
    expect(pieces[0]).toMatch(/^<redacted>/);
  });
});

describe('lines with their times', () => {
  const timed = (text: string): string =>
    text
      .split('\n')
      .map((line, index) => `2026-11-22T01:00:${10 + index}.5Z ${line}`)
      .join('\n');

  it.each([
    ['a value that fills its line', 'DB_PASSWORD=correct horse\nnext', 'DB_PASSWORD=<redacted>\nnext', [10, 11]],
    ['a block', 'password: |\n  hunter2\n  more\nnext', 'password: |\n  <redacted>\nnext', [10, 11, 13]],
    [
      'a name and its value',
      '- name: DB_PASSWORD\n  value: hunter2\nnext',
      '- name: DB_PASSWORD\n  value: <redacted>\nnext',
      [10, 11, 12],
    ],
    ['a Secret', 'kind: Secret\ndata:\n  a: aHVudGVy\nend', 'kind: Secret\ndata:\n  a: <redacted>\nend', [10, 11, 12, 13]],
    ['a key', `${KEY}next`, '<redacted>\nnext', [10, 32]],
  ])('are redacted as the lines are: %s', (_, text, expected, seconds) => {
    const { text: shown } = seen([timed(text)]);
    const lines = shown.split('\n').map((line) => /^2026-11-22T01:00:(\d\d)\.5Z (.*)$/.exec(line) ?? [line]);
    expect(lines.map(([, , line]) => line).join('\n')).toBe(expected);
    expect(lines.map(([, second]) => Number(second))).toEqual(seconds);
  });
});

describe('looking for words before anything is hidden', () => {
  const piece = redactedLines().push(Buffer.from('level=error password=hunter22\n'));

  it('finds what is there, in any case where that is asked for', () => {
    expect(piece?.mayHold('level=error')).toBe(true);
    expect(piece?.mayHold('LEVEL=Error')).toBe(false);
    expect(piece?.mayHold('LEVEL=Error', true)).toBe(true);
    expect(piece?.mayHold('warning')).toBe(false);
  });

  it('never rules out what stands in the place of a secret', () => {
    for (const words of ['<redacted>', 'word=<redac', 'dacted', '12', 'acted 7 byte', '> '])
      expect(piece?.mayHold(words)).toBe(true);
  });
});
