import { describe, expect, test } from 'vitest';

import { redactedLines } from './stream.ts';
import { redactText } from './text.ts';

const LINE = 'MIIEpAIBAAKCAQEA7ZqCmGyjyNk1hVbHqkCl0sGxqKj3pNnYQ0cTq7yWb1hJx9Aa';
const REST = 'q7yWb1hJx9==';
const END = '-----END RSA PRIVATE KEY-----';

/** What comes out of pieces of a log. */
function streamed(pieces: readonly string[]): string {
  const lines = redactedLines();
  const seen = pieces.map((piece) => lines.push(Buffer.from(piece))?.text ?? '');
  return [...seen, lines.end()?.text ?? ''].join('');
}

describe('the rest of a private key whose beginning was cut off', () => {
  const body = [LINE, LINE, REST, END].join('\n');

  test.each([
    ['at the beginning of a text', `${body}\nready\n`, '<redacted>\nready\n'],
    ['behind other lines', `starting\n${body}\nready`, 'starting\n<redacted>\nready'],
    ['of a line and its end', `${REST}\n${END}\nready`, '<redacted>\nready'],
    ['of one line', `${REST}${END} ready`, '<redacted> ready'],
    ['with its ends of lines written out', `"key":"${LINE}\\n${REST}\\n${END}\\n"`, '"key":"<redacted>\\n"'],
    ['behind what a program writes before each line', body.replaceAll(/^/gm, 'INFO tls: '), '<redacted>'],
    ['and a whole one behind it', `${body}\n-----BEGIN PRIVATE KEY-----\n${LINE}\n${END}\nok`, '<redacted>\n<redacted>\nok'],
  ])('%s', (_, text, clean) => {
    expect(redactText(text)).toBe(clean);
    expect(redactText(clean)).toBe(clean);
    expect(streamed([text])).toBe(clean);
  });

  test('with times, in a log', () => {
    const timed = `${body}\nready\n`.replaceAll(/^(?=.)/gm, '2026-11-22T01:02:03.000000001Z ');
    expect(streamed([timed])).toBe('2026-11-22T01:02:03.000000001Z <redacted>\n2026-11-22T01:02:03.000000001Z ready\n');
  });

  test('in pieces of any length', () => {
    const text = `${body}\nready\n`;
    for (let cut = 1; cut < text.length; cut++) {
      const out = streamed([text.slice(0, cut), text.slice(cut)]);
      expect(out).toBe('<redacted>\nready\n');
    }
  });

  test('line by line', () => {
    expect(streamed(`${body}\nready\n`.split(/(?<=\n)/))).toBe('<redacted>\nready\n');
  });
});

test('lines of base64 that are of no private key stay', () => {
  const text = `${LINE}\n${LINE}\nready\n-----END CERTIFICATE-----\n`;
  expect(redactText(text)).toBe(text);
  expect(streamed(text.split(/(?<=\n)/))).toBe(text);
});
