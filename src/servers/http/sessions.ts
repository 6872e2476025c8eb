import { randomUUID } from 'node:crypto';

import type { JSONRPCRequest } from '@modelcontextprotocol/server';

import { releaseMemory } from '../../platform/index.ts';
import { newSession, type ServerFactory } from '../mcp/index.ts';
import { CODES, failure } from './replies.ts';
import { SessionTransport } from './session-transport.ts';

export interface SessionOptions {
  /** Milliseconds after which a session that nobody uses ends. @default 30 minutes */
  readonly idle?: number;
  /** Sessions at most; one more ends the one that was not used for longest. @default 5,000 */
  readonly most?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
  /** Called when many sessions have ended and their memory can go. @default what V8 offers for that */
  readonly release?: () => Promise<void>;
}

const DEFAULTS = { idle: 30 * 60_000, most: 5_000, now: () => performance.now(), release: releaseMemory } as const;
/** Milliseconds between two looks for sessions that nobody uses, at most. */
const SWEEP = 30_000;
/** So many sessions that have ended are worth a collection, which holds everything else up for some 10 ms. */
const WORTH_RELEASING = 100;

/** The sessions of clients that speak a revision of 2025, each with a protocol server and choices of its own. */
export class Sessions {
  readonly #makeServer: ServerFactory;
  readonly #options: Required<SessionOptions>;
  readonly #open = new Map<string, SessionTransport>();
  readonly #timer: NodeJS.Timeout;
  #ended = 0;

  constructor(makeServer: ServerFactory, options: SessionOptions = {}) {
    this.#makeServer = makeServer;
    this.#options = { ...DEFAULTS, ...options };
    this.#timer = setInterval(() => this.sweep(), Math.min(SWEEP, this.#options.idle / 4));
    this.#timer.unref();
  }

  get size(): number {
    return this.#open.size;
  }

  find(id: string): SessionTransport | undefined {
    return this.#open.get(id);
  }

  /** Begins a session with the client's `initialize`. One that fails leaves none behind. */
  async begin(initialize: JSONRPCRequest, request: Request): Promise<Response> {
    if (this.#open.size >= this.#options.most && !this.#endOldest()) {
      return failure(503, CODES.refused, 'All sessions are in use.', { id: initialize.id, headers: { 'retry-after': '10' } });
    }
    const id = randomUUID();
    const ending = new AbortController();
    const transport = new SessionTransport(id, this.#options.now, () => {
      this.#forget(id);
      ending.abort();
    });
    this.#open.set(id, transport);
    await this.#makeServer(newSession(ending.signal)).connect(transport);
    const response = await transport.post([initialize], false, request);
    if (!transport.initialized) await transport.close();
    return response;
  }

  /** Ends the sessions that nobody used for too long, and gives back the memory of those that have ended. */
  sweep(): void {
    const before = this.#options.now() - this.#options.idle;
    for (const transport of this.#open.values()) if (transport.usedAt <= before) void transport.close();
    if (this.#ended < WORTH_RELEASING) return;
    this.#ended = 0;
    void this.#options.release();
  }

  /** Ends the streams that wait for news; calls go on. */
  endEvents(): void {
    for (const transport of this.#open.values()) transport.endEvents();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#open.values()].map((transport) => transport.close()));
  }

  #forget(id: string): void {
    if (this.#open.delete(id)) this.#ended++;
  }

  /** @returns false when all are in use at this moment */
  #endOldest(): boolean {
    const now = this.#options.now();
    let oldest: SessionTransport | undefined;
    for (const transport of this.#open.values()) {
      const { usedAt } = transport;
      if (usedAt < now && usedAt < (oldest?.usedAt ?? now)) oldest = transport;
    }
    void oldest?.close();
    return oldest !== undefined;
  }
}
