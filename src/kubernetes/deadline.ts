import { FairleadError, LONGEST_TIMER, unlessAborted } from '../platform/index.ts';
import type { ErrorScene } from './errors.ts';
import { errorFromFailure, timeoutError } from './errors-unanswered.ts';

/** One clock for a whole call, joined with the caller's own wish to stop. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #controller = new AbortController();
  readonly #started = performance.now();
  readonly #outer: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #passed = false;
  #ended: Error | undefined;

  constructor(milliseconds: number, outer: AbortSignal | undefined) {
    outer?.throwIfAborted();
    this.#milliseconds = milliseconds;
    this.#outer = outer;
    this.#timer = setTimeout(
      () => {
        this.#passed = true;
        this.#controller.abort(new Error('deadline passed'));
      },
      Math.min(milliseconds, LONGEST_TIMER),
    );
    outer?.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  left(): number {
    return this.#milliseconds - (performance.now() - this.#started);
  }

  /** The promise, or the signal's reason as soon as it is aborted. */
  async race<T>(promise: Promise<T>): Promise<T> {
    return unlessAborted(promise, this.signal);
  }

  /** What to tell the caller: its own reason when it left, a timeout when the time was up, else what went wrong. */
  explain(error: unknown, scene: ErrorScene, server: string): unknown {
    if (this.#outer?.aborted === true) return this.#outer.reason;
    if (this.#ended !== undefined) return this.#ended;
    if (this.#passed) return timeoutError(scene, this.#milliseconds, error);
    return error instanceof FairleadError ? error : errorFromFailure(error, scene, server);
  }

  /** Ends the call now, with this error for the one who waits. */
  end(error: Error): void {
    this.#ended = error;
    this.#controller.abort(error);
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#follow);
  }

  readonly #follow = (): void => this.#controller.abort(this.#outer?.reason);
}
