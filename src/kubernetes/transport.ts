import { FairleadError, Semaphore, systemClock, systemCode, TokenBucket, type Clock } from '../platform/index.ts';
import type { AuthMaterial, ClusterTarget } from './credentials/credentials.ts';
import { Deadline } from './deadline.ts';
import { errorFromAnswer, type ErrorScene } from './errors.ts';
import { opened, whole, type Arrived, type Sending, type Whole } from './exchange.ts';
import { Pools } from './pools.ts';
import type { TransportObserver } from './ports.ts';
import { parseRetryAfter, retryDelay } from './retry.ts';
import { StreamSocket } from './streams/socket.ts';
import type { Http2 } from './traffic.ts';
import { warningTexts } from './warning-header.ts';
import type { WireAnswer, WireRequest, WireStream } from './wire.ts';

export type { WireAnswer, WireRequest, WireStream } from './wire.ts';

export interface TransportOptions {
  /** Milliseconds from the queue to the last byte. @default 30_000 */
  readonly deadline?: number;
  /** Requests under way at the same time, streams apart. @default 64 */
  readonly inFlight?: number;
  /** Lists without a small limit under way at the same time. @default 5 */
  readonly largeLists?: number;
  /** Requests per second that we allow ourselves. @default unlimited: the API server protects itself and answers 429 */
  readonly qps?: number;
  /** @default twice qps */
  readonly burst?: number;
  /**
   * Which requests go over HTTP/2, where the server speaks it. One on its own is answered a tenth sooner over HTTP/1.1.
   * Of 32 together as many come through over either (1,600 pods/s, 235 MB), but HTTP/2 needs 1 TLS connection for them
   * instead of 32, and carries 100 watches on each; answers of 2.5 MB come a third faster over HTTP/1.1.
   * @default 'together'
   */
  readonly http2?: Http2;
  /** @default 'fairlead' */
  readonly userAgent?: string;
  /** Connections are closed after this many milliseconds without a request. @default 300_000 */
  readonly idleClose?: number;
  readonly observer?: TransportObserver;
  readonly clock?: Clock;
  /** Source of jitter, between 0 and 1. @default Math.random */
  readonly random?: () => number;
}

/** Sends requests to one API server as one identity: queue, rate, deadline, retry, credentials, connections. */
export class Transport {
  readonly target: ClusterTarget;
  readonly #options: TransportOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #deadline: number;
  readonly #userAgent: string;
  readonly #origin: string;
  /** Where it is, for messages; a proxy is named without its password. */
  readonly #server: string;
  readonly #basePath: string;
  readonly #places: Semaphore;
  readonly #largePlaces: Semaphore;
  readonly #rate: TokenBucket | undefined;
  readonly #pools: Pools;
  readonly #underWay = new Set<Deadline>();
  #idleTimer: NodeJS.Timeout | undefined;
  #clockSkew: number | undefined;
  #closed = false;
  #retired = false;
  /** True while a request is on the connection for lone ones. */
  #loneTaken = false;

  constructor(target: ClusterTarget, options: TransportOptions = {}) {
    this.target = target;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#deadline = options.deadline ?? 30_000;
    this.#userAgent = options.userAgent ?? 'fairlead';
    const server = new URL(target.server);
    this.#origin = server.origin;
    this.#basePath = server.pathname.replace(/\/$/, '');
    this.#server =
      target.proxy === undefined ? target.server : `${target.server} through the proxy ${new URL(target.proxy).host}`;
    this.#places = new Semaphore(options.inFlight ?? 64);
    this.#largePlaces = new Semaphore(options.largeLists ?? 5);
    const { qps } = options;
    this.#rate = qps === undefined ? undefined : new TokenBucket({ qps, burst: options.burst ?? qps * 2, clock: this.#clock });
    this.#pools = new Pools(target, { http2: options.http2 ?? 'together' });
  }

  /**
   * Sends a request and reads the whole answer.
   * @throws KubernetesError for every status from 300 on, a failed connection or a passed deadline; the signal's reason
   * when aborted; FairleadError (`closed`) once the transport is closed
   */
  async send(request: WireRequest): Promise<WireAnswer> {
    const deadline = this.#begin(request);
    const places = request.large === true ? [this.#largePlaces, this.#places] : [this.#places];
    const taken: Semaphore[] = [];
    try {
      for (const place of places) {
        if (!place.tryAcquire()) await place.acquire(deadline.signal);
        taken.push(place);
      }
      const { status, headers, body } = await this.#attempts(request, deadline, (material) =>
        this.#whole(request, material, deadline),
      );
      return {
        status,
        contentType: headerOf(headers, 'content-type') ?? '',
        warnings: warningTexts(headers['warning']),
        ...body,
      };
    } catch (error) {
      throw deadline.explain(error, request.scene, this.#server);
    } finally {
      for (const place of taken) place.release();
      this.#end(deadline);
    }
  }

  /**
   * Opens an answer that goes on until it ends, is closed, or the signal is aborted. The deadline holds until its
   * headers have come. Streams have connections and no limits of their own, so they never delay `send`.
   * @throws as `send`
   */
  async open(request: WireRequest): Promise<WireStream> {
    const deadline = this.#begin(request);
    try {
      const { status, body } = await this.#attempts(request, deadline, async (material) => {
        const dispatcher = await this.#pools.get('stream', material);
        // A stream that waits inside the pool for a connection does not hear its signal.
        return deadline.race(opened(dispatcher, this.#sending(request, material, deadline)));
      });
      deadline.stopTimer();
      const close = (): void => {
        if (!this.#end(deadline)) return;
        // A body that is destroyed before its end says so, and nobody may be listening any more.
        body.on('error', () => undefined).destroy();
      };
      return {
        status,
        chunks: this.#chunks(body, deadline, close, request.scene),
        close,
      };
    } catch (error) {
      this.#end(deadline);
      throw deadline.explain(error, request.scene, this.#server);
    }
  }

  /**
   * Opens a WebSocket, by HTTP/1.1 and on a connection of its own. The deadline holds until both sides have agreed.
   * @param protocols subprotocols, the preferred first
   * @throws as `send`
   */
  async upgrade(request: WireRequest, protocols: readonly string[]): Promise<StreamSocket> {
    const deadline = this.#begin(request);
    try {
      const { shakeHands } = await import('./streams/handshake.ts');
      const shake = async (material: AuthMaterial) => {
        const arrived = await shakeHands({
          url: new URL(this.#origin + this.#basePath + request.path),
          headers: { 'user-agent': this.#userAgent, ...material.headers },
          protocols,
          connector: await this.#pools.connector(material),
          signal: deadline.signal,
        });
        // A server that refuses leaves the connection open for another request, and nobody has one.
        const end = (): void => arrived.body.terminate();
        if (arrived.status >= 300) void Promise.resolve(arrived.text()).then(end, end);
        return arrived;
      };
      const { body: webSocket } = await this.#attempts(request, deadline, shake);
      deadline.stopTimer();
      return new StreamSocket(webSocket, {
        signal: deadline.signal,
        explain: (error) => deadline.explain(error, request.scene, this.#server),
        onEnd: () => this.#end(deadline),
      });
    } catch (error) {
      this.#end(deadline);
      throw deadline.explain(error, request.scene, this.#server);
    }
  }

  /** Nobody will come again: closes as soon as what is under way has ended. */
  retire(): void {
    this.#retired = true;
    clearTimeout(this.#idleTimer);
    if (this.#underWay.size === 0) void this.#pools.close();
  }

  /** The server's time less ours in milliseconds, as its last answer dated itself (to the second). */
  get clockSkew(): number | undefined {
    return this.#clockSkew;
  }

  /** Ends everything; requests under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const error = this.#closedError();
    // Not all that is under way is on a connection: some wait for a place, for credentials, or for another attempt.
    for (const deadline of this.#underWay) deadline.end(error);
    await this.#pools.close(error);
  }

  async #whole(request: WireRequest, material: AuthMaterial, deadline: Deadline): Promise<Arrived<Whole>> {
    const alone = !this.#loneTaken;
    this.#loneTaken = true;
    try {
      const pool = await this.#pools.get(alone ? 'lone' : 'unary', material);
      return await whole(pool, this.#sending(request, material, deadline));
    } finally {
      if (alone) this.#loneTaken = false;
    }
  }

  async #attempts<Body>(
    request: WireRequest,
    deadline: Deadline,
    send: (material: AuthMaterial) => Promise<Arrived<Body>>,
  ): Promise<Arrived<Body>> {
    let refreshed = false;
    for (let number = 1; ; number++) {
      deadline.signal.throwIfAborted();
      if (this.#rate !== undefined) await this.#rate.take(deadline.signal);
      const material = await this.#credentials(deadline);
      const started = performance.now();
      const observe = (status?: number): void =>
        this.#options.observer?.onRequest?.({
          cluster: this.target.name,
          method: request.method,
          status,
          attempt: number,
          milliseconds: performance.now() - started,
        });
      let failure: unknown;
      let status: number | undefined;
      let retryAfter: number | undefined;
      try {
        const arrived = await send(material);
        status = arrived.status;
        this.#noteClock(arrived.headers);
        if (status < 300) {
          observe(status);
          return arrived;
        }
        const text = arrived.text();
        const answer = parseBody(typeof text === 'string' ? text : await deadline.race(text));
        retryAfter = parseRetryAfter(arrived.headers['retry-after'], this.#clock.now());
        failure = errorFromAnswer(status, answer, request.scene, retryAfter);
      } catch (error) {
        failure = error;
      }
      observe(status);
      deadline.signal.throwIfAborted();
      if (status === 401 && !refreshed && this.target.credentials.rejected(material)) {
        refreshed = true;
        continue;
      }
      const answered = status !== undefined && status >= 300;
      const again = retryDelay(
        {
          method: request.method,
          once: request.once,
          ...(answered ? { status, retryAfter } : { failure: systemCode(failure) }),
        },
        number,
        this.#random,
      );
      // A wait that would outlast the deadline helps nobody: the caller hears at once what the server asked for.
      if (again === undefined || again.milliseconds >= deadline.left()) throw failure;
      this.#options.observer?.onRetry?.({
        cluster: this.target.name,
        method: request.method,
        reason: again.reason,
        delayMilliseconds: again.milliseconds,
      });
      await this.#clock.sleep(again.milliseconds, deadline.signal);
    }
  }

  #noteClock(headers: Arrived<unknown>['headers']): void {
    const date = Date.parse(headerOf(headers, 'date') ?? '');
    if (!Number.isNaN(date)) this.#clockSkew = date - this.#clock.now();
  }

  #credentials(deadline: Deadline): AuthMaterial | Promise<AuthMaterial> {
    const material = this.target.credentials.current(deadline.signal);
    return material instanceof Promise ? deadline.race(material) : material;
  }

  #sending(request: WireRequest, material: AuthMaterial, deadline: Deadline): Sending {
    const headers: Record<string, string | string[]> = { accept: request.accept, 'user-agent': this.#userAgent };
    if (request.contentType !== undefined) headers['content-type'] = request.contentType;
    for (const [name, value] of Object.entries(material.headers)) headers[name] = typeof value === 'string' ? value : [...value];
    return {
      origin: this.#origin,
      path: this.#basePath + request.path,
      method: request.method,
      headers,
      body: request.body ?? null,
      signal: deadline.signal,
      // One clock runs from the queue to the last byte, and a watch may be silent for as long as it likes.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  async *#chunks(
    body: AsyncIterable<Uint8Array>,
    deadline: Deadline,
    close: () => void,
    scene: ErrorScene,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      // Whoever closed it knows that it ended.
      if (this.#underWay.has(deadline)) throw deadline.explain(error, scene, this.#server);
    } finally {
      close();
    }
  }

  #begin(request: WireRequest): Deadline {
    if (this.#closed) throw this.#closedError();
    const deadline = new Deadline(request.deadline ?? this.#deadline, request.signal);
    this.#underWay.add(deadline);
    clearTimeout(this.#idleTimer);
    return deadline;
  }

  /** False when it had ended before. */
  #end(deadline: Deadline): boolean {
    deadline.clear();
    if (!this.#underWay.delete(deadline)) return false;
    if (this.#underWay.size === 0 && !this.#closed && this.#pools.open) {
      if (this.#retired) void this.#pools.close();
      else {
        this.#idleTimer = setTimeout(() => void this.#pools.close(), this.#options.idleClose ?? 300_000);
        this.#idleTimer.unref();
      }
    }
    return true;
  }

  #closedError(): FairleadError {
    return new FairleadError('closed', `The connection to cluster ${this.target.name} was closed.`);
  }
}

function headerOf(headers: Readonly<Record<string, string | string[] | undefined>>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
