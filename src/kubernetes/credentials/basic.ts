import type { CredentialSource } from './credentials.ts';
import { constant } from './together.ts';

/** User name and password (RFC 7617). API servers of today do not take them; proxies in front of one do. */
export function basic(username: string, password: string): CredentialSource {
  const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return constant({ headers: { authorization: `Basic ${pair}` } });
}
