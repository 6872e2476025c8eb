import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { redactedHead, redactedTail } from './cut-text.ts';

/** An identifier of a key that is one only when it is whole. */
const SECRET = 'AKIAIOSFODNN7EXAMPLE';

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('a text that was cut', () => {
  it('loses the line that it was cut in, at its end or at its beginning', () => {
    expect(redactedHead(`one\ntwo\n${SECRET.slice(0, 12)}`)).toBe('one\ntwo\n');
    expect(redactedTail(`${SECRET.slice(12)}\none\ntwo\n`)).toBe('one\ntwo\n');
  });

  it('is redacted besides', () => {
    expect(redactedHead('password=hunter22hunter22\nx')).toBe('password=<redacted>\n');
    expect(redactedTail('x\npassword=hunter22hunter22\n')).toBe('password=<redacted>\n');
  });

  it('of one line loses half of it, and no half of a secret stays', () => {
    const half = `${'x'.repeat(500)} `;
    const text = `${half}${SECRET} ${half}`;
    for (let shift = 0; shift < 40; shift++) {
      expect(redactedHead(`${text}${'y'.repeat(shift)}`)).not.toContain('AKIA');
      expect(redactedTail(`${'y'.repeat(shift)} ${text}`)).not.toContain('EXAMPLE');
    }
  });

  it('shows nothing of a private key, wherever in it the cut is', () => {
    const lines = KEY.trimEnd().split('\n');
    for (let at = 1; at < lines.length; at++) {
      expect(redactedHead(`before\n${lines.slice(0, at).join('\n')}\n`)).not.toContain(lines.at(1));
      expect(redactedTail(`${lines.slice(at).join('\n')}\nafter\n`)).toMatch(/^(?:<redacted>\n)?after\n$/);
    }
  });

  it('shows a key’s name where all of the key is there', () => {
    expect(redactedTail(`x\n${KEY}after\n`)).toBe('<redacted>\nafter\n');
  });
});
