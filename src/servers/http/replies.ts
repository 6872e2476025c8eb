import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server';

/** Codes of JSON-RPC, and of the protocol's own for HTTP. */
export const CODES = {
  parse: -32_700,
  invalidRequest: -32_600,
  internal: -32_603,
  refused: -32_000,
  noSession: -32_001,
} as const;

/** An error that belongs to the exchange over HTTP and not to what a handler answered. */
export function failure(
  status: number,
  code: number,
  message: string,
  options: { readonly id?: RequestId; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  return jsonReply({ jsonrpc: '2.0', error: { code, message }, id: options.id ?? null }, options.headers, status);
}

/** One message, or those of a batch. */
export function jsonReply(body: object, headers: Readonly<Record<string, string>> = {}, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** Milliseconds between comments that keep a silent stream open in proxies, and tell us when nobody reads any more. */
const KEEP_ALIVE = 15_000;

/** Server-sent events: one message each. */
export interface EventStream {
  readonly response: Response;
  send(message: JSONRPCMessage): void;
  close(): void;
}

/** @param onGone told once when the reader goes away before the stream was closed */
export function openEventStream(headers: Readonly<Record<string, string>>, onGone: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = (): boolean => {
    const was = controller !== undefined;
    controller = undefined;
    clearInterval(timer);
    return was;
  };
  const body = new ReadableStream<Uint8Array>({
    start: (started) => {
      controller = started;
    },
    cancel: () => {
      if (end()) onGone();
    },
  });
  const write = (frame: string): void => controller?.enqueue(encoder.encode(frame));
  const timer = setInterval(write, KEEP_ALIVE, ': keep-alive\n\n');
  timer.unref();
  return {
    response: new Response(body, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        // Proxies that gather answers before they pass them on would hold every event back.
        'x-accel-buffering': 'no',
        ...headers,
      },
    }),
    send: (message) => write(`event: message\ndata: ${JSON.stringify(message)}\n\n`),
    close() {
      const open = controller;
      if (end()) open?.close();
    },
  };
}
