import { describe, expect, it } from 'vitest';

import { makeAuthority } from '../../../test/support/tls.ts';
import { loginFacts } from './login-facts.ts';

const token = (claims: object): string =>
  ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('what credentials say of themselves', () => {
  it.each([
    [{}, { method: 'anonymous' }],
    [{ authorization: 'Basic YTpi' }, { method: 'basic' }],
    [{ authorization: 'Bearer opaque' }, { method: 'token', subject: undefined }],
    [
      { authorization: `Bearer ${token({ sub: 'amy', exp: 1_800_000_000, nbf: 1_700_000_000 })}` },
      { method: 'token', subject: 'amy', expiresAt: 1_800_000_000_000, notBefore: 1_700_000_000_000 },
    ],
    [{ authorization: 'Negotiate abc' }, { method: 'other' }],
  ])('%j is %j', (headers, facts) => {
    expect(loginFacts({ headers })).toEqual(facts);
  });

  it('reads a certificate', async () => {
    const certificate = await (await makeAuthority()).issue({ commonName: 'amy', days: -1 });
    const facts = loginFacts({ headers: {}, certificate });
    expect(facts).toMatchObject({ method: 'certificate', subject: 'amy' });
    expect(facts.expiresAt).toBeLessThan(Date.now());
    expect(JSON.stringify(facts)).not.toContain('BEGIN');
  });
});
