import type { AuthMaterial, ClusterTarget } from './credentials/credentials.ts';
import type { Dispatcher } from './undici.ts';

export type Traffic = 'unary' | 'stream';

/** Shorter than the 90 s after which common load balancers forget an idle connection without a word. */
const KEEP_ALIVE = 75_000;
/** Over HTTP/2 one connection carries them all, and more are made only when the server limits its streams. */
const UNARY_CONNECTIONS = 32;

/** A pool, and what its connections were made with: another one of either makes another pool. */
interface Entry {
  readonly pool: Promise<Dispatcher>;
  readonly certificate: string | undefined;
  readonly ca: string | undefined;
  readonly http2: boolean;
}

/**
 * The connections to one API server as one identity: one pool for requests that end and one for streams, so that open
 * watches never stand in the way of a read.
 *
 * Pools are made with the first request. A rotated client certificate or certificate authority gets new pools, and what
 * is in flight on the old ones ends there.
 */
export class Pools {
  readonly #target: ClusterTarget;
  readonly #http2: boolean;
  readonly #pools = new Map<Traffic, Entry>();

  constructor(target: ClusterTarget, options: { readonly http2: boolean }) {
    this.#target = target;
    this.#http2 = options.http2;
  }

  /** True while connections may be open. */
  get open(): boolean {
    return this.#pools.size > 0;
  }

  /** The pool to use now: whoever gets it sends at once, since a later call with another certificate closes it. */
  async get(traffic: Traffic, material: AuthMaterial): Promise<Dispatcher> {
    const { tls } = this.#target;
    const renewed = tls.currentCa?.() ?? tls.ca;
    const ca = renewed instanceof Promise ? await renewed : renewed;
    const certificate = material.certificate?.cert;
    const http2 = this.#http2 && !repeatsHeaders(material);
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

  async #make(traffic: Traffic, material: AuthMaterial, ca: string | undefined, http2: boolean): Promise<Dispatcher> {
    const [{ Pool }, { connectorFor }] = await Promise.all([import('./undici.ts'), import('./connector.ts')]);
    const { server, tls, proxy } = this.#target;
    const { serverName, insecure } = tls;
    return new Pool(new URL(server).origin, {
      allowH2: http2,
      // Streams must never wait for one another.
      connections: traffic === 'stream' ? null : UNARY_CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE,
      connect: connectorFor({ ca, serverName, insecure, certificate: material.certificate, proxy, http2 }),
    });
  }

  /** Lets what is in flight end, then closes; or, with an error, ends it now. */
  async close(error?: Error): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
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
