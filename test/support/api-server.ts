/** A TLS server that speaks HTTP/2 and HTTP/1.1 as an API server does, and does what a test tells it. */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import {
  constants,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import type { Pair } from './tls.ts';

/** One request that arrived, and the means to answer it. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly version: string;
  /** The subject of the client's certificate. */
  readonly client: string | undefined;
  /** Resolves when the stream or the connection is gone, ended or not. */
  readonly gone: Promise<void>;
  body(): Promise<string>;
  json(value: unknown, status?: number, headers?: Readonly<Record<string, string>>): void;
  text(text: string, status?: number, headers?: Readonly<Record<string, string>>): void;
  /** Sends the headers alone. */
  start(headers?: Readonly<Record<string, string>>): void;
  write(chunk: string | Uint8Array): void;
  end(): void;
  /** Ends it as a crash would. */
  cut(): void;
}

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** TLS connections made so far. */
  readonly connections: number;
  readonly open: number;
  readonly exchanges: readonly Exchange[];
  /** Resolves once so many requests have arrived in all. */
  arrived(count: number): Promise<readonly Exchange[]>;
  /** Resolves once no more than so many connections are open. */
  openAtMost(count: number): Promise<void>;
  /** Ends all connections as a crash would. */
  crash(): void;
  /** Says on all HTTP/2 connections that they will end, as a server does that is being stopped. */
  goAway(): void;
  close(): Promise<void>;
}

export interface ApiServerOptions {
  readonly pair: Pair;
  /** @default true */
  readonly http2?: boolean;
  /** Asks for a client certificate of this authority. */
  readonly clientAuthority?: string;
  readonly maxHeaderSize?: number;
  handle(exchange: Exchange): unknown;
}

/** What Go's server names when it begins to shut down: all that was sent is still answered, nothing new is wanted. */
const LAST_STREAM = 2 ** 31 - 1;

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const exchanges: Exchange[] = [];
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const leaving = new WeakSet<ServerHttp2Session>();
  const waiting = new Set<() => void>();
  const changed = (): void => waiting.forEach((look) => look());
  const until = async (holds: () => boolean): Promise<void> => {
    if (holds()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (holds()) resolve();
    };
    waiting.add(look);
    await promise;
    waiting.delete(look);
  };
  let connections = 0;
  const onRequest = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void => {
    const exchange = exchangeOf(request, response);
    exchanges.push(exchange);
    changed();
    options.handle(exchange);
  };
  const secure = {
    ...options.pair,
    ...(options.clientAuthority !== undefined && {
      ca: options.clientAuthority,
      requestCert: true,
      rejectUnauthorized: false,
    }),
  };
  const server =
    options.http2 === false
      ? createServer(secure, onRequest)
      : createSecureServer({ ...secure, allowHTTP1: true, settings: { maxConcurrentStreams: 100 } }, onRequest);
  server.on('secureConnection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      changed();
    });
    socket.on('error', () => undefined);
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const crash = (): void => {
    sessions.forEach((session) => session.destroy());
    sockets.forEach((socket) => socket.destroy());
  };
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    exchanges,
    arrived: async (count) => {
      await until(() => exchanges.length >= count);
      return exchanges;
    },
    openAtMost: async (count) => until(() => sockets.size <= count),
    crash,
    goAway: () => {
      for (const session of sessions) if (!leaving.has(session)) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
      sessions.forEach((session) => leaving.add(session));
    },
    close: async () => {
      crash();
      server.close();
      await once(server, 'close');
    },
  };
}

function exchangeOf(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): Exchange {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  response.on('close', resolve);
  response.on('error', () => undefined);
  request.on('error', () => undefined);
  // Both kinds have these methods, with parameters that only differ in what is not used here.
  const reply = response as ServerResponse;
  const head = (status: number, headers: Readonly<Record<string, string>>): void => void reply.writeHead(status, { ...headers });
  const text: Exchange['text'] = (body, status = 200, headers = {}) => {
    head(status, { 'content-type': 'text/plain', ...headers });
    reply.end(body);
  };
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    version: request.httpVersion,
    client: clientOf(request),
    gone,
    body: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    json: (value, status = 200, headers = {}) =>
      text(JSON.stringify(value), status, { 'content-type': 'application/json', ...headers }),
    text,
    start: (headers = {}) => {
      head(200, { 'content-type': 'application/json', ...headers });
      reply.flushHeaders();
    },
    write: (chunk) => void reply.write(chunk),
    end: () => void reply.end(),
    cut: () => {
      if ('stream' in response && response.stream !== undefined) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else request.socket.destroy();
    },
  };
}

function clientOf(request: IncomingMessage | Http2ServerRequest): string | undefined {
  const { socket } = request;
  const certificate =
    'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function' ? socket.getPeerCertificate() : {};
  const subject: unknown = Reflect.get(certificate, 'subject');
  return typeof subject === 'object' && subject !== null ? String(Reflect.get(subject, 'CN')) : undefined;
}
