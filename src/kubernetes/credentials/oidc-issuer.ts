import { isFairlead, systemCode, unlessAborted } from '../../platform/index.ts';
import { at, textAt } from '../objects.ts';
import { scrub, tailOf } from './scrub.ts';

/** What is needed to ask an OpenID provider for another id-token. */
export interface RefreshQuestion {
  /** `https://issuer`, with a path where there is one. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly refreshToken: string;
  /** The scopes asked for besides `openid`. */
  readonly scopes: readonly string[];
  /** PEM; the system's authorities when missing. */
  readonly ca?: string | undefined;
  /** The proxy on the way to a server. */
  readonly proxyFor: (server: string) => string | undefined;
  /** Milliseconds for everything. */
  readonly timeout: number;
}

/** What came of it; a text says what went wrong, without anything secret. */
export type RefreshAnswer =
  | { readonly kind: 'tokens'; readonly idToken: string; readonly refreshToken: string | undefined }
  /** The refresh token is used up, revoked or too old: only a person can log in again. */
  | { readonly kind: 'dead'; readonly says: string }
  | { readonly kind: 'failed'; readonly says: string; readonly advice?: string };

type Failed = Extract<RefreshAnswer, { kind: 'failed' }>;

/** No answer of a provider is larger; a page of a portal may be. */
const MOST_BYTES = 256 * 1024;

/**
 * Asks the issuer's discovery document for the token endpoint (OpenID Connect Discovery 1.0, 4), and that one for new
 * tokens (RFC 6749, 6). Never throws.
 */
export async function refreshTokens(question: RefreshQuestion): Promise<RefreshAnswer> {
  const signal = AbortSignal.timeout(question.timeout);
  const discovery = await ask(`${question.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, question, signal);
  if ('kind' in discovery) return discovery;
  const issuer = named(question.issuer);
  if (discovery.status !== 200) {
    return failed(`${issuer} answered ${discovery.status} when asked for its configuration`, 'Check idp-issuer-url.');
  }
  const endpoint = textAt(discovery.body, 'token_endpoint');
  if (endpoint === undefined || URL.parse(endpoint)?.protocol !== 'https:') {
    return failed(`the configuration of ${issuer} names no token endpoint with https`, 'Check idp-issuer-url.');
  }
  const methods = at(discovery.body, 'token_endpoint_auth_methods_supported');
  const inBody = Array.isArray(methods) && !methods.includes('client_secret_basic');
  const answer = await ask(endpoint, question, signal, grant(question, inBody));
  return 'kind' in answer ? answer : read(answer, question);
}

interface Grant {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function grant({ clientId, clientSecret, refreshToken, scopes }: RefreshQuestion, inBody: boolean): Grant {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  // Without a scope the one of the login goes on; some providers give an id-token only for "openid".
  if (scopes.length > 0) form.set('scope', ['openid', ...scopes].join(' '));
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (clientSecret === undefined || inBody) {
    form.set('client_id', clientId);
    if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  } else {
    const pair = [clientId, clientSecret].map((text) => new URLSearchParams([['', text]]).toString().slice(1)).join(':');
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return { body: form.toString(), headers };
}

function read({ status, body }: Answer, question: RefreshQuestion): RefreshAnswer {
  const issuer = named(question.issuer);
  if (status === 200) {
    const idToken = textAt(body, 'id_token') ?? '';
    if (idToken !== '') return { kind: 'tokens', idToken, refreshToken: textAt(body, 'refresh_token') || undefined };
    const advice = 'The login must ask for the scope "openid", and the provider must give an id-token with a refresh.';
    return failed(`${issuer} refreshed the login without giving an id-token`, advice);
  }
  const code = textAt(body, 'error');
  const secrets = [question.refreshToken, question.clientSecret ?? ''].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const detail = tailOf(scrub([code, textAt(body, 'error_description')].filter(Boolean).join(': '), secrets), 300);
  const said = detail === '' ? '' : ` (${detail.replace(/[.\s]+$/, '')})`;
  if (code === 'invalid_grant') return { kind: 'dead', says: `${issuer} no longer takes its refresh token${said}` };
  if (code === 'invalid_client') return failed(`${issuer} does not know the client${said}`, 'Check client-id and client-secret.');
  return failed(`${issuer} answered ${status} to the refresh of its login${said}`);
}

interface Answer {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
}

async function ask(url: string, question: RefreshQuestion, signal: AbortSignal, grant?: Grant): Promise<Answer | Failed> {
  const { origin, pathname, search } = new URL(url);
  try {
    const [{ Pool }, { connectorFor }] = await Promise.all([import('../undici.ts'), import('../connector.ts')]);
    const pool = new Pool(origin, { connect: connectorFor({ ca: question.ca, proxy: question.proxyFor(origin) }) });
    try {
      const sent = pool.request({
        path: pathname + search,
        method: grant === undefined ? 'GET' : 'POST',
        headers: { accept: 'application/json', 'user-agent': 'fairlead', ...grant?.headers },
        body: grant?.body ?? null,
        signal,
      });
      // One that waits for its connection does not hear the signal.
      const answer = await unlessAborted(sent, signal);
      return { status: answer.statusCode, body: parsed(await textOf(answer.body)) };
    } finally {
      void pool.destroy();
    }
  } catch (error) {
    if (isFairlead(error)) return failed(error.message, error.advice);
    if (signal.aborted) return failed(`${named(url)} did not answer within ${question.timeout / 1000} s`);
    const code = systemCode(error) ?? 'no answer that can be read';
    const isCertificate = /CERT|SIGN|VERIFY|ISSUER/.test(code);
    const advice = isCertificate ? 'Check idp-certificate-authority.' : 'Check idp-issuer-url, the network and the VPN.';
    return failed(`${named(url)} cannot be reached (${code})`, advice);
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function named(url: string): string {
  return `the identity provider ${new URL(url).host}`;
}

function failed(says: string, advice?: string): Failed {
  return { kind: 'failed', says, ...(advice !== undefined && { advice }) };
}
