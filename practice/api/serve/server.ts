import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import type { Api } from './api.ts';
import type { KeyPair } from './authority.ts';
import type { HttpRequest, HttpResponse } from './request.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on the loopback for HTTP/1.1 and HTTP/2 over TLS; asks clients for a certificate and takes them without, too. */
export async function listen(
  options: { readonly pair: KeyPair; readonly ca: string; readonly port: number },
  api: Api,
): Promise<Listening> {
  const { pair, ca, port } = options;
  const server = createSecureServer(
    { ...pair, ca, allowHTTP1: true, requestCert: true, rejectUnauthorized: false },
    (request, response) => api.handle(request as unknown as HttpRequest, response as unknown as HttpResponse),
  );
  // Those below TLS: a client that has not said hello yet would keep the server from closing, too.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that goes away is none of our errors.
  server.on('secureConnection', (socket: TLSSocket) => socket.on('error', () => undefined));
  server.on('upgrade', (request: HttpRequest, socket: Duplex, head: Buffer) => api.upgrade(request, socket, head));
  server.setTimeout(0);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
