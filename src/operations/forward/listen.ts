import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { Connection } from '../../kubernetes/index.ts';
import { messageOf, systemCode, UsageError } from '../../platform/index.ts';
import { findBackends, type ForwardTarget } from './backend.ts';
import { reach } from './connect.ts';

export interface ListenOptions {
  /** @default one that is free */
  readonly localPort?: number | undefined;
  /** Milliseconds without a connection after which it ends by itself. @default 600_000 */
  readonly idle?: number;
  /**
   * Milliseconds of silence after which a connection ends whose client has said all: its pod is not told that, and may wait
   * for more. @default 60_000
   */
  readonly silence?: number;
  /** Connections at the same time; more are turned away. @default 64 */
  readonly connections?: number;
  /** Told once, however it ends. */
  readonly onClose?: () => void;
}

/** A port of this machine that leads to what is ready behind a target, as long as it is open. */
export interface Forward {
  /** Of 127.0.0.1. */
  readonly localPort: number;
  readonly target: ForwardTarget;
  readonly cluster: string;
  /** The pod that the latest connection went to; the first candidate before there was one. */
  readonly pod: string;
  /** Open now, and made in all. */
  readonly open: number;
  readonly made: number;
  /** Bytes that came from the pods, and that went to them. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Why the latest connection failed, when it did. */
  readonly problem: string | undefined;
  close(): void;
}

const IDLE = 600_000;
const SILENCE = 60_000;
const CONNECTIONS = 64;

/**
 * Opens a port on the loopback of this machine. Each connection to it is led to a pod that is ready then, so that it
 * outlives the pods behind it.
 * @param connection must outlive the call: without a signal
 * @throws as `findBackends`, and UsageError when the port is taken
 */
export async function listen(connection: Connection, target: ForwardTarget, options: ListenOptions = {}): Promise<Forward> {
  const [first] = await findBackends(connection, target);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const localPort = await bind(server, options.localPort ?? 0);
  const forward = new Listening(connection, target, { server, localPort, pod: first?.pod ?? '' }, options);
  server.on('connection', (socket) => forward.accept(socket));
  // It ends with the process, and does not keep it.
  server.unref();
  return forward;
}

async function bind(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = systemCode(error) === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${messageOf(error)})`;
    throw new UsageError(`Port ${port} of 127.0.0.1 ${why}.`, {
      code: 'invalid-argument',
      field: 'local_port',
      advice: 'Leave local_port out to get one that is free.',
    });
  }
  return (server.address() as AddressInfo).port;
}

class Listening implements Forward {
  readonly target: ForwardTarget;
  readonly cluster: string;
  readonly localPort: number;
  pod: string;
  made = 0;
  bytesIn = 0;
  bytesOut = 0;
  problem: string | undefined;
  readonly #connection: Connection;
  readonly #server: Server;
  readonly #options: ListenOptions;
  readonly #sockets = new Set<Socket>();
  #idle: NodeJS.Timeout;
  #closed = false;

  constructor(
    connection: Connection,
    target: ForwardTarget,
    place: { readonly server: Server; readonly localPort: number; readonly pod: string },
    options: ListenOptions,
  ) {
    this.#connection = connection;
    this.#server = place.server;
    this.#options = options;
    this.target = target;
    this.cluster = connection.cluster;
    this.localPort = place.localPort;
    this.pod = place.pod;
    this.#idle = this.#startIdle();
  }

  get open(): number {
    return this.#sockets.size;
  }

  accept(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.#sockets.size >= (this.#options.connections ?? CONNECTIONS)) {
      this.problem = 'too many connections at the same time';
      socket.destroy();
      return;
    }
    clearTimeout(this.#idle);
    this.#sockets.add(socket);
    this.made++;
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0 && !this.#closed) this.#idle = this.#startIdle();
    });
    this.#carry(socket).catch((error: unknown) => {
      this.problem = messageOf(error);
      // The client must not take a connection that broke for one that ended.
      socket.resetAndDestroy();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#options.onClose?.();
  }

  async #carry(socket: Socket): Promise<void> {
    const { pod, forwarded } = await reach(this.#connection, this.target);
    this.pod = pod;
    this.problem = undefined;
    socket.on('close', () => forwarded.close());
    if (socket.destroyed) return forwarded.close();
    let silence: NodeJS.Timeout | undefined;
    const startSilence = (): void => {
      silence = setTimeout(forwarded.close, this.#options.silence ?? SILENCE).unref();
    };
    // When it cannot be sent any more, what comes in says why.
    this.#send(socket, forwarded.write).then(startSilence, () => undefined);
    try {
      for await (const data of forwarded.incoming) {
        this.bytesIn += data.length;
        silence?.refresh();
        if (!socket.write(data)) await drained(socket);
      }
    } finally {
      clearTimeout(silence);
    }
    // What the client still sends has nowhere to go.
    socket.destroySoon();
  }

  /** Sends what the client says. That it has said all cannot be told over this protocol: the pod has to end it. */
  async #send(socket: Socket, write: (data: Uint8Array) => Promise<void>): Promise<void> {
    for await (const data of socket as AsyncIterable<Buffer>) {
      this.bytesOut += data.length;
      await write(data);
    }
  }

  #startIdle(): NodeJS.Timeout {
    return setTimeout(() => this.close(), this.#options.idle ?? IDLE).unref();
  }
}

async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const gone = new AbortController();
  const close = once(socket, 'close', { signal: gone.signal }).catch(() => undefined);
  await Promise.race([once(socket, 'drain', { signal: gone.signal }).catch(() => undefined), close]);
  gone.abort();
}
