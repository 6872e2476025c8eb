import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { connectProxy, socksProxy } from '../support/proxy.ts';
import { makeAuthority, type Leaf } from '../support/tls.ts';
import { failure } from '../support/wire.ts';
import { base64, openHouse, type House } from './house.ts';
import { startWhoami, type Whoami } from './whoami.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house[Symbol.asyncDispose]();
});

/** A server that knows the token `t`, with a certificate for these names. */
async function serving(leaf: Leaf = {}): Promise<Whoami> {
  const pair = await house.authority.issue(leaf);
  const authenticate = ({ authorization }: { authorization: string | undefined }) =>
    authorization === 'Bearer t' ? 'jane' : undefined;
  return house.keep(await startWhoami({ pair, authenticate }));
}

const trusted = (): Readonly<Record<string, string>> => ({ 'certificate-authority-data': base64(house.authority.cert) });

describe('TLS', () => {
  it('trusts the authority of the kubeconfig, in place or in a file, and no other', async () => {
    const server = await serving();
    await house.file('ca.crt', house.authority.cert);
    for (const authority of [trusted(), { 'certificate-authority': 'ca.crt' }]) {
      expect(await (await house.client({ server: server.url, ...authority }, { token: 't' })).whoami()).toBe('jane');
    }
    const stranger = { 'certificate-authority-data': base64((await makeAuthority('stranger')).cert) };
    for (const authority of [stranger, {}]) {
      const client = await house.client({ server: server.url, ...authority }, { token: 't' });
      expect(await failure(client.whoami())).toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('not trusted'),
      });
    }
    expect(server.proofs).toHaveLength(2);
  });

  it('checks the name of tls-server-name', async () => {
    const server = await serving({ dns: ['api.internal'], ips: [] });
    const cluster = { server: server.url, ...trusted() };
    expect(await failure((await house.client(cluster, { token: 't' })).whoami())).toMatchObject({ code: 'unreachable' });
    expect(await (await house.client({ ...cluster, 'tls-server-name': 'api.internal' }, { token: 't' })).whoami()).toBe('jane');
  });

  it('is not checked with insecure-skip-tls-verify, and that is said', async () => {
    const server = await serving({ days: -1, dns: ['other'], ips: [] });
    const client = await house.client({ server: server.url, 'insecure-skip-tls-verify': true }, { token: 't' });
    expect(await client.whoami()).toBe('jane');
    expect(client.target.warnings).toEqual([
      `Cluster "c" in kubeconfig ${client.file}: insecure-skip-tls-verify is set, so that anybody on the way can pose as the ` +
        'server and take the credentials. Give its certificate-authority-data instead.',
    ]);
    expect((await house.client({ server: server.url, ...trusted() }, { token: 't' })).target.warnings).toEqual([]);
  });

  it('is missing with plain http: nothing secret is sent, and that is said', async () => {
    const client = await house.client({ server: 'http://10.0.0.1:8080' }, { token: 't' });
    expect(client.target.warnings).toEqual([
      `Cluster "c" in kubeconfig ${client.file}: its server speaks plain http, so that anybody on the way can read and change ` +
        'answers, and the login of user "dev" is not sent.',
    ]);
  });
});

describe('proxy-url', () => {
  it.each([
    ['http', true],
    ['http', false],
    ['https', true],
    ['https', false],
    ['socks5', true],
    ['socks5', false],
  ] as const)('%s, with a login, to a name that only the proxy knows (http2: %s)', async (scheme, http2) => {
    const server = await serving({ dns: ['api.internal'], ips: [] });
    const options = { login: 'joe:pa:ss@w/rd', leadsTo: server.port };
    const pair = await house.authority.issue();
    const proxy = house.keep(
      scheme === 'socks5' ? await socksProxy(options) : await connectProxy({ ...options, ...(scheme === 'https' && { pair }) }),
    );
    const address = `${scheme}://joe:pa%3Ass%40w%2Frd@127.0.0.1:${proxy.port}`;
    const cluster = { server: 'https://api.internal:6443', ...trusted(), 'proxy-url': address };
    const client = await house.client(cluster, { token: 't' }, {}, http2);
    for (let round = 0; round < 3; round++) expect(await client.whoami()).toBe('jane');
    expect(new Set(proxy.ways)).toEqual(new Set(['api.internal:6443']));
    expect(new Set(proxy.logins)).toEqual(new Set(['joe:pa:ss@w/rd']));
    if (http2) expect(proxy.ways).toHaveLength(1);
    // What is meant for the proxy never reaches the server, and the other way round.
    expect(inspect(server.proofs)).not.toMatch(/proxy-auth|joe/);
  });

  it.each(['http', 'socks5'] as const)('%s that wants another password is named without it', async (scheme) => {
    const server = await serving();
    const proxy = house.keep(await (scheme === 'http' ? connectProxy : socksProxy)({ login: 'joe:other' }));
    const address = `${scheme}://joe:topsecret@127.0.0.1:${proxy.port}`;
    const client = await house.client({ server: server.url, ...trusted(), 'proxy-url': address }, { token: 't' });
    const error = await failure(client.whoami());
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(`${server.url} through the proxy 127.0.0.1:${proxy.port}: `),
    });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('topsecret');
    expect(server.connections).toBe(0);
  });

  it('https whose certificate nobody vouches for', async () => {
    const server = await serving();
    const proxy = house.keep(await connectProxy({ pair: await (await makeAuthority('stranger')).issue() }));
    const cluster = { server: server.url, ...trusted(), 'proxy-url': `https://127.0.0.1:${proxy.port}` };
    const error = await failure((await house.client(cluster, { token: 't' })).whoami());
    expect(String(error)).toContain('the TLS connection to the proxy cannot be made');
    expect(proxy.ways).toEqual([]);
  });

  it('checks the certificate of the server behind it', async () => {
    const server = await serving();
    const proxy = house.keep(await connectProxy());
    const stranger = { 'certificate-authority-data': base64((await makeAuthority('stranger')).cert) };
    const cluster = { server: server.url, ...stranger, 'proxy-url': `http://127.0.0.1:${proxy.port}` };
    expect(await failure((await house.client(cluster, { token: 't' })).whoami())).toMatchObject({
      message: expect.stringContaining('the certificate of the server is signed by an authority that is not trusted'),
    });
    expect(server.proofs).toEqual([]);
  });

  it('shows a client certificate to the server, and not to the proxy', async () => {
    const { cert, key } = await house.authority.issue({ commonName: 'jane' });
    const server = house.keep(
      await startWhoami({
        pair: await house.authority.issue(),
        clientAuthority: house.authority.cert,
        authenticate: ({ certificate }) => certificate,
      }),
    );
    const proxy = house.keep(await connectProxy({ pair: await house.authority.issue() }));
    const cluster = { server: server.url, ...trusted(), 'proxy-url': `https://127.0.0.1:${proxy.port}` };
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    expect(await (await house.client(cluster, user)).whoami()).toBe('jane');
  });
});

describe('the environment', () => {
  it('names the proxy where the kubeconfig does not', async () => {
    const server = await serving({ dns: ['api.internal'], ips: [] });
    const [proxy, other] = [await connectProxy({ leadsTo: server.port }), await connectProxy({ leadsTo: server.port })].map(
      house.keep,
    );
    const cluster = { server: 'https://api.internal', ...trusted() };
    const env = { https_proxy: `127.0.0.1:${proxy?.port}` };
    expect(await (await house.client(cluster, { token: 't' }, env)).whoami()).toBe('jane');
    expect(proxy?.ways).toEqual(['api.internal:443']);

    const own = { ...cluster, 'proxy-url': `http://127.0.0.1:${other?.port}` };
    expect(await (await house.client(own, { token: 't' }, env)).whoami()).toBe('jane');
    expect([proxy?.ways.length, other?.ways.length]).toEqual([1, 1]);
  });

  it('does not lead to this machine, nor to what NO_PROXY names', async () => {
    const server = await serving();
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
    expect(await (await house.client({ server: server.url, ...trusted() }, { token: 't' }, env)).whoami()).toBe('jane');
    const named = await house.client({ server: 'https://api.internal' }, { token: 't' }, { ...env, NO_PROXY: '.internal' });
    expect(named.target.proxy).toBeUndefined();
  });
});
