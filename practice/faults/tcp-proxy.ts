import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

import { withBodyFault } from './body.ts';
import type { TcpFault } from './fault.ts';

/** A way to a server that looks at nothing: TLS goes through it as it is. */
export interface TcpFaultProxy {
  readonly port: number;
  /** Connections that were made so far. */
  readonly connections: number;
  /** What happens to the next connections, one each; those after them are let through. */
  inject(...faults: readonly TcpFault[]): void;
  /** Ends every connection there is by a reset. */
  resetAll(): void;
  close(): Promise<void>;
}

/** @param target `https://host:port` */
export async function tcpFaultProxy(target: string, faults: readonly TcpFault[] = []): Promise<TcpFaultProxy> {
  const { hostname, port } = new URL(target);
  const waiting = [...faults];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections++;
    const fault = waiting.shift();
    sockets.add(client);
    client.on('close', () => sockets.delete(client)).on('error', () => client.destroy());
    if (fault?.kind === 'black-hole') return void client.resume();
    const upstream = connect(Number(port), hostname);
    upstream.on('error', () => client.destroy()).on('close', () => fault?.kind !== 'half-open' && client.end());
    client.on('close', () => upstream.destroy());
    if (fault?.kind === 'latency') {
      client.pipe(delayed(fault.milliseconds)).pipe(upstream);
      upstream.pipe(delayed(fault.milliseconds)).pipe(client);
      return;
    }
    client.pipe(upstream);
    withBodyFault(upstream, client, fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    inject: (...more) => void waiting.push(...more),
    resetAll() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Holds every piece back for a while. Timers of one length keep their order. */
const delayed = (milliseconds: number): Transform =>
  new Transform({
    transform(chunk: Buffer, _, done) {
      setTimeout(() => this.push(chunk), milliseconds);
      done();
    },
    flush(done) {
      setTimeout(done, milliseconds);
    },
  });
