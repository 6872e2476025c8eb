import { systemClock, type Clock } from '../platform/index.ts';
import { EventQueue } from './event-queue.ts';
import type { ClusterHealth } from './health.ts';

/** What happened to a cluster, as far as probing it tells. `at` is in milliseconds since the epoch. */
export type HealthEvent = { readonly at: number } & (
  | { /** Probed for the first time. */ readonly kind: 'found'; readonly cluster: string; readonly health: ClusterHealth }
  | {
      /** Its status is another one than before, or why it does not answer. */
      readonly kind: 'changed';
      readonly cluster: string;
      readonly health: ClusterHealth;
      readonly before: ClusterHealth;
    }
  | {
      /** It answered before, and does no more. */
      readonly kind: 'lost';
      readonly cluster: string;
      readonly health: ClusterHealth;
      readonly before: ClusterHealth;
    }
  | {
      /** It answers again. */
      readonly kind: 'back';
      readonly cluster: string;
      readonly health: ClusterHealth;
      /** Milliseconds since it was last seen to answer, or since it was found. */
      readonly missing: number;
    }
  | { /** It is none of the clusters any more. */ readonly kind: 'removed'; readonly cluster: string }
  | { /** The listener was too slow for so many events, which are lost. */ readonly kind: 'missed'; readonly count: number }
);

export interface MonitorOptions {
  /** The names of all clusters; asked again and again. May fail while a configuration is broken. */
  readonly clusters: () => Promise<readonly string[]>;
  /** Asks one cluster how it is. A cluster that does not answer is an answer, too; it never rejects but when aborted. */
  readonly probe: (cluster: string, signal: AbortSignal) => Promise<ClusterHealth>;
  /** Milliseconds between two probes of a cluster that answers. @default 30_000 */
  readonly interval?: number | undefined;
  /** Milliseconds between two probes of one that does not, at most: the interval doubles up to it. @default 300_000 */
  readonly longest?: number | undefined;
  readonly clock?: Clock | undefined;
  /** For the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** How far a delay may be from what it should be: clusters that died together are not asked together for ever. */
const JITTER = 0.1;

interface Followed {
  readonly controller: AbortController;
  /** Cuts the pause short. */
  wake: AbortController;
  health: ClusterHealth | undefined;
  answeredAt: number;
}

/**
 * Probes every cluster in the background: each by itself, so that a dead one delays no other, at a steady interval while
 * it answers and ever more rarely while it does not.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #clock: Clock;
  readonly #followed = new Map<string, Followed>();
  readonly #listeners = new Set<EventQueue<HealthEvent>>();
  #running: AbortController | undefined;
  #looking: AbortController = new AbortController();

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** What each cluster was like when it was asked last. */
  get latest(): ReadonlyMap<string, ClusterHealth> {
    return new Map([...this.#followed].flatMap(([name, { health }]) => (health === undefined ? [] : [[name, health] as const])));
  }

  /**
   * What happens from now on; first each cluster that is known already, as `found`. Probing begins with the first
   * listener and ends with the last.
   */
  watch(options: { readonly signal?: AbortSignal | undefined } = {}): EventQueue<HealthEvent> {
    const queue = new EventQueue<HealthEvent>({
      missed: (count) => ({ kind: 'missed', count, at: this.#clock.now() }),
      signal: options.signal,
      onClose: () => {
        this.#listeners.delete(queue);
        if (this.#listeners.size === 0) this.#stop();
      },
    });
    if (options.signal?.aborted === true) return queue;
    this.#listeners.add(queue);
    for (const [cluster, health] of this.latest) queue.push({ kind: 'found', cluster, health, at: this.#clock.now() });
    this.#start();
    return queue;
  }

  /** Looks at once which clusters there are, and probes this one at once: something about it has changed. */
  refresh(cluster?: string): void {
    if (cluster !== undefined) this.#followed.get(cluster)?.wake.abort();
    this.#looking.abort();
  }

  /** Ends all listening, and with it all probing. */
  close(): void {
    for (const queue of this.#listeners) queue.close();
    this.#stop();
  }

  #start(): void {
    if (this.#running !== undefined) return;
    this.#running = new AbortController();
    void this.#keepRoster(this.#running.signal);
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    for (const { controller } of this.#followed.values()) controller.abort();
    this.#followed.clear();
  }

  /** Follows who comes and goes. */
  async #keepRoster(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#looking = new AbortController();
      const names = await this.#options.clusters().catch(() => undefined);
      if (signal.aborted) return;
      // While the configuration is broken nobody has come or gone.
      if (names !== undefined) this.#compare(new Set(names));
      await this.#pause(this.#interval, signal, this.#looking.signal);
    }
  }

  #compare(names: ReadonlySet<string>): void {
    for (const [name, { controller }] of this.#followed) {
      if (names.has(name)) continue;
      controller.abort();
      this.#followed.delete(name);
      this.#tell({ kind: 'removed', cluster: name, at: this.#clock.now() });
    }
    for (const name of names) {
      if (this.#followed.has(name)) continue;
      const followed: Followed = {
        controller: new AbortController(),
        wake: new AbortController(),
        health: undefined,
        answeredAt: this.#clock.now(),
      };
      this.#followed.set(name, followed);
      void this.#follow(name, followed);
    }
  }

  async #follow(name: string, followed: Followed): Promise<void> {
    const { signal } = followed.controller;
    let failures = 0;
    while (!signal.aborted) {
      followed.wake = new AbortController();
      const health = await this.#options.probe(name, signal).catch((): undefined => undefined);
      if (signal.aborted) return;
      if (health !== undefined) this.#record(name, followed, health);
      failures = health?.reach === 'answered' ? 0 : failures + 1;
      const delay = Math.min(this.#options.longest ?? 300_000, this.#interval * 2 ** Math.max(0, failures - 1));
      const jitter = 1 + JITTER * (2 * (this.#options.random ?? Math.random)() - 1);
      await this.#pause(delay * jitter, signal, followed.wake.signal);
    }
  }

  #record(cluster: string, followed: Followed, health: ClusterHealth): void {
    const before = followed.health;
    const at = this.#clock.now();
    const [answers, answered] = [health.reach === 'answered', before?.reach === 'answered'];
    followed.health = health;
    if (before === undefined) this.#tell({ kind: 'found', cluster, health, at });
    else if (answers && !answered) this.#tell({ kind: 'back', cluster, health, missing: at - followed.answeredAt, at });
    else if (answered && !answers) this.#tell({ kind: 'lost', cluster, health, before, at });
    else if (health.status !== before.status || health.reach !== before.reach)
      this.#tell({ kind: 'changed', cluster, health, before, at });
    if (answers) followed.answeredAt = at;
  }

  #tell(event: HealthEvent): void {
    for (const queue of this.#listeners) queue.push(event);
  }

  get #interval(): number {
    return this.#options.interval ?? 30_000;
  }

  async #pause(milliseconds: number, ...signals: readonly AbortSignal[]): Promise<void> {
    // However it ends, whoever pauses looks at its own signal.
    await this.#clock.sleep(milliseconds, AbortSignal.any([...signals])).catch(() => undefined);
  }
}
