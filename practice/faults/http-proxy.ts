import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as send } from 'node:https';
import type { AddressInfo } from 'node:net';

import { withBodyFault } from './body.ts';
import type { FaultRule, HttpFault } from './fault.ts';
import { faultScript, type Asked } from './script.ts';

/** The API server behind, and as whom the proxy asks it. */
export interface Upstream {
  /** `https://host:port` */
  readonly server: string;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** A server that stands in for an API server, and lets go wrong what its script says. */
export interface HttpFaultProxy {
  /** `http://127.0.0.1:port`. It asks no credentials, and passes on what it is given. */
  readonly server: string;
  /** Every request in order, with the fault that struck it. */
  readonly requests: readonly (Asked & { readonly fault?: HttpFault })[];
  inject(...rules: readonly FaultRule[]): void;
  /** Nothing goes wrong from now on. */
  calm(): void;
  close(): Promise<void>;
}

export async function httpFaultProxy(upstream: Upstream, rules: readonly FaultRule[] = []): Promise<HttpFaultProxy> {
  const script = faultScript(rules);
  const requests: (Asked & { readonly fault?: HttpFault })[] = [];
  const server = createServer((incoming, outgoing) => {
    const asked = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const fault = script.next(asked);
    requests.push({ ...asked, ...(fault && { fault }) });
    handle(upstream, incoming, outgoing, fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    inject: script.add,
    calm: script.clear,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function handle(upstream: Upstream, incoming: IncomingMessage, outgoing: ServerResponse, fault: HttpFault | undefined): void {
  switch (fault?.kind) {
    case 'answer':
      return answer(outgoing, fault);
    case 'compacted':
      return compacted(incoming, outgoing);
    case 'reset':
      return void incoming.socket.resetAndDestroy();
    case 'black-hole':
      return void incoming.resume();
    case 'delay': {
      const timer = setTimeout(() => pass(upstream, incoming, outgoing), fault.milliseconds);
      return void outgoing.on('close', () => clearTimeout(timer));
    }
    default:
      pass(upstream, incoming, outgoing, fault);
  }
}

/** Hands the request on, and the answer back as far as the fault lets it. */
function pass(upstream: Upstream, incoming: IncomingMessage, outgoing: ServerResponse, fault?: HttpFault): void {
  const { ca, cert, key } = upstream;
  const { host: _, connection: __, ...headers } = incoming.headers;
  const onward = send(
    new URL(incoming.url ?? '/', upstream.server),
    { method: incoming.method, headers, ca, cert, key },
    (got) => {
      if (fault?.kind === 'lost') {
        got.destroy();
        return void incoming.socket.resetAndDestroy();
      }
      const date = fault?.kind === 'clock-skew' ? { date: new Date(Date.now() + fault.seconds * 1000).toUTCString() } : {};
      outgoing.writeHead(got.statusCode ?? 502, { ...got.headers, ...date });
      outgoing.flushHeaders();
      withBodyFault(got, outgoing, fault);
    },
  );
  onward.on('error', () => incoming.socket.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** The word of the Status of a code. */
const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function statusOf({ code, reason, message, retryAfterSeconds }: Extract<HttpFault, { kind: 'answer' }>): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: message ?? STATUS_CODES[code],
    reason: reason ?? REASONS[code],
    ...(retryAfterSeconds !== undefined && { details: { retryAfterSeconds } }),
    code,
  };
}

function answer(outgoing: ServerResponse, fault: Extract<HttpFault, { kind: 'answer' }>): void {
  const retry = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  outgoing.writeHead(fault.code, { 'content-type': 'application/json', ...retry });
  outgoing.end(JSON.stringify(statusOf(fault)));
}

function compacted(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const gone = { kind: 'answer', code: 410, message: 'too old resource version' } as const;
  const watches = new URL(incoming.url ?? '/', 'http://proxy').searchParams.has('watch');
  if (!watches) return answer(outgoing, gone);
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(gone) })}\n`);
}
