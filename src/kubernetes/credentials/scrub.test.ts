import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jwt } from '../../../test/support/credentials.ts';
import { scrub, tailOf } from './scrub.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const opaque = fc
  .string({ unit: fc.constantFrom(...letters.split('')), minLength: 24, maxLength: 80 })
  .filter((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text));
const around = fc.constantFrom('', ' ', '"', "'", '(', ': ', '=', ',', '\n', '\u001b[31m');

describe('scrub', () => {
  it('leaves no part of a token, wherever it stands', () => {
    const token = fc.oneof(opaque, fc.record({ sub: fc.string(), exp: fc.integer() }).map(jwt));
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 3 })), token, around, around, (words, secret, before, after) => {
        const clean = scrub(`${words.join(' ')} ${before}${secret}${after} ${words.join(' ')}`);
        expect(clean).not.toContain(secret.slice(-12));
        expect(clean).not.toContain(secret.slice(0, 12));
      }),
    );
  });

  it('leaves none of the secrets it was told, one inside the other included', () => {
    const secret = fc.string({ unit: fc.constantFrom('a', 'b', '$', '&', '('), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1 }), (secrets) => {
        const clean = scrub(`seen: ${secrets.join(' and ')}`, secrets);
        for (const each of secrets) expect(clean).not.toContain(each);
      }),
    );
  });

  it.each([
    ['Authorization: Bearer abc-def', 'Authorization: Bearer [hidden]'],
    ['{"access_token": "x y", "error": "invalid_grant"}', '{"access_token": [hidden], "error": "invalid_grant"}'],
    ['password=hunter2 user=me', 'password=[hidden] user=me'],
    ['via http://me:pass@proxy:3128', 'via http://[hidden]@proxy:3128'],
    ['-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY----- rest', '[hidden] rest'],
    ['-----BEGIN PRIVATE KEY-----\nMIIabc cut', '[hidden]'],
    ['key 0123456789abcdef0123456789abcdef', 'key [hidden]'],
  ])('hides the secret of %j', (text, clean) => {
    expect(scrub(text)).toBe(clean);
  });

  it.each([
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    'failed to get token: context deadline exceeded',
    'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
    'tenant 1f0e7a52-7f0a-4bbb-9d0c-3e1f4f7a9b10 not found at login.microsoftonline.com',
    '/usr/local/google-cloud-sdk/bin/gke-gcloud-auth-plugin: exec format error',
  ])('leaves alone: %s', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('makes one line without control characters', () => {
    expect(scrub('\u001b[1mone\u001b[0m\r\n\ttwo\u0007\u202e three\n')).toBe('one two three');
  });
});

describe('tailOf', () => {
  it('keeps the end from a whole word on', () => {
    expect(tailOf('one two three', 20)).toBe('one two three');
    expect(tailOf('one two three four', 12)).toBe('…three four');
  });
});
