import { randomUUID } from 'node:crypto';

import type { InputRequests, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';

import type { Exchange } from '../offer.ts';

/** What a run that has become a task says of itself. */
type Say = (message: string) => void;

/**
 * One call on its way, which begins as an answer that is waited for and may go on as a task. What the call sees of its
 * request is made here, so that it need not know which of the two it is: its signal, its progress, and the answers to
 * what it has asked.
 */
export class Run {
  readonly #given: Exchange;
  readonly #ending = new AbortController();
  #say: Say | undefined;
  /** The latest of its progress. */
  #said: string | undefined;
  /** What is still asked, by the key that the client was given. */
  readonly #asked = new Map<string, string>();
  #answers: Record<string, unknown> = {};
  #asking = Promise.withResolvers<void>();

  constructor(given: Exchange) {
    this.#given = given;
    const { signal } = given.request.mcpReq;
    signal.addEventListener('abort', this.#leave, { once: true });
    if (signal.aborted) this.#leave();
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The request as the call sees it the first time. */
  get exchange(): Exchange {
    return this.#exchange({});
  }

  /** From now on the request's end is not the call's, and progress is told by `say`. */
  detach(say: Say): void {
    this.#say = say;
    if (this.#said !== undefined) say(this.#said);
    this.#given.request.mcpReq.signal.removeEventListener('abort', this.#leave);
  }

  /** Ends it. */
  abort(reason: Error): void {
    this.#ending.abort(reason);
  }

  /** What the call asks for, each of it under a key that was never used before. */
  ask({ inputRequests = {} }: InputRequiredResult): InputRequests {
    this.#asked.clear();
    this.#answers = {};
    this.#asking = Promise.withResolvers<void>();
    return Object.fromEntries(
      Object.entries(inputRequests).map(([key, request]) => {
        const fresh = randomUUID();
        this.#asked.set(fresh, key);
        return [fresh, request];
      }),
    );
  }

  /** Takes answers; those to other questions are let go. @returns the keys of what is still asked */
  take(responses: Readonly<Record<string, unknown>>): ReadonlySet<string> {
    for (const [fresh, response] of Object.entries(responses)) {
      const key = this.#asked.get(fresh);
      if (key === undefined) continue;
      this.#asked.delete(fresh);
      this.#answers[key] = response;
    }
    return new Set(this.#asked.keys());
  }

  /** Everything is answered: the call goes on. */
  resume(): void {
    this.#asking.resolve();
  }

  /**
   * The request as the call sees it again, once everything is answered.
   * @throws the reason of its end
   */
  async answered({ requestState }: InputRequiredResult): Promise<Exchange> {
    const { promise, reject } = this.#asking;
    const stop = (): void => reject(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    if (this.signal.aborted) stop();
    try {
      await promise;
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
    return this.#exchange({ inputResponses: this.#answers, requestState: <State>() => requestState as State });
  }

  readonly #leave = (): void => this.#ending.abort(this.#given.request.mcpReq.signal.reason);

  #exchange(more: Partial<ServerContext['mcpReq']>): Exchange {
    const { request } = this.#given;
    const { mcpReq } = request;
    const { _meta: meta } = mcpReq;
    const token = meta?.progressToken;
    const notify: typeof mcpReq.notify = async (notification) => {
      const isProgress = notification.method === 'notifications/progress';
      const said = isProgress ? notification.params?.['message'] : undefined;
      if (typeof said === 'string') this.#said = said;
      if (this.#say === undefined) {
        if (token !== undefined || !isProgress) await mcpReq.notify(notification);
      } else if (typeof said === 'string') {
        // There is no stream any more to notify over: a task tells how far it has come when it is asked.
        this.#say(said);
      }
    };
    return {
      ...this.#given,
      log: (level, data) => {
        if (this.#say === undefined) this.#given.log(level, data);
      },
      request: {
        ...request,
        // Progress is made whether the client has asked for it or not: it may become the status of a task.
        mcpReq: { ...mcpReq, ...more, signal: this.signal, notify, _meta: { ...meta, progressToken: token ?? 'task' } },
      },
    };
  }
}
