import type { Server as NodeServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';

import { systemCode, UsageError } from '../../platform/index.ts';
import { serverFactory, type ServerParts } from '../mcp/index.ts';
import { authority, loopbackOnly, type Address } from './address.ts';
import { createEndpoint, type EndpointOptions } from './endpoint.ts';
import { createGuard, type GuardOptions } from './guard.ts';
import { CODES, failure } from './replies.ts';
import { UnderWay } from './under-way.ts';

export interface HttpParts extends ServerParts, EndpointOptions, GuardOptions {
  /** Only of this machine. */
  readonly address: Address;
  /** Milliseconds that calls under way get to end when the server stops. @default 10 seconds */
  readonly grace?: number;
}

export interface HttpServer {
  /** `http://127.0.0.1:8080/mcp` */
  readonly url: string;
  /** How many clients of 2025 have a session. */
  readonly sessions: number;
  /** Takes nothing new, lets what is under way end within the grace, or until somebody is in a hurry, and closes. */
  close(hurry?: AbortSignal): Promise<void>;
}

/** Bytes of all headers of a request, and how many there may be. */
const HEADER_BYTES = 16_384;
const HEADERS = 100;
/** Milliseconds for a client to send its headers, and its whole request. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;
/** Milliseconds that a connection stays open between requests; longer than clients keep theirs, so that none meets a closed one. */
const KEEP_ALIVE = 75_000;
/** Milliseconds for calls to end when the server stops, and then for streams to say their last word. */
const GRACE = 10_000;
const LAST_WORD = 1_000;

/**
 * Serves MCP over HTTP at `/mcp`, with `/healthz` and `/readyz` beside it.
 * @throws UsageError when the address is taken, or others can reach it
 */
export async function serveOverHttp(parts: HttpParts): Promise<HttpServer> {
  const address = loopbackOnly(parts.address);
  const refusalOf = createGuard(parts);
  const endpoint = createEndpoint(serverFactory(parts), parts);
  const underWay = new UnderWay();
  let stopping = false;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => (stopping ? context.text('stopping\n', 503) : context.text('ok\n')));
  app.all('/mcp', (context) => {
    const { incoming, outgoing } = context.env;
    const refusal = refusalOf(incoming.headers);
    if (refusal !== undefined) return failure(403, CODES.refused, refusal);
    if (stopping) return failure(503, CODES.refused, 'The server is stopping.', { headers: { connection: 'close' } });
    const onStream = underWay.begin(outgoing);
    return endpoint.handle(context.req.raw, context.env, onStream);
  });
  app.onError((error) => {
    parts.onDefect?.(error);
    return failure(500, CODES.internal, 'Something went wrong inside Fairlead. This is a defect of ours.');
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE,
    },
  }) as NodeServer;
  server.maxHeadersCount = HEADERS;
  const { port } = await listen(server, address);
  return {
    url: `http://${authority(address.host, port)}/mcp`,
    get sessions() {
      return endpoint.sessions.size;
    },
    async close(hurry) {
      stopping = true;
      const closed = new Promise((resolve) => server.close(resolve));
      endpoint.sessions.endEvents();
      await underWay.callsEnd(parts.grace ?? GRACE, hurry);
      await endpoint.close();
      await underWay.allEnd(LAST_WORD);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: NodeServer, { host, port }: Address): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    const why = systemCode(error) === 'EADDRINUSE' ? 'another program listens there already' : String(systemCode(error) ?? error);
    throw new UsageError(`Cannot listen on ${authority(host, port)}: ${why}.`, {
      code: 'invalid-setting',
      field: 'listen',
      advice: 'Choose another port with --listen, or 0 for any that is free.',
      cause: error,
    });
  }
  server.removeListener('error', reject);
  return server.address() as AddressInfo;
}
