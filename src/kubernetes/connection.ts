import { isFairlead, systemClock, UsageError } from '../platform/index.ts';
import { Cached } from './cached.ts';
import { loginFacts, type LoginFacts } from './credentials/login-facts.ts';
import { discover } from './discovery.ts';
import { KubernetesError, sceneOf } from './errors.ts';
import { timeoutError } from './errors-unanswered.ts';
import { KindIndex, type ResolvedKind } from './kinds.ts';
import type { Json } from './objects.ts';
import type { Call, FilteredText, Gate, Outcome, Place, ResponseFilter } from './ports.ts';
import { isResourceRequest, methodOf, pathOf, type ApiRequest, type ResourceRequest } from './request.ts';
import { linesThrough } from './streams/lines.ts';
import type { StreamSocket } from './streams/socket.ts';
import type { Transport } from './transport.ts';

/** How long what a server serves is believed, in milliseconds. */
const DISCOVERY_TTL = 10 * 60_000;
/** An unknown name asks the server again, but not more often than this. */
const DISCOVERY_REFRESH = 2_000;
/** Characters of one event of a watch: far more than an object may have, and little enough for the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;

export interface ConnectionParts {
  readonly cluster: string;
  /** The namespace to use when none is named. @default the target's */
  readonly namespace?: string | undefined;
  readonly transport: Transport;
  readonly gate: Gate;
  readonly filter: ResponseFilter;
}

export interface RequestOptions {
  /** Milliseconds. @default the transport's */
  readonly deadline?: number;
}

/** A document of the OpenAPI endpoint. */
export interface OpenApiDocument {
  /** Where it was fetched, with the hash that the server gives it. */
  readonly address: string;
  readonly content: Promise<Json>;
}

/** What all views of one connection share. */
interface Core extends ConnectionParts {
  readonly place: Place;
  readonly kinds: Cached<KindIndex>;
  readonly openapi: Map<string, OpenApiDocument>;
  readonly longLists: Map<string, number>;
}

/**
 * One cluster seen by one identity: the only way to an API server. Every request passes the gate before it goes out,
 * and every answer the filter before anything looks at it.
 */
export class Connection {
  readonly #core: Core;
  readonly call: Call;

  private constructor(core: Core, call: Call) {
    this.#core = core;
    this.call = call;
  }

  static create(parts: ConnectionParts): Connection {
    const place = { cluster: parts.cluster, identity: parts.transport.target.credentials.identity };
    const background = (): Connection => new Connection(core, { origin: 'discovery' });
    const core: Core = {
      ...parts,
      place,
      kinds: new Cached(
        async () => new KindIndex(await discover((request) => background().request(request), parts.cluster)),
        DISCOVERY_TTL,
      ),
      openapi: new Map(),
      longLists: new Map(),
    };
    return new Connection(core, { origin: 'library' });
  }

  get cluster(): string {
    return this.#core.cluster;
  }

  get identity(): string {
    return this.#core.place.identity;
  }

  /** The namespace to use when none is named, as far as the connection's configuration says. */
  get namespace(): string | undefined {
    return this.#core.namespace ?? this.#core.transport.target.namespace;
  }

  get server(): string {
    return this.#core.transport.target.server;
  }

  /** The server's time less ours in milliseconds, as its last answer showed it. */
  get clockSkew(): number | undefined {
    return this.#core.transport.clockSkew;
  }

  /**
   * What the credentials say of themselves: whom they name and until when. Nothing secret, and nothing is sent.
   * @throws KubernetesError (`credentials`)
   */
  async login(): Promise<LoginFacts> {
    return loginFacts(await this.#core.transport.target.credentials.current(this.call.signal));
  }

  /** The last document of the OpenAPI endpoint for each group version; shared by all views. */
  get openapiCache(): Map<string, OpenApiDocument> {
    return this.#core.openapi;
  }

  /** Lists that were long when they were last asked for, and when that was; shared by all views. */
  get longLists(): Map<string, number> {
    return this.#core.longLists;
  }

  /** The same connection on behalf of a call: its signal cancels, its origin stands in the audit. */
  during(call: Call): Connection {
    return new Connection(this.#core, call);
  }

  /**
   * Sends a request and returns the decoded, filtered answer: an object, a list, or text where the server sends text.
   * @throws PolicyError, KubernetesError, or the reason of the call's signal
   */
  async request(request: ApiRequest, options: RequestOptions = {}): Promise<unknown> {
    const { transport, filter } = this.#core;
    return this.#gated(request, async (admitted) => {
      const answer = await transport.send({ ...this.#wire(admitted), deadline: options.deadline ?? this.call.deadline });
      for (const text of answer.warnings) this.call.onWarning?.(text);
      const told = { status: answer.status, bytes: answer.bytes };
      const isText = !answer.contentType.includes('json');
      // What is about no object, such as health and the index of the schemas, is made of names only.
      if (isText && !isResourceRequest(admitted)) return { result: answer.text, ...told };
      const body = isText ? answer.text : decode(answer.text, admitted, this.#core.place);
      return { result: filter.apply(admitted, body, this.call), ...told };
    });
  }

  /** Opens a stream of JSON values, one a line, each filtered: a watch. Ends when the server ends it or the loop is left. */
  async *lines(request: ApiRequest): AsyncGenerator {
    const { transport, filter, place } = this.#core;
    const { stream, admitted } = await this.#gated(request, async (admitted) => {
      const stream = await transport.open(this.#wire(admitted));
      return { result: { stream, admitted }, status: stream.status, bytes: 0 };
    });
    const decoder = new TextDecoder();
    let line = '';
    try {
      for await (const chunk of stream.chunks) {
        const [more = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
        line += more;
        for (const next of others) {
          if (line !== '') yield filter.apply(admitted, decode(line, admitted, place), this.call);
          line = next;
        }
        if (line.length > LONGEST_LINE) throw noJson(admitted, place);
      }
      // What follows the last line end was cut off with the stream, and the next watch brings it again.
    } finally {
      stream.close();
    }
  }

  /**
   * Opens a stream of text, such as a log: whole lines, filtered, as they arrive. Ends when the server ends it or the loop
   * is left.
   */
  async *text(request: ApiRequest, options: RequestOptions = {}): AsyncGenerator<FilteredText> {
    const { transport, filter } = this.#core;
    const { stream, admitted } = await this.#gated(request, async (admitted) => {
      const stream = await transport.open({ ...this.#wire(admitted), deadline: options.deadline ?? this.call.deadline });
      return { result: { stream, admitted }, status: stream.status, bytes: 0 };
    });
    try {
      yield* linesThrough(stream.chunks, filter, admitted);
    } finally {
      stream.close();
    }
  }

  /**
   * Opens a WebSocket for what runs or listens in a pod: exec, attach, port-forward. What goes over it is not filtered.
   * @param protocols subprotocols, the preferred first
   * @throws PolicyError, KubernetesError, or the reason of the call's signal
   */
  async upgrade(request: ResourceRequest, protocols: readonly string[], options: RequestOptions = {}): Promise<StreamSocket> {
    const { transport } = this.#core;
    return this.#gated(request, async (admitted) => {
      const deadline = options.deadline ?? this.call.deadline;
      const socket = await transport.upgrade({ ...this.#wire(admitted), once: true, deadline }, protocols);
      return { result: socket, status: 101, bytes: 0 };
    });
  }

  /** All that the server serves; cached for ten minutes. */
  async kinds(): Promise<KindIndex> {
    return this.#core.kinds.peek() ?? this.#patient(this.#core.kinds.get(this.call.signal));
  }

  /**
   * The kind of a name; an unknown one asks the server once more, since a CRD may be new.
   * @throws UsageError (`unknown-kind`), or what the server said: a login that failed is never an unknown kind
   */
  async resolve(name: string): Promise<ResolvedKind> {
    return this.#resolve((index) => index.resolve(name, this.cluster));
  }

  /** The kinds of a comma-separated list of names and categories. */
  async resolveMany(names: string): Promise<ResolvedKind[]> {
    return this.#resolve((index) => index.resolveMany(names, this.cluster));
  }

  /** Ends all connections; what is under way fails. */
  async close(): Promise<void> {
    await this.#core.transport.close();
  }

  async #resolve<Result>(look: (index: KindIndex) => Result): Promise<Result> {
    const { kinds } = this.#core;
    const index = await this.kinds();
    try {
      return look(index);
    } catch (error) {
      if (!(error instanceof UsageError) || kinds.age < DISCOVERY_REFRESH) throw error;
      return look(await this.#patient(kinds.refresh(this.call.signal)));
    }
  }

  /** Waits no longer than the call allows for what is fetched on everybody's behalf, and leaves the flight to the others. */
  async #patient<T>(flight: Promise<T>): Promise<T> {
    const { deadline } = this.call;
    if (deadline === undefined) return flight;
    const arrived = new AbortController();
    const expired = systemClock.sleep(deadline, arrived.signal).then(() => {
      throw timeoutError(sceneOf({ verb: 'get', nonResource: '/apis' }, this.#core.place), deadline);
    });
    try {
      return await Promise.race([flight, expired]);
    } finally {
      arrived.abort();
    }
  }

  #wire(request: ApiRequest) {
    const place = this.#core.place;
    return {
      method: methodOf(request),
      path: pathOf(request),
      accept: request.accept ?? 'application/json',
      signal: this.call.signal,
      scene: sceneOf(request, place),
      large: isLarge(request),
      ...(isResourceRequest(request) &&
        request.body !== undefined && {
          body: JSON.stringify(request.body),
          contentType: request.contentType ?? 'application/json',
        }),
    };
  }

  async #gated<Result>(
    request: ApiRequest,
    send: (admitted: ApiRequest) => Promise<{ readonly result: Result; readonly status: number; readonly bytes: number }>,
  ): Promise<Result> {
    const { gate, place } = this.#core;
    const started = performance.now();
    const settle = (admitted: ApiRequest, outcome: Omit<Outcome, 'milliseconds'>): void =>
      gate.settled(admitted, place, this.call, { ...outcome, milliseconds: performance.now() - started });
    let admitted: ApiRequest;
    try {
      admitted = gate.admit(request, place, this.call);
    } catch (error) {
      settle(request, { decision: 'refused', error: isFairlead(error) ? error.code : 'policy', bytes: 0 });
      throw error;
    }
    try {
      const { result, status, bytes } = await send(admitted);
      settle(admitted, { decision: 'allowed', status, bytes });
      return result;
    } catch (error) {
      const status = error instanceof KubernetesError ? error.status : undefined;
      settle(admitted, { decision: 'allowed', status, error: isFairlead(error) ? error.code : 'aborted', bytes: 0 });
      throw error;
    }
  }
}

/** A list whose size nobody bounded takes one of the few places for such. */
function isLarge(request: ApiRequest): boolean {
  if (!isResourceRequest(request) || request.verb !== 'list') return false;
  const limit = Number(request.query?.['limit'] ?? Number.POSITIVE_INFINITY);
  const printed = request.query?.['includeObject'] === 'None';
  // A limit of nothing is none.
  return (limit > 500 || limit === 0) && !printed && request.name === undefined;
}

function decode(text: string, request: ApiRequest, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without its cause: the parser's message quotes the body, which may be a Secret's.
    throw noJson(request, place);
  }
}

function noJson(request: ApiRequest, place: Place): KubernetesError {
  return new KubernetesError('bad-answer', `The API server of cluster ${place.cluster} sent an answer that is no valid JSON.`, {
    scene: sceneOf(request, place),
    advice: 'Something between here and the API server may rewrite answers: check the server address and any proxy.',
  });
}
