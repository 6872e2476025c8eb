import { describe, expect, it } from 'vitest';

import { allOf, failureOf } from '../../test/support/credentials.ts';
import { environmentProxy } from './environment-proxy.ts';

const PROXY = 'http://proxy.corp:3128';
const SERVER = 'https://api.prod.example.com:6443';

describe('environmentProxy', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: PROXY }, PROXY],
    [{ https_proxy: PROXY }, PROXY],
    [{ HTTPS_PROXY: '', https_proxy: PROXY }, PROXY],
    [{ HTTPS_PROXY: PROXY, https_proxy: 'http://other' }, PROXY],
    [{ HTTPS_PROXY: 'proxy.corp:3128' }, PROXY],
    [{ HTTPS_PROXY: 'socks5://proxy.corp:1080' }, 'socks5://proxy.corp:1080'],
    [{ HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, undefined],
  ])('of %j is %s', (env, proxy) => {
    expect(environmentProxy(SERVER, env)).toBe(proxy);
  });

  it('is HTTP_PROXY for a server that speaks plain http', () => {
    expect(environmentProxy('http://api.corp:8001', { HTTP_PROXY: PROXY, HTTPS_PROXY: 'http://other' })).toBe(PROXY);
  });

  it.each([
    'https://localhost:6443',
    'https://kind.localhost:6443',
    'https://127.0.0.1:6443',
    'https://127.8.9.1',
    'https://[::1]:6443',
    'https://[::ffff:127.0.0.1]:6443',
    'http://localhost:8001',
  ])('never stands before this machine: %s', (server) => {
    expect(environmentProxy(server, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY })).toBeUndefined();
  });

  const [name, address, six] = ['https://api.prod.example.com:6443', 'https://10.1.2.3:6443', 'https://[fd00::12]'];
  it.each([
    ['*', name, true],
    ['example.com', name, true],
    ['EXAMPLE.com', name, true],
    ['.example.com', name, true],
    ['*.example.com', name, true],
    ['api.prod.example.com', name, true],
    ['.api.prod.example.com', name, false],
    ['ample.com', name, false],
    ['prod', name, false],
    ['example.com:6443', name, true],
    ['example.com:443', name, false],
    [' , other.org , example.com ', name, true],
    ['other.org,,:6443', name, false],
    ['10.1.2.3', address, true],
    ['10.1.2.3:6443', address, true],
    ['10.1.2.3:80', address, false],
    ['10.0.0.0/8', address, true],
    ['10.1.3.0/24', address, false],
    ['10.0.0.0/99', address, false],
    ['fd00::/8', address, false],
    ['10.0.0.0/8', name, false],
    ['fd00::12', six, true],
    ['[fd00::12]:443', six, true],
    ['[fd00::12]:80', six, false],
    ['fd00::/16', six, true],
    ['fe80::/16', six, false],
    ['10.0.0.0/8', six, false],
  ])('NO_PROXY=%s and %s: %s', (list, server, excepted) => {
    expect(environmentProxy(server, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBe(excepted ? undefined : PROXY);
    expect(environmentProxy(server, { https_proxy: PROXY, no_proxy: list })).toBe(excepted ? undefined : PROXY);
  });

  it.each(['ftp://me:topsecret@proxy', 'http://', 'http://me:topsecret@'])(
    'names a variable that holds none: %s',
    async (value) => {
      const error = await failureOf(() => environmentProxy(SERVER, { HTTPS_PROXY: value }));
      expect(error).toMatchObject({
        name: 'UsageError',
        message: 'The environment variable HTTPS_PROXY holds no address of a proxy.',
        field: 'HTTPS_PROXY',
      });
      expect(allOf(error)).not.toContain('topsecret');
      expect(environmentProxy(SERVER, { HTTPS_PROXY: value, NO_PROXY: 'example.com' })).toBeUndefined();
    },
  );
});
