/** A TLS server that speaks WebSocket as an API server does for exec and port-forward, and does what a test tells it. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { WebSocketServer, type WebSocket } from 'ws';

import type { Pair } from './tls.ts';

/** One stream that was opened. */
export interface OpenedStream {
  readonly request: IncomingMessage;
  /** The subject of the client's certificate. */
  readonly client: string | undefined;
  readonly webSocket: WebSocket;
  /** All messages so far. */
  readonly received: readonly Buffer[];
  /** Resolves when it is closed, however that happened. */
  readonly gone: Promise<void>;
  /** Sends a message on a channel. */
  readonly say: (channel: number, data?: string | Uint8Array) => void;
}

export interface StreamServer {
  readonly url: string;
  readonly port: number;
  /** Every request for a stream, refused ones included. */
  readonly asked: readonly IncomingMessage[];
  close(): Promise<void>;
}

export interface StreamServerOptions {
  readonly pair: Pair;
  readonly clientAuthority?: string;
  /** Subprotocols that are known. @default v5 and v4 */
  readonly protocols?: readonly string[];
  /** Answers with a status instead of a stream; `cut` closes the connection, `stall` never ends its answer. */
  readonly refuses?: (
    request: IncomingMessage,
  ) => { readonly status: number; readonly body?: object } | 'cut' | 'stall' | undefined;
  readonly handle: (stream: OpenedStream) => unknown;
}

/** What a server sends last, when the command ended with this code. */
export const ended = (exitCode: number): string =>
  JSON.stringify(
    exitCode === 0
      ? { metadata: {}, status: 'Success' }
      : {
          metadata: {},
          status: 'Failure',
          reason: 'NonZeroExitCode',
          message: `command terminated with exit code ${exitCode}`,
          details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
        },
  );

export async function startStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  const { pair, clientAuthority, refuses, handle } = options;
  const known = options.protocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
  const asked: IncomingMessage[] = [];
  const server = createServer({
    ...pair,
    ...(clientAuthority !== undefined && { ca: clientAuthority, requestCert: true, rejectUnauthorized: false }),
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered].find((protocol) => known.includes(protocol)) ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    asked.push(request);
    socket.on('error', () => undefined);
    const refusal = refuses?.(request);
    if (refusal === 'cut') return socket.destroy();
    if (refusal === 'stall') return socket.write('HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n{"kind":');
    if (refusal !== undefined) {
      const body = JSON.stringify(refusal.body ?? {});
      // As an API server does, it waits for another request on this connection.
      socket.write(
        `HTTP/1.1 ${refusal.status} No\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return undefined;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const received: Buffer[] = [];
      const { promise: gone, resolve } = Promise.withResolvers<void>();
      webSocket.on('message', (data) => received.push(data as Buffer));
      webSocket.on('close', () => resolve());
      webSocket.on('error', () => undefined);
      const certificate = (socket as TLSSocket).getPeerCertificate();
      const say = (channel: number, data: string | Uint8Array = ''): void =>
        webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]));
      const client = (certificate.subject as { CN?: string } | undefined)?.CN;
      handle({ request, client, webSocket, received, gone, say });
    });
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    asked,
    close: async () => {
      webSockets.clients.forEach((client) => client.terminate());
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
