import type { EventEmitter } from 'node:events';

/** What is being answered: calls, whose end is worth waiting for, and streams, which last until somebody ends them. */
export class UnderWay {
  readonly #calls = new Set<EventEmitter>();
  readonly #streams = new Set<EventEmitter>();
  readonly #waiting = new Set<() => void>();

  /**
   * Notes a reply until it is closed.
   * @returns to be called when it turns out to be a stream
   */
  begin(reply: EventEmitter): () => void {
    this.#calls.add(reply);
    reply.once('close', () => {
      this.#calls.delete(reply);
      this.#streams.delete(reply);
      for (const look of this.#waiting) look();
    });
    return () => {
      if (this.#calls.delete(reply)) this.#streams.add(reply);
      for (const look of this.#waiting) look();
    };
  }

  /** Resolves when no call is under way any more, when the time is up, in milliseconds, or when somebody is in a hurry. */
  async callsEnd(atMost: number, hurry?: AbortSignal): Promise<void> {
    await this.#until(() => this.#calls.size === 0, atMost, hurry);
  }

  /** The same for calls and streams. */
  async allEnd(atMost: number): Promise<void> {
    await this.#until(() => this.#calls.size + this.#streams.size === 0, atMost);
  }

  async #until(holds: () => boolean, atMost: number, hurry?: AbortSignal): Promise<void> {
    if (holds() || hurry?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (holds()) resolve();
    };
    this.#waiting.add(look);
    const timer = setTimeout(resolve, atMost);
    const leave = (): void => resolve();
    hurry?.addEventListener('abort', leave, { once: true });
    await promise;
    clearTimeout(timer);
    hurry?.removeEventListener('abort', leave);
    this.#waiting.delete(look);
  }
}
