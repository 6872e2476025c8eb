import { Monitor, probe, type ClusterHealth, type Fleet, type HealthEvent } from '../fleet/index.ts';
import { isFairlead } from '../platform/index.ts';
import { closedError } from './closed.ts';
import type { ClusterManagerOptions } from './options.ts';

/** A stream of events that ends when it is closed, with its signal, or when the loop over it is left. */
export interface HealthWatch extends AsyncIterableIterator<HealthEvent> {
  close(): void;
}

/** How the clusters of a manager are. */
export class Health {
  readonly #fleet: Fleet;
  readonly #monitor: Monitor;
  #closed = false;

  /** @internal */
  constructor(fleet: Fleet, options: ClusterManagerOptions['health'] = {}) {
    this.#fleet = fleet;
    this.#monitor = new Monitor({
      clusters: () => fleet.names(),
      probe: (cluster, signal) => this.check(cluster, { signal }),
      interval: options.interval,
      longest: options.longest,
    });
  }

  /**
   * Asks a cluster how it is: readiness, liveness, version, nodes. One that does not answer is an answer as well.
   * @throws UsageError with the nearest name when there is no such cluster, or several are meant
   */
  async check(cluster?: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<ClusterHealth> {
    if (this.#closed) throw closedError();
    const name = await this.#fleet.only(cluster);
    const { signal } = options;
    try {
      const connection = await this.#fleet.connection(name);
      const health = await probe(connection.during({ origin: 'health', signal }), Date.now());
      signal?.throwIfAborted();
      return health;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isFairlead(error)) throw error;
      // Its part of the configuration is wrong: it cannot even be asked.
      return { status: 'unknown', reach: 'unreachable', reasons: [error.message], milliseconds: 0 };
    }
  }

  /** What each cluster was like when it was asked last; empty while nobody watches. */
  get latest(): ReadonlyMap<string, ClusterHealth> {
    return this.#monitor.latest;
  }

  /**
   * Probes all clusters in the background and tells what happens to them. Probing begins with the first watch and ends
   * with the last; a cluster that does not answer is asked ever more rarely, and delays no other.
   * @example
   * for await (const event of manager.health.watch({ signal })) {
   *   if (event.kind === 'lost') console.warn(event.cluster, event.health.reasons.join('; '));
   * }
   */
  watch(options: { readonly signal?: AbortSignal | undefined } = {}): HealthWatch {
    if (this.#closed) throw closedError();
    return this.#monitor.watch(options);
  }

  /** @internal */
  refresh(cluster?: string): void {
    this.#monitor.refresh(cluster);
  }

  /** @internal */
  close(): void {
    this.#closed = true;
    this.#monitor.close();
  }
}
