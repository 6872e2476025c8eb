import { readFile } from 'node:fs/promises';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { allOf, base64, failureOf, folderWith, jwt, SUBJECT } from '../../../test/support/credentials.ts';
import { manualClock, type ManualClock } from '../../../test/support/manual-clock.ts';
import { connectProxy } from '../../../test/support/proxy.ts';
import { startIssuer, type Issuer, type IssuerOptions } from '../../../test/support/oidc.ts';
import { makeAuthority, type Authority } from '../../../test/support/tls.ts';
import type { CredentialSource } from './credentials.ts';
import { oidc } from './oidc.ts';
import type { CredentialOptions, TokenStore } from './user.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;

let authority: Authority;
const cleanUp: AsyncDisposable[] = [];
let clock: ManualClock;

beforeAll(async () => {
  authority = await makeAuthority();
});

afterEach(async () => {
  for (const thing of cleanUp.splice(0)) await thing[Symbol.asyncDispose]();
});

async function issuing(more: Partial<IssuerOptions> = {}): Promise<Issuer> {
  clock = manualClock(NOW);
  const issuer = await startIssuer({ pair: await authority.issue(), now: () => clock.now(), ...more });
  cleanUp.push(issuer);
  return issuer;
}

/** What a kubeconfig holds after a login. */
function configOf(issuer: Issuer, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { idToken, refreshToken } = issuer.login('jane');
  return {
    'idp-issuer-url': issuer.url,
    'client-id': 'fairlead',
    'idp-certificate-authority-data': base64(authority.cert),
    'id-token': idToken,
    'refresh-token': refreshToken,
    ...more,
  };
}

const source = (config: Readonly<Record<string, string>>, options: CredentialOptions = {}): CredentialSource =>
  oidc(config, SUBJECT, { clock, env: {}, ...options });

async function tokenOf(from: CredentialSource): Promise<string> {
  return String((await from.current()).headers['authorization']).replace('Bearer ', '');
}

describe('an id-token', () => {
  it('is sent while it lasts, and replaced ten seconds before its end', async () => {
    const issuer = await issuing();
    const config = configOf(issuer);
    const from = source(config);
    expect(from.current()).toEqual({ headers: { authorization: `Bearer ${config['id-token']}` } });
    await clock.advance(HOUR - 10_001);
    expect(await tokenOf(from)).toBe(config['id-token']);
    expect(issuer.paths).toEqual([]);
    await clock.advance(1);
    const next = await tokenOf(from);
    expect(next).not.toBe(config['id-token']);
    expect(issuer.paths).toEqual(['/.well-known/openid-configuration', '/token']);
    expect(issuer.questions[0]?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: config['refresh-token'],
      client_id: 'fairlead',
    });
    expect(await tokenOf(from)).toBe(next);
  });

  it('is refreshed once for all who wait, and goes on with the same refresh token', async () => {
    const issuer = await issuing();
    const from = source(configOf(issuer));
    for (let round = 1; round <= 3; round++) {
      await clock.advance(HOUR);
      const tokens = await Promise.all(Array.from({ length: 20 }, async () => tokenOf(from)));
      expect(new Set(tokens).size).toBe(1);
      expect(issuer.questions).toHaveLength(round);
    }
  });

  it('may be missing: a refresh token is enough', async () => {
    const issuer = await issuing();
    const { 'id-token': _, ...config } = configOf(issuer);
    expect(await tokenOf(source(config))).toMatch(/^eyJ/);
  });

  it('without an end is good until a 401', async () => {
    const issuer = await issuing();
    const from = source(configOf(issuer, { 'id-token': 'opaque' }));
    await clock.advance(1000 * HOUR);
    const material = await from.current();
    expect(material).toEqual({ headers: { authorization: 'Bearer opaque' } });
    expect(from.rejected(material)).toBe(true);
    expect(await tokenOf(from)).toMatch(/^eyJ/);
  });

  it('that cannot be replaced is sent to its last second', async () => {
    const issuer = await issuing({ instead: (_, response) => Boolean(response.writeHead(503).end()) });
    const config = configOf(issuer);
    const from = source(config);
    await clock.advance(HOUR - 5_000);
    expect(await tokenOf(from)).toBe(config['id-token']);
    expect(await tokenOf(from)).toBe(config['id-token']);
    expect(issuer.paths).toHaveLength(1);
    await clock.advance(5_000);
    await expect(from.current()).rejects.toThrow(
      `the identity provider 127.0.0.1:${issuer.port} answered 503 when asked for its configuration (the id-token ends at 2026-11-20T13:00:00.000Z).`,
    );
  });
});

describe('a 401', () => {
  it('brings another token, and not again within ten seconds', async () => {
    const issuer = await issuing();
    const from = source(configOf(issuer));
    const first = await from.current();
    expect([from.rejected(first), from.rejected(first)]).toEqual([true, true]);
    const second = await from.current();
    expect(second).not.toEqual(first);
    expect(from.rejected(first)).toBe(true);
    expect(await from.current()).toBe(second);
    expect(from.rejected(second)).toBe(false);
    expect(await from.current()).toBe(second);
    await clock.advance(10_000);
    expect(from.rejected(second)).toBe(true);
    await from.current();
    expect(issuer.questions).toHaveLength(2);
  });

  it('is final without a refresh token, until the login is another', async () => {
    const issuer = await issuing();
    const { 'refresh-token': _, ...config } = configOf(issuer);
    let stored: Readonly<Record<string, string>> = config;
    const from = source(config, { tokens: { read: async () => stored, replace: async () => false } });
    const first = await from.current();
    expect(from.rejected(first)).toBe(true);
    expect(await from.current()).toBe(first);
    expect(from.rejected(first)).toBe(false);
    stored = { ...config, 'id-token': issuer.idToken({ sub: 'jane' }) };
    expect(await tokenOf(from)).toBe(stored['id-token']);
  });
});

describe('a refresh that fails', () => {
  const expired = async (
    more: Readonly<Record<string, string>>,
    options?: Partial<IssuerOptions>,
    oidcTimeout?: number,
  ): Promise<Error & { advice?: string }> => {
    const issuer = await issuing(options);
    const config = configOf(issuer, more);
    await clock.advance(2 * HOUR);
    const error = await failureOf(() => source(config, { oidcTimeout }).current());
    expect(error).toMatchObject({
      code: 'credentials',
      message: expect.stringMatching(/^Cannot log in to cluster prod as "dev": /),
    });
    expect(allOf(error)).not.toMatch(new RegExp(`eyJ|${config['refresh-token'] ?? '-'}|topsecret`));
    return error as Error & { advice?: string };
  };

  it.each<[string, Partial<IssuerOptions>, Record<string, string>, string, string]>([
    [
      'issuer away',
      {},
      { 'idp-issuer-url': 'https://127.0.0.1:1' },
      'the identity provider 127.0.0.1:1 cannot be reached (ECONNREFUSED)',
      'idp-issuer-url',
    ],
    [
      'issuer of another authority',
      {},
      { 'idp-certificate-authority-data': '' },
      'cannot be reached (UNABLE_TO_',
      'idp-certificate-authority',
    ],
    ['no certificate', {}, { 'idp-certificate-authority-data': base64('topsecret') }, 'holds no certificate in PEM', ''],
    [
      'no such file',
      {},
      { 'idp-certificate-authority-data': '', 'idp-certificate-authority': 'no.crt' },
      'idp-certificate-authority cannot be read (ENOENT',
      '',
    ],
    ['plain http', {}, { 'idp-issuer-url': 'http://127.0.0.1:1' }, 'is no address that begins with https://', ''],
    ['no client', {}, { 'client-id': '' }, 'its auth-provider oidc has no client-id', ''],
    [
      'client unknown',
      {},
      { 'client-id': 'topsecret', 'client-secret': 'topsecret' },
      'does not know the client (invalid_client: no such client)',
      'client-secret',
    ],
    [
      'no id-token',
      { instead: (request, response) => request.url === '/token' && Boolean(response.end('{}')) },
      {},
      'without giving an id-token',
      '"openid"',
    ],
    ['no endpoint', { metadata: { token_endpoint: 'http://127.0.0.1/token' } }, {}, 'names no token endpoint with https', ''],
    [
      'a web page',
      { instead: (_, response) => Boolean(response.end('<html>topsecret')) },
      {},
      'names no token endpoint with https',
      '',
    ],
    [
      'too much',
      { instead: (_, response) => Boolean(response.end(`{"x":"${'x'.repeat(300_000)}"}`)) },
      {},
      'names no token endpoint',
      '',
    ],
    ['a token that has ended', { lifetime: -10 }, {}, 'gave an id-token that has ended', 'clock'],
  ])('says why: %s', async (_, options, more, message, advice) => {
    const error = await expired(more, options);
    expect(error.message).toContain(message);
    expect(error.advice ?? '').toContain(advice);
  });

  it('says why: silence', async () => {
    const { message } = await expired({}, { instead: () => true }, 300);
    expect(message).toContain('did not answer within 0.3 s');
  });

  it('with a void refresh token asks for a new login, and does not ask the provider again', async () => {
    const issuer = await issuing();
    const config = configOf(issuer);
    issuer.revoke();
    await clock.advance(2 * HOUR);
    let stored: Readonly<Record<string, string>> = config;
    const from = source(config, { tokens: { read: async () => stored, replace: async () => true } });
    for (let round = 0; round < 3; round++) {
      const error = await failureOf(() => from.current());
      expect(error).toMatchObject({
        message:
          `Cannot log in to cluster prod as "dev": the identity provider 127.0.0.1:${issuer.port} no longer takes its refresh token ` +
          '(invalid_grant: The token [hidden] is expired or revoked) (the id-token ends at 2026-11-20T13:00:00.000Z).',
        advice: expect.stringMatching(/^Log in again with the tool that wrote this user into the kubeconfig/),
      });
    }
    expect(issuer.questions).toHaveLength(1);

    stored = configOf(issuer);
    expect(await tokenOf(from)).toBe(stored['id-token']);
  });

  it('never takes the login of somebody else', async () => {
    const issuer = await issuing();
    const config = { ...configOf(issuer), 'refresh-token': issuer.login('mallory').refreshToken };
    await clock.advance(2 * HOUR);
    await expect(source(config).current()).rejects.toThrow('refreshed the login of somebody else (another "sub")');
  });

  it('is not tried without a refresh token', async () => {
    clock = manualClock(NOW);
    const token = jwt({ exp: NOW / 1000 - 60 });
    await expect(source({ 'id-token': token }).current()).rejects.toThrow(
      'the id-token of its auth-provider oidc expired at 2026-11-20T11:59:00.000Z, and there is no refresh-token.',
    );
    await expect(source({}).current()).rejects.toThrow('its auth-provider oidc has neither an id-token nor a refresh-token.');
    await expect(source({ 'id-token': jwt({ exp: -1e300 }) }).current()).rejects.toThrow('expired at a time long past');
  });

  it('can be left by one who waits', async () => {
    const issuer = await issuing({ instead: () => true });
    const config = configOf(issuer);
    await clock.advance(2 * HOUR);
    const from = source(config, { oidcTimeout: 300 });
    const leave = new AbortController();
    const left = failureOf(() => from.current(leave.signal));
    leave.abort(new Error('enough'));
    expect(await left).toEqual(new Error('enough'));
  });
});

describe('the client', () => {
  it.each([
    [undefined, 'header'],
    [['client_secret_basic', 'client_secret_post'], 'header'],
    [['client_secret_post'], 'form'],
  ])('gives its secret as the provider wants it: %j', async (methods, place) => {
    const secret = 'a:b c%/+ü';
    const metadata = methods === undefined ? {} : { token_endpoint_auth_methods_supported: methods };
    const issuer = await issuing({ clientSecret: secret, metadata });
    const from = source(configOf(issuer, { 'client-secret': secret }));
    await clock.advance(2 * HOUR);
    expect(await tokenOf(from)).toMatch(/^eyJ/);
    expect(issuer.questions[0]?.authorization === undefined).toBe(place === 'form');
    expect(issuer.questions[0]?.form['client_secret']).toBe(place === 'form' ? secret : undefined);
  });

  it('asks for the scopes of the kubeconfig', async () => {
    const issuer = await issuing();
    const from = source(configOf(issuer, { 'extra-scopes': 'groups,openid,email' }));
    await clock.advance(2 * HOUR);
    await from.current();
    expect(issuer.questions[0]?.form['scope']).toBe('openid groups email');
  });

  it('takes the authority from a file beside the kubeconfig', async () => {
    const issuer = await issuing();
    const folder = await folderWith({ 'idp.crt': authority.cert });
    const config = configOf(issuer, { 'idp-certificate-authority-data': '', 'idp-certificate-authority': 'idp.crt' });
    await clock.advance(2 * HOUR);
    expect(await readFile(`${folder}/idp.crt`, 'utf8')).toBe(authority.cert);
    const from = oidc(config, { ...SUBJECT, file: `${folder}/config` }, { clock, env: {} });
    expect(await tokenOf(from)).toMatch(/^eyJ/);
  });

  it("goes through the environment's proxy", async () => {
    const issuer = await issuing();
    const proxy = await connectProxy({ leadsTo: issuer.port });
    cleanUp.push(proxy);
    // A name that only the proxy can lead to: this machine itself is never proxied.
    const config = configOf(issuer, { 'idp-issuer-url': 'https://idp.test' });
    await clock.advance(2 * HOUR);
    const error = await failureOf(() => source(config, { env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } }).current());
    expect(proxy.ways).toEqual(['idp.test:443']);
    expect(String(error)).toContain('cannot be reached (ERR_TLS_CERT_ALTNAME_INVALID)');
  });
});

describe('rotated refresh tokens', () => {
  /** A store as kubectl would see it. */
  function store(
    config: Readonly<Record<string, string>>,
  ): TokenStore & { held: Readonly<Record<string, string>>; writes: number } {
    const it = {
      held: config,
      writes: 0,
      read: async () => it.held,
      replace: async (_: unknown, after: Readonly<Record<string, string>>) => {
        it.writes++;
        it.held = { ...it.held, ...after };
        return true;
      },
    };
    return it;
  }

  it('are written where kubectl looks for them, and nothing is as long as they stay the same', async () => {
    const steady = await issuing();
    const config = configOf(steady);
    const tokens = store(config);
    await clock.advance(2 * HOUR);
    await source(config, { tokens }).current();
    expect(tokens.writes).toBe(0);

    const issuer = await issuing({ rotates: true });
    const rotating = configOf(issuer);
    const shared = store(rotating);
    await clock.advance(2 * HOUR);
    const from = source(rotating, { tokens: shared });
    const token = await tokenOf(from);
    expect(shared.writes).toBe(1);
    expect(shared.held).toMatchObject({ 'id-token': token, 'client-id': 'fairlead' });
    expect(shared.held['refresh-token']).not.toBe(rotating['refresh-token']);
    await clock.advance(2 * HOUR);
    await from.current();
    expect(shared.writes).toBe(2);
  });

  it('live on in memory where they cannot be written', async () => {
    const issuer = await issuing({ rotates: true });
    const config = configOf(issuer);
    const from = source(config, { tokens: { read: async () => config, replace: async () => false } });
    for (let round = 0; round < 3; round++) {
      await clock.advance(2 * HOUR);
      expect(await tokenOf(from)).toMatch(/^eyJ/);
    }
  });

  it('of another program are taken instead of asking with one that is void', async () => {
    const issuer = await issuing({ rotates: true });
    const config = configOf(issuer);
    const shared = store(config);
    const [one, other] = [source(config, { tokens: shared }), source(config, { tokens: shared })];
    await clock.advance(2 * HOUR);
    const token = await tokenOf(one);
    expect(await tokenOf(other)).toBe(token);
    expect(issuer.questions).toHaveLength(1);
    // At the very same time, one of them loses the race and finds what the other has written.
    await clock.advance(2 * HOUR);
    const both = await Promise.all([tokenOf(one), tokenOf(other)]);
    expect(both[0]).toMatch(/^eyJ/);
    expect(both[1]).toBe(both[0]);
  });
});
