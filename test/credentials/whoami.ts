import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';

import type { Pair } from '../support/tls.ts';

/** What arrived with a request to prove who asks. */
export interface Proof {
  readonly authorization: string | undefined;
  /** The common name of the client's certificate, when the server's authority has signed it. */
  readonly certificate: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, in turn; the same name may come again. */
  readonly raw: readonly string[];
}

export interface Whoami extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly proofs: readonly Proof[];
  /** TLS connections made so far. */
  readonly connections: number;
  /** Changes the server's own certificate: connections made from now on see the new one. */
  readonly present: (pair: Pair) => void;
}

export interface WhoamiOptions {
  readonly pair: Pair;
  /** Signs the certificates of clients; others count as none. */
  readonly clientAuthority?: string;
  /** Who it is; undefined is a 401. */
  readonly authenticate: (proof: Proof) => string | undefined;
  /** @default true */
  readonly http2?: boolean;
  /** Milliseconds until the answer. @default 0 */
  readonly delay?: number;
}

/** An API server that answers with who asks, as a real one would see it: over TLS, with the client's certificate verified. */
export async function startWhoami(options: WhoamiOptions): Promise<Whoami> {
  const proofs: Proof[] = [];
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;
  const answer = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const proof = proofOf(request);
    proofs.push(proof);
    const user = options.authenticate(proof);
    const body = user === undefined ? { kind: 'Status', status: 'Failure', message: 'Unauthorized', code: 401 } : { user };
    const send = (): void => {
      if (response.destroyed) return;
      response.writeHead(user === undefined ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (options.delay === undefined) send();
    else setTimeout(send, options.delay);
  };
  const server = createSecureServer(
    {
      ...options.pair,
      allowHTTP1: true,
      ...(options.http2 === false && { ALPNProtocols: ['http/1.1'] }),
      ...(options.clientAuthority !== undefined && { ca: options.clientAuthority, requestCert: true, rejectUnauthorized: false }),
    },
    answer,
  );
  server.on('secureConnection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    proofs,
    get connections() {
      return connections;
    },
    present: (pair) => server.setSecureContext({ ...pair }),
    [Symbol.asyncDispose]: async () => {
      sessions.forEach((session) => session.destroy());
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function proofOf(request: Http2ServerRequest): Proof {
  // Of HTTP/1.1 or HTTP/2, it is the TLS connection that knows.
  const socket = request.socket as TLSSocket;
  const peer = socket.authorized ? (socket.getPeerCertificate() as Partial<PeerCertificate>) : {};
  const { headers } = request;
  return { authorization: headers.authorization, certificate: peer.subject?.CN?.toString(), headers, raw: request.rawHeaders };
}
