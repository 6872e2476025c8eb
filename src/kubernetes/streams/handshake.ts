import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { unlessAborted } from '../../platform/index.ts';
import type { Arrived } from '../exchange.ts';
import type { buildConnector } from '../undici.ts';
import { WebSocket } from '../ws.ts';
import type { RawWebSocket } from './socket.ts';

/** The longest message that is taken, in bytes: the API server sends far shorter ones. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** Of an answer that refuses, in bytes. */
const LONGEST_REFUSAL = 64 * 1024;

export interface Handshake {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Subprotocols, the preferred first. */
  readonly protocols: readonly string[];
  readonly connector: buildConnector.connector;
  readonly signal: AbortSignal;
}

/**
 * Asks the server to speak WebSocket (RFC 6455) on a new connection; from status 300 on it did not agree. The connection
 * comes from the connector of all other requests, so that certificates, authorities and proxies are the same.
 * @throws what the connection failed with, or the signal's reason
 */
export async function shakeHands(handshake: Handshake): Promise<Arrived<RawWebSocket>> {
  const { signal } = handshake;
  signal.throwIfAborted();
  const socket = await unlessAborted(connect(handshake), signal);
  try {
    return await unlessAborted(agree(handshake, socket), signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connect({ url, connector, signal }: Handshake): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const { protocol, host, port } = url;
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  connector({ protocol, host, hostname, port }, (error, socket) => {
    if (error !== null) return reject(error);
    resolve(socket);
    // Nobody waits any more for what came too late.
    if (signal.aborted) socket.destroy();
  });
  return promise;
}

async function agree({ url, headers, protocols, signal }: Handshake, socket: Socket): Promise<Arrived<RawWebSocket>> {
  const webSocket = new WebSocket(url.href.replace(/^http/, 'ws'), [...protocols], {
    createConnection: () => socket,
    // Node takes lists as well, and writes a line for each: several groups to impersonate must not become one.
    headers: headers as Record<string, string>,
    // Nobody on the other side compresses.
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
    skipUTF8Validation: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Arrived<RawWebSocket>>();
  let answer: IncomingMessage | undefined;
  webSocket.on('upgrade', (upgraded) => (answer = upgraded));
  webSocket.on('open', () => {
    // Whatever comes before somebody listens has to wait.
    webSocket.pause();
    resolve({ status: 101, headers: answer?.headers ?? {}, body: webSocket, text: () => '' });
  });
  webSocket.on('unexpected-response', (request, refusal) => {
    const text = unlessAborted(readRefusal(refusal), signal).finally(() => request.destroy());
    resolve({ status: refusal.statusCode ?? 500, headers: refusal.headers, body: webSocket, text: () => text });
  });
  webSocket.on('error', reject);
  return promise;
}

async function readRefusal(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LONGEST_REFUSAL) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, LONGEST_REFUSAL);
}
