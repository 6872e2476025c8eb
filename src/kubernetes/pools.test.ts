import { describe, expect, it } from 'vitest';

import { allOf } from '../../test/support/credentials.ts';
import type { ApiServer, ApiServerOptions, Exchange } from '../../test/support/api-server.ts';
import { useBench } from '../../test/support/bench.ts';
import { connectProxy, socksProxy, type Proxy } from '../../test/support/proxy.ts';
import { makeAuthority, type Leaf } from '../../test/support/tls.ts';
import { failure, get } from '../../test/support/wire.ts';
import type { Transport } from './transport.ts';

const { authority, serve, connect, atEnd } = useBench();

const answers = (exchange: Exchange): void => exchange.json({ client: exchange.client });

describe.each([{ http2: true }, { http2: false }])('a client certificate that rotates (http2: $http2)', ({ http2 }) => {
  async function rotating(handle: ApiServerOptions['handle']): Promise<{
    readonly server: ApiServer;
    readonly transport: Transport;
    readonly use: (name: 'old' | 'new') => void;
  }> {
    const server = await serve(handle, { clientAuthority: authority().cert });
    const materials = {
      old: { headers: {}, certificate: await authority().issue({ commonName: 'old' }) },
      new: { headers: {}, certificate: await authority().issue({ commonName: 'new' }) },
    };
    let name: 'old' | 'new' = 'old';
    const transport = connect(server.url, { http2 }, { credentials: { current: () => materials[name] } });
    return {
      server,
      transport,
      use: (wanted) => {
        name = wanted;
      },
    };
  }

  it('makes new connections, and what is under way ends on the old one', async () => {
    const { server, transport, use } = await rotating((exchange) => (exchange.path === '/held' ? undefined : answers(exchange)));
    const held = transport.send(get('/held'));
    const [old] = await server.arrived(1);
    use('new');
    expect((await transport.send(get('/next'))).text).toBe('{"client":"new"}');
    expect(server.open).toBe(2);
    old?.json({ client: old.client });
    expect((await held).text).toBe('{"client":"old"}');
    await server.openAtMost(1);
  });

  it('loses nothing that is sent at the very moment', async () => {
    const { transport, use } = await rotating(answers);
    await transport.send(get());
    const sent = Array.from({ length: 40 }, (_, index) => {
      use(index % 2 === 0 ? 'old' : 'new');
      return transport.send(get());
    });
    const texts = (await Promise.all(sent)).map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 40 }, (_, index) => `{"client":"${index % 2 === 0 ? 'old' : 'new'}"}`));
  });

  it('leaves no stream behind on the old one when the transport is closed', async () => {
    const { server, transport, use } = await rotating((exchange) =>
      exchange.path === '/watch' ? exchange.start() : answers(exchange),
    );
    const stream = await transport.open(get('/watch'));
    use('new');
    const second = await transport.open(get('/watch'));
    const ends = [stream, second].map(({ chunks }) => failure(chunks[Symbol.asyncIterator]().next()));
    await transport.close();
    for (const end of await Promise.all(ends)) expect(end).toMatchObject({ code: 'closed' });
    await server.openAtMost(0);
  });
});

describe('TLS', () => {
  const served = async (leaf: Leaf): Promise<ApiServer> => serve(answers, { pair: await authority().issue(leaf) });

  it('checks the name of tls-server-name instead of the address', async () => {
    const server = await served({ dns: ['kubernetes.internal'], ips: [] });
    const tls = { ca: authority().cert, serverName: 'kubernetes.internal' };
    expect((await connect(server.url, {}, { tls }).send(get())).status).toBe(200);
    const other = connect(server.url, {}, { tls: { ...tls, serverName: 'other.internal' } });
    expect(await failure(other.send(get()))).toMatchObject({ code: 'unreachable' });
  });

  it('is not checked where the kubeconfig says so', async () => {
    const server = await served({ dns: ['other'], ips: [], days: -1 });
    expect((await connect(server.url, {}, { tls: { insecure: true } }).send(get())).status).toBe(200);
  });

  it('says what is wrong with a certificate', async () => {
    const server = await served({});
    const wrongName = await served({ dns: ['kubernetes.internal'], ips: ['10.0.0.1'] });
    const expired = await served({ days: -1 });
    const stranger = await makeAuthority();
    const namesake = await makeAuthority();
    const tell = async ({ url }: ApiServer, ca: string | undefined): Promise<unknown> =>
      failure(connect(url, {}, { tls: { ca } }).send(get()));

    const untrusted = {
      code: 'unreachable',
      message: `Cluster prod cannot be reached at ${server.url}: the certificate of the server is signed by an authority that is not trusted.`,
      advice:
        "Give the cluster's certificate authority (certificate-authority or certificate-authority-data in the kubeconfig); a proxy that inspects TLS has the same effect.",
    };
    expect(await tell(server, undefined)).toMatchObject(untrusted);
    expect(await tell(server, stranger.cert)).toMatchObject(untrusted);
    expect(await tell(server, namesake.cert)).toMatchObject(untrusted);
    expect(await tell(wrongName, authority().cert)).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at ${wrongName.url}: the certificate of the server is made out for another name (it names DNS:kubernetes.internal, IP Address:10.0.0.1).`,
      advice: 'Use one of the names in the certificate, or set tls-server-name in the kubeconfig.',
    });
    expect(await tell(expired, authority().cert)).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at ${expired.url}: the certificate of the server has expired.`,
      advice: 'The cluster must renew it; check the clock of this machine too.',
    });
  });
});

describe('through a proxy', () => {
  async function behind(proxy: Proxy): Promise<Proxy> {
    atEnd(async () => proxy[Symbol.asyncDispose]());
    return proxy;
  }

  it.each([{ http2: true }, { http2: false }])(
    'of http (http2: $http2) requests and streams go through tunnels',
    async ({ http2 }) => {
      const proxy = await behind(await connectProxy());
      const server = await serve((exchange) =>
        exchange.path === '/watch' ? exchange.start() : exchange.json({ version: exchange.version }),
      );
      const transport = connect(server.url, { http2 }, { proxy: `http://${proxy.host}` });
      expect((await transport.send(get())).text).toBe(`{"version":"${http2 ? '2.0' : '1.1'}"}`);
      const stream = await transport.open(get('/watch'));
      stream.close();
      expect(proxy.ways).toEqual([`127.0.0.1:${server.port}`, `127.0.0.1:${server.port}`]);
      expect(server.connections).toBe(2);
    },
  );

  it('a hundred requests need one tunnel', async () => {
    const proxy = await behind(await connectProxy());
    const server = await serve(answers);
    const transport = connect(server.url, {}, { proxy: `http://${proxy.host}` });
    for (let index = 0; index < 100; index++) await transport.send(get());
    expect(proxy.ways.length).toBe(1);
  });

  it('that asks for a password, it gets the one of its address and no one else', async () => {
    const proxy = await behind(await connectProxy());
    const server = await serve(answers);
    await connect(server.url, {}, { proxy: `http://amy:s3cret%21@${proxy.host}` }).send(get());
    expect(proxy.logins).toEqual(['amy:s3cret!']);
    expect(server.exchanges[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('the name and the authority of the cluster are checked', async () => {
    const proxy = await behind(await connectProxy());
    const server = await serve(answers, { pair: await authority().issue({ dns: ['kubernetes.internal'], ips: [] }) });
    const proxied = (tls: { ca?: string; serverName?: string }): Promise<unknown> =>
      connect(server.url, {}, { tls, proxy: `http://${proxy.host}` }).send(get());
    expect(await failure(proxied({ ca: authority().cert }))).toMatchObject({
      code: 'unreachable',
      advice: expect.stringContaining('tls-server-name'),
    });
    expect(await failure(proxied({ serverName: 'kubernetes.internal' }))).toMatchObject({
      advice: expect.stringContaining('authority'),
    });
    expect(await proxied({ ca: authority().cert, serverName: 'kubernetes.internal' })).toMatchObject({ status: 200 });
  });

  it.each([
    {
      status: 407,
      advice: 'The proxy wants a user name and a password: they belong into proxy-url of the kubeconfig.',
    },
    { status: 403, advice: 'Check proxy-url in the kubeconfig, and that the proxy may reach the cluster.' },
    { status: 502, advice: 'Check proxy-url in the kubeconfig, and that the proxy may reach the cluster.' },
  ])('that answers $status, it is the proxy that is named', async ({ status, advice }) => {
    const proxy = await behind(await connectProxy({ mood: 'refuse', status }));
    const server = await serve(answers);
    const error = await failure(connect(server.url, {}, { proxy: `http://amy:s3cret@${proxy.host}` }).send(get()));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at ${server.url} through the proxy ${proxy.host}: the proxy answered ${status}.`,
      advice,
    });
    expect(allOf(error)).not.toContain('s3cret');
    expect(server.connections).toBe(0);
  });

  it('that is not there, it says so', async () => {
    const proxy = await connectProxy();
    await proxy[Symbol.asyncDispose]();
    const server = await serve(answers);
    expect(await failure(connect(server.url, {}, { proxy: `http://${proxy.host}` }).send(get()))).toMatchObject({
      message: `Cluster prod cannot be reached at ${server.url} through the proxy ${proxy.host}: connection refused.`,
    });
  });

  it('closing fails what is under way', async () => {
    const proxy = await behind(await connectProxy());
    const server = await serve(() => undefined);
    const transport = connect(server.url, {}, { proxy: `http://${proxy.host}` });
    const sent = failure(transport.send(get()));
    await server.arrived(1);
    await transport.close();
    expect(await sent).toMatchObject({ code: 'closed' });
    await server.openAtMost(0);
  });

  it('of socks5 requests and streams go through', async () => {
    const proxy = await behind(await socksProxy());
    const server = await serve((exchange) => (exchange.path === '/watch' ? exchange.start() : answers(exchange)));
    const transport = connect(server.url, {}, { proxy: `socks5://${proxy.host}` });
    expect((await transport.send(get())).status).toBe(200);
    const stream = await transport.open(get('/watch'));
    stream.close();
    expect(new Set(proxy.ways)).toEqual(new Set([`127.0.0.1:${server.port}`]));
  });

  it('of socks5 the certificate is checked', async () => {
    const proxy = await behind(await socksProxy());
    const server = await serve(answers);
    expect(await failure(connect(server.url, {}, { tls: {}, proxy: `socks5://${proxy.host}` }).send(get()))).toMatchObject({
      code: 'unreachable',
      advice: expect.stringContaining('authority'),
    });
  });
});
