import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { generated } from './generate.ts';

describe('generated values', () => {
  it.each([
    ['password', 'password', /^[A-HJ-NP-Za-km-z2-9]{32}$/],
    ['password:password:12', 'password', /^[A-HJ-NP-Za-km-z2-9]{12}$/],
    ['pin:20', 'pin', /^.{20}$/],
    ['token:hex:16', 'token', /^[0-9a-f]{32}$/],
    ['key:base64:24', 'key', /^[A-Za-z0-9+/]{32}$/],
    ['id:uuid', 'id', /^[0-9a-f]{8}-[0-9a-f-]{27}$/],
  ])('%s', (text, key, form) => {
    expect(generated(text)[key]).toMatch(form);
  });

  it.each(['ed25519', 'rsa:2048'])('are key pairs that fit: %s', (form) => {
    const values = generated(`signing:${form}`);
    const message = Buffer.from('message');
    const algorithm = form.startsWith('rsa') ? 'sha256' : null;
    const signature = sign(algorithm, message, createPrivateKey(values['signing'] ?? ''));
    expect(verify(algorithm, message, createPublicKey(values['signing.pub'] ?? ''), signature)).toBe(true);
  });

  it('are new each time, and use the whole alphabet', () => {
    const many = Array.from({ length: 200 }, () => generated('a')['a'] ?? '');
    expect(new Set(many).size).toBe(200);
    expect(new Set(many.join(''))).toHaveLength(57);
  });

  it.each([
    ['a:pasword', 'there is no form "pasword"; did you mean "password"'],
    ['a:password:3', 'password has between 12 and 256 characters'],
    ['a:uuid:3', 'uuid takes no size'],
    ['a b', 'it is not of the form key:form:size'],
    ['a:hex:b:16', 'it is not of the form key:form:size'],
  ])('%s cannot be meant', (text, why) => {
    expect(() => generated(text)).toThrow(why);
  });
});
