import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createSecureContext } from 'node:tls';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { allOf, failureOf } from '../../test/support/credentials.ts';
import { connectProxy, socksProxy, type Proxy } from '../../test/support/proxy.ts';
import { makeAuthority, type Authority } from '../../test/support/tls.ts';
import { openTunnel, type TunnelOptions } from './tunnel.ts';

let authority: Authority;
let echo: Server;
const cleanUp: AsyncDisposable[] = [];

beforeAll(async () => {
  authority = await makeAuthority();
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  echo.unref();
  await once(echo, 'listening');
});

afterEach(async () => {
  for (const thing of cleanUp.splice(0)) await thing[Symbol.asyncDispose]();
});

const port = (): number => (echo.address() as AddressInfo).port;

function kept(proxy: Proxy): Proxy {
  cleanUp.push(proxy);
  return proxy;
}

/** Sends a word through and returns what comes back. */
async function echoed(proxy: string, host = '127.0.0.1', options: Partial<TunnelOptions> = {}): Promise<string> {
  const secureContext = createSecureContext({ ca: authority.cert });
  const socket = await openTunnel(new URL(proxy), { host, port: port() }, { timeout: 5_000, secureContext, ...options });
  socket.write('hello');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

describe('carries bytes', () => {
  it('over http', async () => {
    const proxy = kept(await connectProxy());
    expect(await echoed(`http://127.0.0.1:${proxy.port}`)).toBe('hello');
    expect(proxy).toMatchObject({ ways: [`127.0.0.1:${port()}`], logins: [] });
  });

  it('over https, with a login', async () => {
    const proxy = kept(await connectProxy({ pair: await authority.issue(), login: 'jane:p@ss:wörd' }));
    expect(await echoed(`https://jane:p%40ss%3Aw%C3%B6rd@localhost:${proxy.port}`)).toBe('hello');
    expect(proxy.logins).toEqual(['jane:p@ss:wörd']);
  });

  it('with a login whose percent signs stand for themselves', async () => {
    const [http, socks] = [kept(await connectProxy({ login: 'jane:100%' })), kept(await socksProxy({ login: 'jane:100%' }))];
    expect(await echoed(`http://jane:100%@127.0.0.1:${http.port}`)).toBe('hello');
    expect(await echoed(`socks5://jane:100%@127.0.0.1:${socks.port}`)).toBe('hello');
    expect([http.logins, socks.logins]).toEqual([['jane:100%'], ['jane:100%']]);
  });

  it('over https with a certificate that nobody checks', async () => {
    const proxy = kept(await connectProxy({ pair: await authority.issue({ days: -1 }) }));
    expect(await echoed(`https://127.0.0.1:${proxy.port}`, '127.0.0.1', { insecure: true })).toBe('hello');
  });

  it('over socks5, with names that only the proxy knows', async () => {
    const proxy = kept(await socksProxy({ leadsTo: port() }));
    expect(await echoed(`socks5://127.0.0.1:${proxy.port}`, 'api.internal')).toBe('hello');
    expect(await echoed(`socks5h://127.0.0.1:${proxy.port}`, '10.1.2.3')).toBe('hello');
    expect(await echoed(`socks5://127.0.0.1:${proxy.port}`, '2001:db8::1:a')).toBe('hello');
    const six = '[2001:0db8:0000:0000:0000:0000:0001:000a]';
    expect(proxy.ways).toEqual(['api.internal', '10.1.2.3', six].map((host) => `${host}:${port()}`));
  });

  it.each([1, 3, 5])('over socks5, whatever the parts that its answers arrive in (%s bytes)', async (part) => {
    const proxy = kept(await socksProxy({ login: 'jane:p@ss', part }));
    expect(await echoed(`socks5://jane:p%40ss@127.0.0.1:${proxy.port}`)).toBe('hello');
  });

  it('over socks5, with a login', async () => {
    const proxy = kept(await socksProxy({ login: 'jane:p@ss' }));
    expect(await echoed(`socks5://jane:p%40ss@127.0.0.1:${proxy.port}`)).toBe('hello');
    expect(proxy.logins).toEqual(['jane:p@ss']);
  });
});

describe('says why not', () => {
  it.each([
    ['http', { mood: 'refuse' }, 'Proxy response (403)'],
    ['http', { login: 'jane:other' }, 'Proxy response (407)'],
    ['http', { mood: 'cut' }, 'the proxy closed the connection'],
    ['http', { mood: 'hang' }, 'the proxy took too long'],
    ['socks5', { mood: 'refuse' }, 'the SOCKS proxy did not connect: its rules do not allow it'],
    ['socks5', { login: 'jane:other' }, 'the SOCKS proxy does not accept the user name and password'],
    ['socks5', { mood: 'cut' }, 'the proxy closed the connection'],
    ['socks5', { mood: 'halt' }, 'the proxy closed the connection'],
    ['socks5', { mood: 'hang' }, 'the proxy took too long'],
  ] as const)('%s %j', async (scheme, options, message) => {
    const proxy = kept(await (scheme === 'http' ? connectProxy : socksProxy)(options));
    const error = await failureOf(() =>
      echoed(`${scheme}://jane:topsecret@127.0.0.1:${proxy.port}`, undefined, { timeout: 200 }),
    );
    expect(String(error)).toContain(message);
    expect(allOf(error)).not.toMatch(/topsecret|dG9wc2VjcmV0|dG9wc2VjcmV|b3BzZWNyZX/);
  });

  it('a login that is missing', async () => {
    const proxy = kept(await socksProxy({ login: 'jane:other' }));
    await expect(echoed(`socks5://127.0.0.1:${proxy.port}`)).rejects.toThrow('wants a login that proxy-url does not give');
  });

  it('a proxy that is not there', async () => {
    const proxy = await socksProxy();
    await proxy[Symbol.asyncDispose]();
    for (const scheme of ['http', 'https', 'socks5']) {
      await expect(echoed(`${scheme}://127.0.0.1:${proxy.port}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('a proxy that speaks something else', async () => {
    const url = `socks5://127.0.0.1:${kept(await connectProxy()).port}`;
    await expect(echoed(url)).rejects.toThrow('the proxy does not speak SOCKS5');
  });

  it('a proxy whose certificate is not trusted, under no code that would be taken for the API server', async () => {
    const stranger = await makeAuthority('stranger');
    const proxy = kept(await connectProxy({ pair: await stranger.issue() }));
    const error = await failureOf(() => echoed(`https://127.0.0.1:${proxy.port}`));
    expect(String(error)).toMatch(/the TLS connection to the proxy cannot be made: [A-Z_]+/);
    expect(error).not.toHaveProperty('code');
  });
});
