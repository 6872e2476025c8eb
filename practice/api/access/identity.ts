import type { TLSSocket } from 'node:tls';

/** Who asks, as authentication found it. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const ADMIN_GROUP = 'system:masters';
const AUTHENTICATED = 'system:authenticated';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export const authenticated = (name: string, groups: readonly string[] = [], more: Partial<User> = {}): User => ({
  ...more,
  name,
  groups: [...groups, AUTHENTICATED],
});

/** A service account as a user. @param more what its token says of it */
export const serviceAccountUser = (namespace: string, name: string, more: Partial<User> = {}): User =>
  authenticated(
    `system:serviceaccount:${namespace}:${name}`,
    ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    more,
  );

/** Whom a client certificate names that our authority has signed. */
export function certificateUser(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const subject = socket.getPeerCertificate().subject as
    | { readonly CN?: string; readonly O?: string | readonly string[] }
    | undefined;
  if (subject?.CN === undefined) return undefined;
  return authenticated(subject.CN, subject.O === undefined ? [] : typeof subject.O === 'string' ? [subject.O] : subject.O);
}
