/** A connection whose API server is a function. */
import { Connection, errorFromAnswer, type Gate, type ResponseFilter } from '../../src/kubernetes/index.ts';
import type { Transport, WireRequest } from '../../src/kubernetes/transport.ts';
import { targetAt } from './wire.ts';

export interface SaidAnswer {
  /** @default 200 */
  readonly status?: number;
  /** Sent as JSON, or as it is where it is a string. */
  readonly body?: unknown;
  /** What the server warns of beside its answer. */
  readonly warnings?: readonly string[];
  /** The parts that a stream arrives in. */
  readonly chunks?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface SaidConnection {
  readonly connection: Connection;
  /** Everything that was sent, in order. */
  readonly sent: readonly WireRequest[];
  /** `GET /api/v1/pods?limit=1` of each. */
  readonly lines: () => readonly string[];
}

/** @param answer what the server says to a request; told as an error from status 400 on, as the transport does */
export function connectionTo(
  answer: (request: WireRequest) => SaidAnswer | Promise<SaidAnswer>,
  parts: { readonly gate?: Partial<Gate>; readonly filter?: ResponseFilter } = {},
): SaidConnection {
  const sent: WireRequest[] = [];
  const ask = async (request: WireRequest): Promise<SaidAnswer & { readonly status: number }> => {
    request.signal?.throwIfAborted();
    sent.push(request);
    const said = await answer(request);
    request.signal?.throwIfAborted();
    const { status = 200 } = said;
    if (status >= 400) throw errorFromAnswer(status, said.body, request.scene);
    return { ...said, status };
  };
  const send: Transport['send'] = async (request) => {
    const { status, body, warnings = [] } = await ask(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
    return { status, contentType, text, bytes: Buffer.byteLength(text ?? ''), warnings };
  };
  const open: Transport['open'] = async (request) => {
    const { status, chunks = [] } = await ask(request);
    return { status, chunks: oneByOne(chunks), close: () => undefined };
  };
  const transport = { target: targetAt('https://test:6443'), send, open, close: async () => undefined } as unknown as Transport;
  const gate: Gate = { admit: (request) => request, settled: () => undefined, ...parts.gate };
  const filter = parts.filter ?? { apply: (_, body) => body };
  return {
    connection: Connection.create({ cluster: 'prod', transport, gate, filter }),
    sent,
    lines: () => sent.map(({ method, path }) => `${method} ${path}`),
  };
}

async function* oneByOne(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
