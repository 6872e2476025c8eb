import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCResponse,
  type RequestId,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';

import { CODES, failure, jsonReply, openEventStream, type EventStream } from './replies.ts';

/** One POST with requests in it, until all of them are answered. */
interface Exchange {
  readonly open: Set<RequestId>;
  readonly answers: JSONRPCResponse[];
  readonly batch: boolean;
  readonly reply: PromiseWithResolvers<Response>;
  /** Once something had to be said before the answer. */
  stream: EventStream | undefined;
}

/**
 * The transport of one session of the 2025 revisions over HTTP. An answer is plain JSON; it becomes a stream of events
 * when something comes before it: progress, a log line, a question to the client.
 *
 * A client that goes away ends its calls: there is no store of events from which it could fetch the answers later.
 */
export class SessionTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly sessionId: string;
  readonly #exchanges = new Map<RequestId, Exchange>();
  readonly #headers: Readonly<Record<string, string>>;
  readonly #now: () => number;
  readonly #onEnd: () => void;
  #events: EventStream | undefined;
  #protocolVersion: string | undefined;
  #closed = false;
  #usedAt: number;

  /** @param now milliseconds that only grow */
  constructor(sessionId: string, now: () => number, onEnd: () => void) {
    this.sessionId = sessionId;
    this.#onEnd = onEnd;
    this.#headers = { 'mcp-session-id': sessionId };
    this.#now = now;
    this.#usedAt = now();
  }

  /** When it was last used, in milliseconds; now as long as something is under way. */
  get usedAt(): number {
    return this.#exchanges.size > 0 || this.#events !== undefined ? this.#now() : this.#usedAt;
  }

  /** True once the handshake has succeeded. */
  get initialized(): boolean {
    return this.#protocolVersion !== undefined;
  }

  setProtocolVersion(version: string): void {
    this.#protocolVersion = version;
  }

  async start(): Promise<void> {}

  /** Takes the messages of one POST. */
  async post(messages: readonly JSONRPCMessage[], batch: boolean, request: Request): Promise<Response> {
    const ids = messages.filter((message) => isJSONRPCRequest(message)).map((message) => message.id);
    const open = new Set(ids);
    this.#usedAt = this.#now();
    const taken = ids.find((id) => this.#exchanges.has(id));
    if (taken !== undefined || open.size < ids.length) {
      return failure(400, CODES.invalidRequest, 'A request of this id is under way already.');
    }
    const exchange: Exchange = { open, answers: [], batch, reply: Promise.withResolvers(), stream: undefined };
    for (const id of ids) this.#exchanges.set(id, exchange);
    for (const message of messages) {
      this.onmessage?.(message, { request });
      this.#noticeCancellation(message);
    }
    if (ids.length > 0) whenAborted(request.signal, () => this.#abandon(exchange));
    return ids.length === 0 ? new Response(null, { status: 202 }) : exchange.reply.promise;
  }

  /** Opens the stream for what belongs to no request. */
  listen(request: Request): Response {
    // A client that lost its stream opens another, often before the loss is noticed here.
    this.endEvents();
    const stream = openEventStream(this.#headers, () => this.#endEvents(stream));
    this.#events = stream;
    whenAborted(request.signal, () => this.#endEvents(stream));
    return stream.response;
  }

  /** Ends the stream of `listen`; calls go on. */
  endEvents(): void {
    if (this.#events !== undefined) this.#endEvents(this.#events);
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      if (message.id !== undefined) this.#answer(message.id, message);
      return;
    }
    const related = options?.relatedRequestId;
    const exchange = related === undefined ? undefined : this.#exchanges.get(related);
    const stream = exchange === undefined ? (related === undefined ? this.#events : undefined) : this.#streamOf(exchange);
    if (stream !== undefined) stream.send(message);
    else if (isJSONRPCRequest(message)) throw new Error('The client has no stream open on which it could be asked.');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.endEvents();
    for (const exchange of new Set(this.#exchanges.values())) {
      exchange.stream?.close();
      exchange.reply.resolve(failure(404, CODES.noSession, 'The session has ended.'));
    }
    this.#exchanges.clear();
    this.#onEnd();
    this.onclose?.();
  }

  #answer(id: RequestId, message: JSONRPCResponse): void {
    const exchange = this.#exchanges.get(id);
    // Whoever is gone, or has cancelled, gets no answer.
    if (exchange === undefined) return;
    if (exchange.stream === undefined) exchange.answers.push(message);
    else exchange.stream.send(message);
    this.#settle(id, exchange);
  }

  /** Marks a request as done with; the reply goes out with the last one. */
  #settle(id: RequestId, exchange: Exchange): void {
    this.#usedAt = this.#now();
    this.#exchanges.delete(id);
    exchange.open.delete(id);
    if (exchange.open.size > 0) return;
    const [only] = exchange.answers;
    // Nothing to answer is left where everything was cancelled: an empty stream says that.
    const stream = only === undefined ? this.#streamOf(exchange) : exchange.stream;
    if (stream !== undefined) stream.close();
    else if (only !== undefined) exchange.reply.resolve(jsonReply(exchange.batch ? exchange.answers : only, this.#headers));
  }

  #streamOf(exchange: Exchange): EventStream {
    if (exchange.stream !== undefined) return exchange.stream;
    const stream = openEventStream(this.#headers, () => this.#abandon(exchange));
    exchange.stream = stream;
    exchange.reply.resolve(stream.response);
    for (const answer of exchange.answers.splice(0)) stream.send(answer);
    return stream;
  }

  /** A request that its client cancels is never answered; its exchange must not wait for that. */
  #noticeCancellation(message: JSONRPCMessage): void {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return;
    const id = message.params?.['requestId'];
    const exchange = typeof id === 'string' || typeof id === 'number' ? this.#exchanges.get(id) : undefined;
    if (exchange !== undefined) this.#settle(id as RequestId, exchange);
  }

  #abandon(exchange: Exchange): void {
    for (const requestId of exchange.open) {
      const params = { requestId, reason: 'The client is gone.' };
      this.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
      this.#settle(requestId, exchange);
    }
  }

  #endEvents(stream: EventStream): void {
    if (this.#events !== stream) return;
    this.#events = undefined;
    this.#usedAt = this.#now();
    stream.close();
  }
}

function whenAborted(signal: AbortSignal, react: () => void): void {
  if (signal.aborted) react();
  else signal.addEventListener('abort', react, { once: true });
}
