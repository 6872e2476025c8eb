/** Ways through a proxy: CONNECT over http or https (RFC 9110, 9.3.6), and SOCKS5 (RFC 1928, RFC 1929). */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, isIP, isIPv4, type Socket } from 'node:net';
import { connect as secureConnect, type SecureContext } from 'node:tls';

export interface TunnelOptions {
  /** Whom to trust when the proxy itself speaks TLS. */
  readonly secureContext?: SecureContext | undefined;
  /** @default false */
  readonly insecure?: boolean | undefined;
  /** Milliseconds until the way must be open. */
  readonly timeout: number;
  /** Ends the way, and the making of it. */
  readonly signal?: AbortSignal | undefined;
}

/** What the request is for: a host without brackets, and a port. */
interface Goal {
  readonly host: string;
  readonly port: number;
}

/**
 * A connection to the goal through a proxy, on which nothing was said yet.
 * @param proxy may hold user and password; no error repeats them
 * @throws Error with the system's code when the proxy cannot be reached, and with words of its own when it refuses
 */
export async function openTunnel(proxy: URL, goal: Goal, options: TunnelOptions): Promise<Socket> {
  return proxy.protocol.startsWith('socks5') ? throughSocks(proxy, goal, options) : throughConnect(proxy, goal, options);
}

async function throughConnect(proxy: URL, goal: Goal, options: TunnelOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const secure = proxy.protocol === 'https:';
  const authority = `${bracketed(goal.host)}:${goal.port}`;
  const host = bare(proxy.hostname);
  const login = proxy.username === '' ? {} : { 'proxy-authorization': `Basic ${basicPair(proxy)}` };
  const open = (): Socket =>
    secure
      ? secureConnect({
          host,
          port: Number(proxy.port || 443),
          secureContext: options.secureContext,
          rejectUnauthorized: options.insecure !== true,
          ALPNProtocols: ['http/1.1'],
          // Only names go into SNI (RFC 6066).
          ...(isIP(host) === 0 && { servername: host }),
          ...(options.signal !== undefined && { signal: options.signal }),
        })
      : connect({ host, port: Number(proxy.port || 80), noDelay: true, signal: options.signal });
  // Without an agent Node would say "close", and a strict proxy might do so.
  const headers = { host: authority, connection: 'keep-alive', ...login };
  const request = httpRequest({ method: 'CONNECT', path: authority, headers, createConnection: open });
  const timer = setTimeout(() => request.destroy(tooLate()), options.timeout);
  request.on('connect', (answer, socket, head) => {
    const status = answer.statusCode ?? 0;
    // Go takes 200 alone for a yes, and so do the proxies.
    if (status !== 200) {
      socket.destroy();
      // The words are those of undici's own proxy client, which `errorFromFailure` knows.
      reject(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`));
      return;
    }
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  request.on('error', (error) => reject(secure ? unlessTls(error) : error));
  request.end();
  try {
    return await promise;
  } catch (error) {
    throw hungUp(error) ? closed(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function throughSocks(proxy: URL, goal: Goal, options: TunnelOptions): Promise<Socket> {
  const socket = connect({ host: bare(proxy.hostname), port: Number(proxy.port || 1080), noDelay: true, signal: options.signal });
  // Whoever waits hears of it; an error that comes while nobody does must not end the process.
  socket.on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(tooLate()), options.timeout);
  try {
    await once(socket, 'connect');
    await greet(socket, decoded(proxy.username), decoded(proxy.password));
    await ask(socket, goal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw hungUp(error) ? closed(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The choice of how to log in, and the login. */
async function greet(socket: Socket, username: string, password: string): Promise<void> {
  const methods = username === '' ? [0] : [0, 2];
  socket.write(Buffer.of(5, methods.length, ...methods));
  const [version, method] = await take(socket, 2);
  if (version !== 5) throw new Error('the proxy does not speak SOCKS5');
  if (method === 0) return;
  if (method !== 2 || username === '') throw new Error('the SOCKS proxy wants a login that proxy-url does not give');
  socket.write(Buffer.concat([Buffer.of(1), counted(username), counted(password)]));
  const [, refused] = await take(socket, 2);
  if (refused !== 0) throw new Error('the SOCKS proxy does not accept the user name and password of proxy-url');
}

/** What a SOCKS proxy says when it does not connect, with the system's code where there is one for it. */
const REFUSALS: Readonly<Record<number, { readonly says: string; readonly code?: string }>> = {
  2: { says: 'its rules do not allow it' },
  3: { says: 'network unreachable', code: 'ENETUNREACH' },
  4: { says: 'host unreachable', code: 'EHOSTUNREACH' },
  5: { says: 'connection refused', code: 'ECONNREFUSED' },
  6: { says: 'no answer in time', code: 'ETIMEDOUT' },
};

async function ask(socket: Socket, { host, port }: Goal): Promise<void> {
  socket.write(Buffer.concat([Buffer.of(5, 1, 0), addressOf(host), Buffer.of(port >> 8, port & 0xff)]));
  const [, refused = 1, , kind] = await take(socket, 4);
  if (refused !== 0) {
    const refusal = REFUSALS[refused];
    const error = new Error(`the SOCKS proxy did not connect: ${refusal?.says ?? `reply ${refused}`}`);
    throw refusal?.code === undefined ? error : Object.assign(error, { code: refusal.code });
  }
  // The proxy's own address follows; nobody needs it, and it must be out of the way.
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await take(socket, 1))[0] ?? 0);
  await take(socket, length + 2);
}

/** Names are resolved by the proxy, as kubectl has it: inside, they may mean something else than here. */
function addressOf(host: string): Buffer {
  const family = isIP(host);
  if (family === 0) return Buffer.concat([Buffer.of(3), counted(host)]);
  return Buffer.concat([Buffer.of(family === 4 ? 1 : 4), addressBytes(host)]);
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // A URL has written IPv6 in its shortest form, without an IPv4 tail.
  const [head = '', tail = ''] = address.split('::').map((part) => part.replaceAll(/[0-9a-f]+:?/gi, (word) => pad(word)));
  return Buffer.from(head + '0'.repeat(32 - head.length - tail.length) + tail, 'hex');
}

const pad = (word: string): string => word.replace(':', '').padStart(4, '0');

/** A text after its length in one byte. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 255) throw new Error('SOCKS5 has no room for a name of more than 255 bytes');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/** Exactly so many bytes; what comes after them stays where it is. */
async function take(socket: Socket, size: number): Promise<Buffer> {
  let taken = Buffer.alloc(0);
  while (taken.length < size) {
    // All that is there: of bytes that are left, Node tells again and again, and the rest never gets its turn to arrive.
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) taken = Buffer.concat([taken, chunk]);
    else if (socket.readableEnded || socket.destroyed) throw closed();
    else await moved(socket);
  }
  if (taken.length > size) socket.unshift(taken.subarray(size));
  return taken.subarray(0, size);
}

/** Waits until there is something to read, or nothing more can come. Rejects with what the socket fails with. */
async function moved(socket: Socket): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race(['readable', 'close'].map(async (event) => once(socket, event, { signal: over.signal })));
  } finally {
    over.abort();
  }
}

function basicPair(proxy: URL): string {
  const [user, password] = [proxy.username, proxy.password].map(decoded);
  return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
}

/** A part of a login; a percent sign that nobody encoded stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

const tooLate = (): Error => Object.assign(new Error('the proxy took too long'), { code: 'UND_ERR_CONNECT_TIMEOUT' });

const closed = (cause?: unknown): Error =>
  Object.assign(new Error('the proxy closed the connection', { cause }), { code: 'UND_ERR_PRX_CONN' });

const hungUp = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

/** A certificate that is wrong is the proxy's here; under its own code it would be taken for the API server's. */
function unlessTls(error: Error): Error {
  const code = 'code' in error ? String(error.code) : '';
  const isTls = /CERT|SSL|TLS|VERIFY|EPROTO/.test(code);
  return isTls ? new Error(`the TLS connection to the proxy cannot be made: ${code}`) : error;
}
