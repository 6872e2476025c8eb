import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

import { badRequest, StatusError } from '../../status.ts';
import { forbidden, type Authorizer, type ResourceAttributes } from './attributes.ts';
import { ANONYMOUS, certificateUser, type User } from './identity.ts';
import type { Tokens } from './tokens.ts';

/** Who sends a request: by its token, else by the connection's certificate, else nobody. @throws StatusError (401) for a token that is not good */
export function authenticate(request: IncomingMessage, tokens: Tokens): User {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '') {
    const user = tokens.userOf(token);
    if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return user;
  }
  return certificateUser(request.socket as TLSSocket) ?? ANONYMOUS;
}

const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';

/** Whom a request is to count as, where its sender says so and may. @throws StatusError (400, 403) */
export function impersonated(request: IncomingMessage, sender: User, authorize: Authorizer): User {
  const { headers } = request;
  const name = one(headers['impersonate-user']);
  const groups = many(request, 'impersonate-group');
  const uid = one(headers['impersonate-uid']);
  const extra = Object.keys(headers)
    .filter((header) => header.startsWith(EXTRA))
    .map((header) => [unescaped(header.slice(EXTRA.length)), many(request, header)] as const);
  if (name === undefined) {
    if (groups.length === 0 && extra.length === 0 && uid === undefined) return sender;
    throw badRequest('requested impersonation of groups, uid or extra without impersonating a user');
  }
  const [, , namespace, account] = name.split(':');
  const isAccount = name.startsWith('system:serviceaccount:') && namespace !== undefined && account !== undefined;
  const wanted: readonly ResourceAttributes[] = [
    isAccount
      ? { verb: 'impersonate', group: '', resource: 'serviceaccounts', namespace, name: account }
      : { verb: 'impersonate', group: '', resource: 'users', name },
    ...groups.map((group) => ({ verb: 'impersonate', group: '', resource: 'groups', name: group })),
    ...(uid === undefined ? [] : [{ verb: 'impersonate', group: AUTHENTICATION, resource: 'uids', name: uid }]),
    ...extra.flatMap(([subresource, values]) =>
      values.map((value) => ({ verb: 'impersonate', group: AUTHENTICATION, resource: 'userextras', subresource, name: value })),
    ),
  ];
  for (const attributes of wanted) if (!authorize(sender, attributes).allowed) throw forbidden(sender, attributes);
  const own = isAccount && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : groups;
  const known = name === ANONYMOUS.name ? 'system:unauthenticated' : 'system:authenticated';
  return {
    name,
    groups: own.includes(known) ? own : [...own, known],
    ...(uid !== undefined && { uid }),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}

/** What is not escaped as URLs are stands for itself, as in the API server. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** A header that comes several times: Node joins those that it does not know by commas. */
function many({ headers }: IncomingMessage, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : value.split(',').map((part) => part.trim());
}
