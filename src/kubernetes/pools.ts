import type { AuthMaterial, ClusterTarget } from './credentials/credentials.ts';
import type { Http2, Traffic } from './traffic.ts';
import type { buildConnector, Dispatcher } from './undici.ts';

/** Shorter than the 90 s after which common load balancers forget an idle connection without a word. */
const KEEP_ALIVE = 75_000;
/**
 * How many connections a pool may have; streams must never wait for one another. Over HTTP/2 one connection carries all
 * `unary` requests, and more are made only when the server limits its streams.
 */
const CONNECTIONS: Readonly<Record<Traffic, number | null>> = { lone: 1, unary: 32, stream: null };

/**
 * Bytes that may be on their way over HTTP/2, a stream and a connection: what a log of a gigabyte needs to come as fast as
 * over HTTP/1.1.
 */
const STREAM_WINDOWS = { settings: { initialWindowSize: 1024 * 1024 }, connectionWindowSize: 8 * 1024 * 1024 };

/** A pool, and what its connections were made with: another one of either makes another pool. */
interface Entry {
  readonly pool: Promise<Dispatcher>;
  readonly certificate: string | undefined;
  readonly ca: string | undefined;
  readonly http2: boolean;
}

/** What makes single connections, and what it makes them with. */
interface Maker {
  readonly connector: Promise<buildConnector.connector>;
  readonly certificate: string | undefined;
  readonly ca: string | undefined;
}

/**
 * The connections to one API server as one identity: pools for requests that end and one for streams, so that open
 * watches never stand in the way of a read.
 *
 * Pools are made with the first request. A rotated client certificate or certificate authority gets new pools, and what
 * is in flight on the old ones ends there.
 */
export class Pools {
  readonly #target: ClusterTarget;
  readonly #http2: Http2;
  readonly #pools = new Map<Traffic, Entry>();
  /** Ends what is still connecting: undici would wait for it. */
  readonly #leaving = new AbortController();
  #maker: Maker | undefined;

  constructor(target: ClusterTarget, options: { readonly http2: Http2 }) {
    this.#target = target;
    this.#http2 = options.http2;
  }

  /** True while connections may be open. */
  get open(): boolean {
    return this.#pools.size > 0;
  }

  /** The pool to use now: whoever gets it sends at once, since a later call with another certificate closes it. */
  async get(wanted: Traffic, material: AuthMaterial): Promise<Dispatcher> {
    // Where all goes by one protocol, lone requests need no connection of their own.
    const traffic = wanted === 'lone' && this.#http2 !== 'together' ? 'unary' : wanted;
    const renewed = this.#authority();
    const ca = renewed instanceof Promise ? await renewed : renewed;
    const certificate = material.certificate?.cert;
    const http2 = this.#http2 !== 'never' && traffic !== 'lone' && !repeatsHeaders(material);
    const current = this.#pools.get(traffic);
    if (current?.certificate === certificate && current?.ca === ca && current?.http2 === http2) return current.pool;
    if (current !== undefined) void retire(current.pool);
    const entry = { pool: this.#make(traffic, material, ca, http2), certificate, ca, http2 };
    this.#pools.set(traffic, entry);
    // One that could not be made is none: nothing of it is kept, or to be closed.
    entry.pool.catch(() => {
      if (this.#pools.get(traffic) === entry) this.#pools.delete(traffic);
    });
    return entry.pool;
  }

  /** What makes connections of HTTP/1.1 that belong to no pool, by the same way and with the same certificates. */
  async connector(material: AuthMaterial): Promise<buildConnector.connector> {
    const ca = await this.#authority();
    const certificate = material.certificate?.cert;
    if (this.#maker?.certificate !== certificate || this.#maker?.ca !== ca || this.#maker === undefined) {
      this.#maker = { connector: this.#connectorFor(material, ca, false), certificate, ca };
    }
    return this.#maker.connector;
  }

  #authority(): string | undefined | Promise<string> {
    const { tls } = this.#target;
    return tls.currentCa?.() ?? tls.ca;
  }

  async #connectorFor(material: AuthMaterial, ca: string | undefined, http2: boolean): Promise<buildConnector.connector> {
    const { connectorFor } = await import('./connector.ts');
    const { tls, proxy } = this.#target;
    const { serverName, insecure } = tls;
    const { signal } = this.#leaving;
    return connectorFor({ ca, serverName, insecure, certificate: material.certificate, proxy, http2, signal });
  }

  async #make(traffic: Traffic, material: AuthMaterial, ca: string | undefined, http2: boolean): Promise<Dispatcher> {
    const [{ Pool }, connect] = await Promise.all([import('./undici.ts'), this.#connectorFor(material, ca, http2)]);
    return new Pool(new URL(this.#target.server).origin, {
      allowH2: http2,
      connections: CONNECTIONS[traffic],
      keepAliveTimeout: KEEP_ALIVE,
      ...(traffic === 'stream' && { h2Options: STREAM_WINDOWS }),
      connect,
    });
  }

  /** Lets what is in flight end, then closes; or, with an error, ends it now and for good. */
  async close(error?: Error): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    if (error !== undefined) this.#leaving.abort(error);
    await Promise.all(
      pools.map(async ({ pool }) => {
        const dispatcher = await pool.catch(() => undefined);
        await (error === undefined ? dispatcher?.close() : dispatcher?.destroy(error));
      }),
    );
  }
}

/**
 * Over HTTP/2 undici joins the values of a header with commas. The API server would take several groups to impersonate
 * for one with commas in its name, so that these go over HTTP/1.1, where each value has a line of its own.
 */
function repeatsHeaders({ headers }: AuthMaterial): boolean {
  return Object.values(headers).some((value) => typeof value !== 'string' && value.length > 1);
}

/** Closes a pool once all who got it have sent: they do so before the event loop comes to the next immediate. */
async function retire(pool: Promise<Dispatcher>): Promise<void> {
  const dispatcher = await pool.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  await dispatcher?.close();
}
