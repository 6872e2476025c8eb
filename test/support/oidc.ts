/** A small OpenID provider over real TLS: it signs id-tokens that a real API server accepts, and refreshes logins. */
import { generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import type { Pair } from './tls.ts';

/** A question to the token endpoint, as it arrived. */
export interface TokenQuestion {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

export interface IssuerOptions {
  readonly pair: Pair;
  /** @default 'fairlead' */
  readonly clientId?: string;
  /** The client must give it, in a header or in the form. */
  readonly clientSecret?: string;
  /** Each refresh token is good once, and brings the next. @default false */
  readonly rotates?: boolean;
  /** Seconds that an id-token lasts. @default 3600 */
  readonly lifetime?: number;
  /** @default Date.now */
  readonly now?: () => number;
  /** Answers in the provider's place when it returns true. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** More of the discovery document. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Issuer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly questions: readonly TokenQuestion[];
  /** Paths of all requests, in order. */
  readonly paths: readonly string[];
  /** A new login: an id-token and a refresh token for this person. */
  login(subject: string, claims?: Readonly<Record<string, unknown>>): { readonly idToken: string; readonly refreshToken: string };
  /** An id-token without a login; `exp` in seconds may be given. */
  idToken(claims: Readonly<Record<string, unknown>>): string;
  /** The claims of an id-token that is ours and has not ended. */
  verified(token: string): Readonly<Record<string, unknown>> | undefined;
  /** No refresh token is good any more. */
  revoke(): void;
}

export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { clientId = 'fairlead', lifetime = 3600, now = Date.now } = options;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const logins = new Map<string, Readonly<Record<string, unknown>>>();
  const questions: TokenQuestion[] = [];
  const paths: string[] = [];
  let url = '';

  const idToken = (claims: Readonly<Record<string, unknown>>): string => {
    const seconds = Math.floor(now() / 1000);
    const body = { iss: url, aud: clientId, iat: seconds, exp: seconds + lifetime, jti: randomUUID(), ...claims };
    const text = [{ alg: 'RS256', typ: 'JWT', kid }, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    return [...text, sign('sha256', Buffer.from(text.join('.')), privateKey).toString('base64url')].join('.');
  };
  const verified: Issuer['verified'] = (token) => {
    const [head = '', body = '', signature = ''] = token.split('.');
    if (!verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Readonly<Record<string, unknown>>;
    return Number(claims['exp']) * 1000 > now() ? claims : undefined;
  };
  const keep = (claims: Readonly<Record<string, unknown>>): string => {
    const token = `refresh-${randomUUID()}`;
    logins.set(token, claims);
    return token;
  };

  const refresh = ({ form, authorization }: TokenQuestion): readonly [status: number, body: object] => {
    const given = authorization === undefined ? form : basic(authorization);
    const known = given['client_id'] === clientId && given['client_secret'] === options.clientSecret;
    if (!known) return [401, { error: 'invalid_client', error_description: 'no such client' }];
    const token = form['refresh_token'] ?? '';
    const claims = form['grant_type'] === 'refresh_token' ? logins.get(token) : undefined;
    if (claims === undefined)
      return [400, { error: 'invalid_grant', error_description: `The token ${token} is expired or revoked.` }];
    if (options.rotates !== true) return [200, { id_token: idToken(claims), token_type: 'Bearer', access_token: 'unused' }];
    logins.delete(token);
    return [200, { id_token: idToken(claims), refresh_token: keep(claims), token_type: 'Bearer' }];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    paths.push(request.url ?? '');
    if (options.instead?.(request, response) === true) return;
    const json = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration') {
      const endpoints = { jwks_uri: `${url}/keys`, token_endpoint: `${url}/token`, authorization_endpoint: `${url}/auth` };
      const supported = { response_types_supported: ['code'], subject_types_supported: ['public'] };
      const algorithms = { id_token_signing_alg_values_supported: ['RS256'] };
      return json(200, { issuer: url, ...endpoints, ...supported, ...algorithms, ...options.metadata });
    }
    if (request.url === '/keys') {
      return json(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] });
    }
    if (request.url !== '/token') return json(404, {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const question = { form, authorization: request.headers.authorization };
    questions.push(question);
    return json(...refresh(question));
  };

  const sockets = new Set<Socket>();
  const server = createServer({ ...options.pair }, (request, response) => void handle(request, response));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `https://127.0.0.1:${port}`;
  return {
    url,
    port,
    questions,
    paths,
    login: (sub, claims = {}) => ({ idToken: idToken({ sub, ...claims }), refreshToken: keep({ sub, ...claims }) }),
    idToken,
    verified,
    revoke: () => logins.clear(),
    [Symbol.asyncDispose]: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function basic(authorization: string): Readonly<Record<string, string | undefined>> {
  const [id = '', secret] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':');
  const plain = (text: string): string => new URLSearchParams(`text=${text}`).get('text') ?? '';
  return { client_id: plain(id), client_secret: secret === undefined ? undefined : plain(secret) };
}
