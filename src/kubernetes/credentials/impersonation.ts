import type { CredentialSource } from './credentials.ts';
import { userError, type Subject } from './subject.ts';
import { constant } from './together.ts';
import type { Impersonation } from './user.ts';

/**
 * The headers that ask the server to take the caller for somebody else:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 * @throws UsageError when groups, uid or extra are given without a user: the request would go out as the real one
 */
export function impersonation(wanted: Impersonation, subject: Subject): CredentialSource {
  if (wanted.user === undefined) {
    throw userError(subject, 'as', 'as-groups, as-uid and as-user-extra need "as"', 'Name the user to impersonate in "as".');
  }
  const value = (text: string): string => headerValue(text, subject);
  const headers: Record<string, string | readonly string[]> = { 'impersonate-user': value(wanted.user) };
  if (wanted.uid !== undefined) headers['impersonate-uid'] = value(wanted.uid);
  if (wanted.groups.length > 0) headers['impersonate-group'] = wanted.groups.map(value);
  const extra = new Map<string, string[]>();
  for (const [key, values] of Object.entries(wanted.extra)) {
    const name = `impersonate-extra-${headerKey(key)}`;
    // Two keys that differ only in case are one on the wire.
    extra.set(name, [...(extra.get(name) ?? []), ...values.map(value)]);
  }
  return constant({ headers: { ...headers, ...Object.fromEntries(extra) } });
}

/** A key of `extra` as part of a header's name: lower-case, percent-encoded (RFC 3986) where a header has no place for it. */
function headerKey(key: string): string {
  return [...Buffer.from(key.toLowerCase(), 'utf8')]
    .map((byte) => {
      const character = String.fromCodePoint(byte);
      return /[a-z0-9!#$&'*+.^_`|~-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Names are UTF-8 on the wire, and undici writes one byte for each character. */
function headerValue(text: string, subject: Subject): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) throw userError(subject, 'as', 'a name to impersonate holds control characters');
  return Buffer.from(text, 'utf8').toString('latin1');
}
