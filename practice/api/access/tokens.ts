import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

import type { Clock, KubeObject, Random, Store } from '../../model.ts';
import { serviceAccountUser, type User } from './identity.ts';

export const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const HEADER = { alg: 'ES256', kid: 'practice' };

interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly iss: string;
  readonly jti: string;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
  };
}

/** Tokens of service accounts: signed, bound to the account, good until they expire. */
export interface Tokens {
  /** @param seconds how long it is good */
  issue(account: KubeObject, seconds: number, audiences?: readonly string[]): IssuedToken;
  /** Whom a token names; undefined when it is none, has expired, or its account is gone. */
  userOf(token: string, audiences?: readonly string[]): User | undefined;
}

export interface IssuedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export function makeTokens({
  clock,
  random,
  store,
}: {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
}): Tokens {
  // Made when the first token is asked for: most clusters of a large test never issue one.
  let keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  const pair = () => (keys ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  return {
    issue(account, seconds, audiences = [ISSUER]) {
      const { name, uid, namespace = '' } = account.metadata;
      const now = Math.floor(clock.now() / 1000);
      const claims: Claims = {
        aud: audiences,
        exp: now + seconds,
        iat: now,
        iss: ISSUER,
        jti: random.uid(),
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
        nbf: now,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const text = `${encoded(HEADER)}.${encoded(claims)}`;
      const signature = sign('sha256', Buffer.from(text), { key: pair().privateKey, dsaEncoding: 'ieee-p1363' });
      return { token: `${text}.${signature.toString('base64url')}`, expiresAt: (now + seconds) * 1000 };
    },
    userOf(token, audiences = [ISSUER]) {
      const [header = '', body = '', signature = ''] = token.split('.');
      const key = { key: pair().publicKey, dsaEncoding: 'ieee-p1363' } as const;
      if (!verify('sha256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
      const { namespace, serviceaccount } = claims['kubernetes.io'];
      const account = store.get('serviceaccounts', namespace, serviceaccount.name);
      const isGood = claims.exp * 1000 > clock.now() && claims.aud.some((audience) => audiences.includes(audience));
      if (!isGood || account?.metadata.uid !== serviceaccount.uid) return undefined;
      return serviceAccountUser(namespace, serviceaccount.name, {
        uid: serviceaccount.uid,
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] },
      });
    },
  };
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
