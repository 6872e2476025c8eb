/** Bytes that may wait on either side before the other one has to wait. */
const HIGH_WATER = 512 * 1024;
/** Milliseconds between two pings; proxies forget a connection on which nothing is said. */
const PING_EVERY = 15_000;
/** Pings without any sign of life, after which nobody is believed to be there. */
const MOST_UNANSWERED = 3;
/** Milliseconds for the other side to say goodbye as well. */
const GOODBYE = 1_000;

/** What is used of a WebSocket of the package ws, whose types users of the library do not have. */
export interface RawWebSocket {
  readonly OPEN: number;
  readonly readyState: number;
  readonly protocol: string;
  readonly isPaused: boolean;
  /** Bytes that were sent and have not left. */
  readonly bufferedAmount: number;
  on(event: 'message', listener: (data: unknown) => void): unknown;
  on(event: 'pong', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  send(data: Uint8Array, options: { readonly binary: boolean }, sent: () => void): void;
  ping(done: () => void): void;
  pause(): void;
  resume(): void;
  close(code: number): void;
  terminate(): void;
}

export interface StreamSocketOptions {
  /** Ends it at once. */
  readonly signal: AbortSignal;
  /** Makes an error that can be told out of what went wrong. */
  explain(error: unknown): unknown;
  /** Told once when it is over. */
  onEnd(): void;
  /** Milliseconds. @default 15_000 */
  readonly pingEvery?: number;
}

/**
 * A WebSocket whose messages are pulled and whose sender waits: while nobody takes messages, the connection is not read,
 * so that the other side has to wait too.
 */
export class StreamSocket {
  readonly #webSocket: RawWebSocket;
  readonly #options: StreamSocketOptions;
  readonly #pinging: NodeJS.Timeout;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #wake: (() => void) | undefined;
  /** Undefined while it is open; then why it ended, or nothing when it ended well. */
  #ended: { readonly error?: unknown } | undefined;
  #unanswered = 0;

  constructor(webSocket: RawWebSocket, options: StreamSocketOptions) {
    this.#webSocket = webSocket;
    this.#options = options;
    webSocket.on('message', (data) => this.#take(data as Buffer));
    webSocket.on('pong', () => (this.#unanswered = 0));
    webSocket.on('error', (error) => this.#end({ error: options.explain(error) }));
    webSocket.on('close', (code) => this.#end(code === 1000 || code === 1005 ? {} : { error: options.explain(lost(code)) }));
    this.#pinging = setInterval(() => this.#ping(), options.pingEvery ?? PING_EVERY);
    this.#pinging.unref();
    options.signal.addEventListener('abort', this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
    webSocket.resume();
  }

  /** The subprotocol that both sides agreed on. */
  get protocol(): string {
    return this.#webSocket.protocol;
  }

  /** True until it was closed, by whomever. */
  get open(): boolean {
    return this.#ended === undefined;
  }

  /**
   * The next message, or undefined when there will be none.
   * @throws why it ended, when it did not end well
   */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        this.#waitingBytes -= message.length;
        if (this.#waitingBytes < HIGH_WATER / 2 && this.#webSocket.isPaused) this.#webSocket.resume();
        return message;
      }
      if (this.#ended !== undefined) {
        if (this.#ended.error !== undefined) throw this.#ended.error;
        return undefined;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  /**
   * Sends a message made of these parts, and waits while much of what was sent is still on its way.
   * @throws why it ended, when it has ended
   */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended.error ?? this.#options.explain(lost(1000));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#webSocket.send(Buffer.concat(parts), { binary: true }, () => resolve());
    if (this.#webSocket.bufferedAmount > HIGH_WATER) await promise;
  }

  /** Ends it politely; whatever still comes is not wanted. */
  close(): void {
    if (this.#ended !== undefined) return;
    this.#webSocket.close(1000);
    this.#end({});
    const late = setTimeout(() => this.#webSocket.terminate(), GOODBYE);
    this.#webSocket.once('close', () => clearTimeout(late));
    // The goodbye of the other side must be read.
    this.#webSocket.resume();
  }

  readonly #abort = (): void => {
    this.#end({ error: this.#options.explain(this.#options.signal.reason) });
    this.#webSocket.terminate();
  };

  #take(message: Buffer): void {
    this.#unanswered = 0;
    if (this.#ended !== undefined) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > HIGH_WATER) this.#webSocket.pause();
    this.#wake?.();
  }

  #ping(): void {
    // What is not read cannot be heard either.
    if (this.#webSocket.isPaused || this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    if (++this.#unanswered > MOST_UNANSWERED) {
      this.#end({ error: this.#options.explain(Object.assign(new Error('no answer to pings'), { code: 'ETIMEDOUT' })) });
      this.#webSocket.terminate();
      return;
    }
    this.#webSocket.ping(() => undefined);
  }

  #end(how: { readonly error?: unknown }): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    clearInterval(this.#pinging);
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#options.onEnd();
    this.#wake?.();
  }
}

/** The connection went without a goodbye, or with one that names a fault. */
function lost(code: number): Error {
  return Object.assign(new Error(`the stream was closed (${code})`), { code: 'ECONNRESET' });
}
