import { constants } from 'node:buffer';

import type { Dispatcher } from './undici.ts';

/** A request as undici takes it. */
export type Sending = Omit<Dispatcher.DispatchOptions, 'upgrade'> & { readonly signal: AbortSignal };

/** What came back, the headers' names in lower case. */
export interface Arrived<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
  /** All of the body, for an answer that is an error. */
  text(): string | Promise<string>;
}

/** A body that has come in whole. */
export interface Whole {
  readonly text: string;
  /** Of the body as it came over the line. */
  readonly bytes: number;
}

/**
 * Sends a request and reads the answer to its end.
 * @throws the signal's reason as soon as it is aborted, wherever the request is then; what undici says of a failure;
 * `ERR_STRING_TOO_LONG` once more has come than can be a text
 */
export function whole(dispatcher: Dispatcher, sending: Sending): Promise<Arrived<Whole>> {
  return new Promise((resolve, reject) => new Collector(sending, resolve, reject).dispatch(dispatcher));
}

/** More than that is no text in V8; collecting it would fill the memory for nothing. */
const MOST_BYTES = constants.MAX_STRING_LENGTH;

/** Sends a request and hands the body out while it arrives. */
export async function opened(dispatcher: Dispatcher, sending: Sending): Promise<Arrived<Dispatcher.ResponseData['body']>> {
  const { statusCode: status, headers, body } = await dispatcher.request(sending);
  return { status, headers, body, text: () => body.text() };
}

/**
 * Collects one answer. `request()` of undici would make a stream, and read that stream again: for answers that are
 * wanted whole and are small this costs a fifth of the whole request (see bench/README.md).
 */
class Collector implements Dispatcher.DispatchHandler {
  readonly #sending: Sending;
  readonly #resolve: (arrived: Arrived<Whole>) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: Arrived<Whole>['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;

  constructor(sending: Sending, resolve: (arrived: Arrived<Whole>) => void, reject: (reason: unknown) => void) {
    this.#sending = sending;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  dispatch(dispatcher: Dispatcher): void {
    const { signal, ...options } = this.#sending;
    if (signal.aborted) return this.#reject(signal.reason);
    signal.addEventListener('abort', this.#stop, { once: true });
    dispatcher.dispatch(options, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It has waited inside the pool for a connection, and nobody waits for it any more.
    if (this.#sending.signal.aborted) this.#stop();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Arrived<Whole>['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= MOST_BYTES) return;
    const error = Object.assign(new Error('the answer is too long'), { code: 'ERR_STRING_TOO_LONG' });
    this.#chunks.length = 0;
    this.#reject(error);
    controller.abort(error);
  }

  onResponseEnd(): void {
    this.#end();
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#bytes);
    const text = body.toString('utf8');
    this.#resolve({ status: this.#status, headers: this.#headers, body: { text, bytes: this.#bytes }, text: () => text });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end();
    this.#reject(error);
  }

  readonly #stop = (): void => {
    const reason: unknown = this.#sending.signal.reason;
    this.#reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
  };

  #end(): void {
    this.#sending.signal.removeEventListener('abort', this.#stop);
  }
}
