import { BlockList, isIP, isIPv6 } from 'node:net';

import { UsageError } from '../platform/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** The address of a proxy, as it was written; undefined when it is none. */
export function proxyUrl(text: string): string | undefined {
  const url = URL.parse(text);
  return url !== null && SCHEMES.has(url.protocol) && url.hostname !== '' ? text : undefined;
}

/**
 * The proxy that the environment wants for a server, by the rules that kubectl has from Go
 * (https://pkg.go.dev/golang.org/x/net/http/httpproxy): `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `NO_PROXY` with
 * names, suffixes, addresses, ranges and ports; the same in lower case when those are unset. This machine itself is never
 * reached through a proxy.
 *
 * @throws UsageError when the variable holds no address of a proxy; it names the variable, not the value
 */
export function environmentProxy(server: string, env: Environment): string | undefined {
  const url = new URL(server);
  const [name, value] = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (value === '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isLoopback(host)) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (isExcepted(host, port, variable(env, 'NO_PROXY')[1])) return undefined;
  const proxy = proxyUrl(value) ?? (value.includes('://') ? undefined : proxyUrl(`http://${value}`));
  if (proxy !== undefined) return proxy;
  throw new UsageError(`The environment variable ${name} holds no address of a proxy.`, {
    code: 'proxy',
    field: name,
    advice: `Write it as http://, https:// or socks5:// and the host, or add ${host} to NO_PROXY.`,
  });
}

/** The variable's name and value, the upper case first. */
function variable(env: Environment, name: string): readonly [name: string, value: string] {
  const upper = env[name]?.trim() ?? '';
  return upper === '' ? [name.toLowerCase(), env[name.toLowerCase()]?.trim() ?? ''] : [name, upper];
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return isIP(host) === 0 ? /(^|\.)localhost$/.test(host) : LOOPBACK.check(host, familyOf(host));
}

function isExcepted(host: string, port: string, list: string): boolean {
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const range = /^([\d.]+|[\da-f:.]+)\/(\d{1,3})$/.exec(entry);
  if (range !== null) return inRange(host, range[1] ?? '', Number(range[2]));
  // `host:port`, `[address]:port`, and an IPv6 address as it is.
  const parts = isIPv6(entry) ? null : /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  const named = parts === null ? entry : (parts[1] ?? parts[2] ?? '');
  if (named === '' || (parts?.[3] !== undefined && parts[3] !== port)) return false;
  if (isIP(named) !== 0) return isIP(host) !== 0 && inRange(host, named, isIPv6(named) ? 128 : 32);
  // `example.com` is the name and all below it; with a dot or `*.` before it, only what is below.
  const suffix = named.replace(/^\*(?=\.)/, '');
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function inRange(host: string, network: string, bits: number): boolean {
  if (isIP(host) === 0 || isIP(network) === 0 || bits > (isIPv6(network) ? 128 : 32)) return false;
  const range = new BlockList();
  range.addSubnet(network, bits, familyOf(network));
  return range.check(host, familyOf(host));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
