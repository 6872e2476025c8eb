import { numberAt, textAt } from '../objects.ts';
import type { AuthMaterial } from './credentials.ts';
import { claimsOf } from './jwt.ts';
import { readCertificate } from './x509.ts';

/** What credentials say of themselves; never anything secret. */
export interface LoginFacts {
  readonly method: 'certificate' | 'token' | 'basic' | 'anonymous' | 'other';
  /** Whom they name: a certificate's common name, a token's subject. */
  readonly subject?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly notBefore?: number | undefined;
  /** Milliseconds since the epoch; undefined when they do not tell. */
  readonly expiresAt?: number | undefined;
}

/** Who the material says that one is, and until when. A header wins over a certificate, as it does at the server. */
export function loginFacts({ headers, certificate }: AuthMaterial): LoginFacts {
  const authorization = headers['authorization'];
  if (typeof authorization === 'string') return headerFacts(authorization);
  if (certificate === undefined) return { method: 'anonymous' };
  const read = readCertificate(certificate.cert);
  return {
    method: 'certificate',
    subject: /^CN=(.+)$/m.exec(read.subject)?.[1],
    notBefore: Date.parse(read.validFrom),
    expiresAt: Date.parse(read.validTo),
  };
}

function headerFacts(authorization: string): LoginFacts {
  const [, scheme = '', token = ''] = /^(\S+) (\S+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') return { method: 'basic' };
  if (scheme.toLowerCase() !== 'bearer') return { method: 'other' };
  const claims = claimsOf(token);
  const [notBefore, expiry] = [numberAt(claims, 'nbf'), numberAt(claims, 'exp')];
  return {
    method: 'token',
    subject: textAt(claims, 'sub'),
    ...(notBefore !== undefined && { notBefore: notBefore * 1000 }),
    ...(expiry !== undefined && { expiresAt: expiry * 1000 }),
  };
}
