/** Proxies as they stand before clusters: CONNECT (RFC 9110 9.3.6) and SOCKS5 (RFC 1928). */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Proxy {
  readonly host: string;
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
  /** The Proxy-Authorization of each. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** @param status what a tunnel is answered with; 200 opens it */
export async function startConnectProxy(status = 200): Promise<Proxy> {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createHttpServer();
  server.on('connect', (request, socket: Socket) => {
    tunnels.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    socket.on('error', () => undefined);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(socket, upstream);
    });
  });
  return running(server, tunnels, authorizations);
}

export async function startSocksProxy(): Promise<Proxy> {
  const tunnels: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      // No authentication is asked for.
      socket.write(Buffer.of(5, 0));
      socket.once('data', (request) => {
        const [host, port] = addressOf(request);
        tunnels.push(`${host}:${port}`);
        const upstream = connect(port, host, () => {
          socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
          join(socket, upstream);
        });
      });
    });
  });
  return running(server, tunnels, []);
}

/** The address in a SOCKS5 request, which is an IPv4 one (type 1) or a name (type 3). */
function addressOf(request: Buffer): readonly [string, number] {
  const port = request.readUInt16BE(request.length - 2);
  if (request[3] === 1) return [request.subarray(4, 8).join('.'), port];
  return [request.subarray(5, request.length - 2).toString('utf8'), port];
}

function join(socket: Socket, upstream: Socket): void {
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  upstream.pipe(socket);
  socket.pipe(upstream);
}

async function running(server: Server, tunnels: string[], authorizations: (string | undefined)[]): Promise<Proxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    authorizations,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
