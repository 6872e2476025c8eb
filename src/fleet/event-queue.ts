/** Events that wait for one listener; more than these, and the oldest are lost and counted. */
const LONGEST = 1_000;

/**
 * A stream of events for one listener: what is pushed while nobody asks waits, up to a bound. It ends when it is closed,
 * when the signal is aborted, or when the loop over it is left.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #missed: (count: number) => T;
  readonly #onClose: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: T[] = [];
  #lost = 0;
  #closed = false;
  #wake: PromiseWithResolvers<void> | undefined;

  /** @param missed what to hand out in place of events that were lost */
  constructor(options: {
    readonly missed: (count: number) => T;
    readonly onClose?: () => void;
    readonly signal?: AbortSignal | undefined;
  }) {
    this.#missed = options.missed;
    this.#onClose = options.onClose ?? (() => undefined);
    this.#signal = options.signal;
    // Nobody knows of it yet who would have to be told that it has ended.
    if (this.#signal?.aborted === true) this.#closed = true;
    else this.#signal?.addEventListener('abort', this.close, { once: true });
  }

  push(event: T): void {
    if (this.#closed) return;
    this.#waiting.push(event);
    if (this.#waiting.length > LONGEST) {
      this.#waiting.shift();
      this.#lost++;
    }
    this.#wake?.resolve();
  }

  /** Ends it; what waits is forgotten. Closing twice is closing once. */
  readonly close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#signal?.removeEventListener('abort', this.close);
    this.#wake?.resolve();
    this.#onClose();
  };

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      if (this.#lost > 0) {
        const count = this.#lost;
        this.#lost = 0;
        return { done: false, value: this.#missed(count) };
      }
      const [event] = this.#waiting;
      if (event !== undefined) {
        this.#waiting.shift();
        return { done: false, value: event };
      }
      // Shared by all who wait: each looks again.
      this.#wake ??= Promise.withResolvers<void>();
      await this.#wake.promise;
      this.#wake = undefined;
    }
  }

  /** Called when a loop is left. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
