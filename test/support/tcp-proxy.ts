import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that a test can cut, hold and open again: a server that is restarted, as far as clients can tell. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that clients have made so far. */
  readonly connections: number;
  /** Bytes that clients have sent so far. */
  readonly received: number;
  /** Closes every connection, and refuses new ones. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  /** Passes no answer on until `release`. */
  hold(): void;
  release(): void;
}

/** @param target `https://host:port` of the real server; what is inside is not looked at */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  let held = false;
  let connections = 0;
  let received = 0;
  const accept = (client: Socket): void => {
    connections++;
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      received += chunk.length;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    if (held) upstream.pause();
  };
  let server: Server;
  const listen = async (on: number): Promise<number> => {
    server = createServer(accept).listen(on, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
    await closed;
  };
  const own = await listen(0);
  return {
    port: own,
    get connections() {
      return connections;
    },
    get received() {
      return received;
    },
    stop,
    start: async () => {
      await listen(own);
    },
    hold() {
      held = true;
      for (const [, upstream] of pairs) upstream.pause();
    },
    release() {
      held = false;
      for (const [, upstream] of pairs) upstream.resume();
    },
    [Symbol.asyncDispose]: stop,
  };
}
