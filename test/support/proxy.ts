/** Proxies on this machine that carry real connections and remember what they were asked. */
import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Pair } from './tls.ts';

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** With its port. */
  readonly host: string;
  /** `host:port` of each way that was opened, in order. */
  readonly ways: readonly string[];
  /** The logins that were given, as `user:password`. */
  readonly logins: readonly string[];
}

export interface ProxyOptions {
  /** `user:password` that must be given. */
  readonly login?: string;
  /** Speaks TLS with this certificate; CONNECT only. */
  readonly pair?: Pair;
  /** Leads every way to this port of this machine, whatever was asked: names that nobody else knows. */
  readonly leadsTo?: number;
  /** `refuse` says no, `hang` says nothing, `cut` closes the connection, `halt` does so in the middle of a word (SOCKS only). */
  readonly mood?: 'refuse' | 'hang' | 'cut' | 'halt';
  /** Bytes of each part that answers are sent in; SOCKS only. @default all at once */
  readonly part?: number;
  /** What CONNECT is refused with. @default 403 */
  readonly status?: number;
}

/** A proxy for CONNECT, over http or with a certificate over https. */
export async function connectProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const ways: string[] = [];
  const logins: string[] = [];
  const server = options.pair === undefined ? createPlain() : createSecure({ ...options.pair });
  const house = keep(server);
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    house.add(client);
    ways.push(request.url ?? '');
    const given = Buffer.from((request.headers['proxy-authorization'] ?? '').replace('Basic ', ''), 'base64').toString();
    if (given !== '') logins.push(given);
    if (options.mood === 'hang') return;
    if (options.mood === 'cut') return void client.destroy();
    const refuse = (status: number): void => void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    if (options.mood === 'refuse') return refuse(options.status ?? 403);
    if (options.login !== undefined && given !== options.login) return refuse(407);
    lead(client, request.url ?? '', options.leadsTo, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'), house);
  });
  return { ...(await opened(server, house)), ways, logins };
}

/** A SOCKS5 proxy (RFC 1928), with a login (RFC 1929) when one is wanted. */
export async function socksProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const ways: string[] = [];
  const logins: string[] = [];
  const server = createServer({ noDelay: true });
  const house = keep(server);
  server.on('connection', (client: Socket) => {
    void (async () => {
      const methods = [...(await bytes(client, (await bytes(client, 2))[1] ?? 0))];
      if (options.mood === 'hang') return;
      if (options.mood === 'cut') return void client.destroy();
      if (options.mood === 'halt') return void client.end(Buffer.of(5));
      const say = async (...words: number[]): Promise<void> => {
        const part = options.part ?? words.length;
        for (let from = 0; from < words.length; from += part) {
          client.write(Buffer.from(words.slice(from, from + part)));
          // Written in one turn, they would travel together.
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const wanted = options.login === undefined ? 0 : 2;
      await say(5, methods.includes(wanted) ? wanted : 0xff);
      if (wanted === 2) {
        const user = await bytes(client, (await bytes(client, 2))[1] ?? 0);
        const password = await bytes(client, (await bytes(client, 1))[0] ?? 0);
        logins.push(`${user.toString()}:${password.toString()}`);
        await say(1, logins.at(-1) === options.login ? 0 : 1);
      }
      const kind = (await bytes(client, 4))[3];
      const length = kind === 3 ? ((await bytes(client, 1))[0] ?? 0) : kind === 4 ? 16 : 4;
      const host = hostOf(kind, await bytes(client, length));
      const way = `${host}:${(await bytes(client, 2)).readUInt16BE()}`;
      ways.push(way);
      const reply = async (code: number): Promise<void> => say(5, code, 0, 1, 127, 0, 0, 1, 0, 0);
      if (options.mood === 'refuse') await reply(2);
      else lead(client, way, options.leadsTo, async () => reply(0), house);
    })().catch(() => client.destroy());
  });
  return { ...(await opened(server, house)), ways, logins };
}

function hostOf(kind: number | undefined, address: Buffer): string {
  if (kind === 3) return address.toString();
  if (kind === 1) return address.join('.');
  return `[${(address.toString('hex').match(/.{4}/g) ?? []).join(':')}]`;
}

function lead(client: Duplex, way: string, leadsTo: number | undefined, yes: () => unknown, house: Set<Duplex>): void {
  const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(way) ?? [];
  const onward = connect(leadsTo === undefined ? { host, port: Number(port) } : { host: '127.0.0.1', port: leadsTo });
  house.add(onward);
  onward.on('connect', () => {
    void Promise.resolve(yes()).then(() => client.pipe(onward).pipe(client));
  });
  onward.on('error', () => client.destroy());
  onward.on('close', () => client.destroy());
  client.on('error', () => onward.destroy());
  client.on('close', () => onward.destroy());
}

async function bytes(socket: Socket, size: number): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read(size) as Buffer | null;
    if (chunk !== null) return chunk;
    await once(socket, 'readable');
  }
}

/** All connections, so that they can be ended: a server waits for them, and forgets those that were upgraded. */
function keep(server: Server): Set<Duplex> {
  const house = new Set<Duplex>();
  server.on('connection', (socket: Socket) => {
    house.add(socket);
    socket.on('error', () => undefined);
  });
  return house;
}

async function opened(server: Server, house: Set<Duplex>): Promise<Pick<Proxy, 'port' | 'host' | typeof Symbol.asyncDispose>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      house.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
