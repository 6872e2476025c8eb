import { delimiter } from 'node:path';

import { createAudit, normalisePolicy, revealing, type Audit, type AuditLine, type Policy } from '../access/index.ts';
import { createChanges, openChangeStore, type ChangeStore } from '../changes/index.ts';
import { Fleet, type ClusterEntry, type ClusterSpec } from '../fleet/index.ts';
import { readKubeconfig, type Connection } from '../kubernetes/index.ts';
import { messageOf, quoted, UsageError } from '../platform/index.ts';
import { ChangeLog } from './change-log.ts';
import { Client, type ClientOptions } from './client.ts';
import { closedError } from './closed.ts';
import { Health } from './health.ts';
import { checkOptions, keyOf, SETTING_NAMES, type ClusterManagerOptions } from './options.ts';

/** A context of a kubeconfig, whether it is one of the manager's clusters or not. */
export interface KubeconfigContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
  readonly current: boolean;
}

/**
 * Many clusters behind one policy: each has a name, is reached when it is first used, and keeps its connections.
 *
 * Contexts of the kubeconfig are there from the start, and followed when the file changes; others are added from a
 * context of any file, or from an address with a way to log in.
 * @example
 * await using manager = new ClusterManager({ policy: { mode: 'direct' } });
 * await manager.client('prod').deployments.scale('web', 3, { namespace: 'shop', wait: true });
 */
export class ClusterManager implements AsyncDisposable {
  /** How the clusters are, now and from now on. */
  readonly health: Health;
  /** Plans, and the journal of what handlers and agents changed. */
  readonly changes: ChangeLog;
  readonly #options: ClusterManagerOptions;
  readonly #fleet: Fleet;
  readonly #audit: Audit;
  readonly #policy: Policy;
  readonly #store: ChangeStore;
  readonly #closing = new AbortController();
  readonly #added = new Set<string>();
  #closed = false;

  /** @throws UsageError where an option is none, cannot be, or contradicts another. Nothing is read or contacted yet. */
  constructor(options: ClusterManagerOptions = {}) {
    checkOptions(options);
    const journalKey = keyOf(options.journal?.key);
    this.#options = options;
    const onProblem = options.onProblem ?? ((message: string): void => process.emitWarning(message, 'FairleadWarning'));
    const policy = normalisePolicy({ ...options.policy, settingNames: SETTING_NAMES });
    this.#policy = policy;
    this.#audit = auditOf(options.audit, onProblem);
    for (const { name } of options.clusters ?? []) this.#added.add(name);
    this.#fleet = new Fleet({
      kubeconfig: typeof options.kubeconfig === 'object' ? options.kubeconfig.join(delimiter) : options.kubeconfig,
      discover: options.discover,
      clusters: options.clusters,
      context: options.context,
      namespace: options.namespace,
      transport: {
        ...(options.deadline !== undefined && { deadline: options.deadline }),
        ...(options.qps !== undefined && { qps: options.qps }),
        ...(options.burst !== undefined && { burst: options.burst }),
      },
      policy,
      // Whoever grants this to a program means the program; there is no agent that could be led astray.
      revealSecrets: policy.permissions.has('secrets'),
      audit: this.#audit,
      onProblem,
    });
    this.health = new Health(this.#fleet, options.health);
    this.#store = openChangeStore({ folder: options.journal?.folder, journalKey });
    const connect = async (cluster: string): Promise<Connection> => this.#connect(cluster, undefined);
    this.changes = new ChangeLog(createChanges({ connect, policy, store: this.#store }), policy);
  }

  /** All clusters, as far as the configuration tells; none of them is contacted. */
  async list(): Promise<readonly ClusterEntry[]> {
    this.#throwIfClosed();
    return this.#fleet.clusters();
  }

  /**
   * One cluster, as far as the configuration tells.
   * @param name @default the current one
   * @throws UsageError with the nearest name, or when several are meant
   */
  async get(name?: string): Promise<ClusterEntry> {
    const found = await this.#fleet.only(name);
    const entry = (await this.list()).find((each) => each.name === found);
    if (entry === undefined) throw new UsageError(`No cluster ${quoted(name, 80)}.`, { code: 'unknown-cluster', field: 'name' });
    return entry;
  }

  /**
   * The contexts of kubeconfig files, which `add` can make clusters of.
   * @param files @default those of the manager, else those of `KUBECONFIG`, else `~/.kube/config`
   * @throws UsageError when a file is not there, or cannot be understood
   */
  async contexts(files?: string | readonly string[]): Promise<readonly KubeconfigContextEntry[]> {
    const wanted = files ?? this.#options.kubeconfig;
    const paths = typeof wanted === 'string' ? wanted.split(delimiter) : wanted;
    const { contexts, currentContext } = await readKubeconfig({ paths });
    return contexts.map(({ name, cluster, user, namespace }) => ({
      name,
      cluster,
      user,
      namespace,
      current: name === currentContext,
    }));
  }

  /**
   * Adds a cluster. It is not contacted, but its definition is checked.
   * @throws UsageError when one of that name was added before, or the definition cannot be used
   * @example
   * await manager.add({ name: 'prod', source: { kind: 'kubeconfig', paths: ['/etc/prod.yaml'], context: 'admin' } });
   * await manager.add({
   *   name: 'edge',
   *   labels: { environment: 'prod' },
   *   source: { kind: 'server', server: 'https://10.0.0.1:6443', ca: { file: 'ca.pem' }, login: { kind: 'token-file', file: 'token' } },
   * });
   */
  async add(cluster: ClusterSpec): Promise<void> {
    this.#throwIfClosed();
    if (this.#added.has(cluster.name)) {
      throw new UsageError(`There is a cluster ${quoted(cluster.name, 80)} already.`, {
        code: 'cluster-exists',
        field: 'name',
        advice: 'To put another definition in its place, use update.',
      });
    }
    // Before it is checked, so that of two at the same time one is refused.
    this.#added.add(cluster.name);
    try {
      await this.#fleet.add(cluster);
    } catch (error) {
      this.#added.delete(cluster.name);
      throw error;
    }
    this.health.refresh();
  }

  /**
   * Puts another definition in the place of the one that was added under this name. Calls in flight end on the old one.
   * @throws UsageError when there is none, or the definition cannot be used; then nothing has changed
   */
  async update(cluster: ClusterSpec): Promise<void> {
    this.#throwIfClosed();
    if (!this.#added.has(cluster.name)) {
      throw new UsageError(`No cluster ${quoted(cluster.name, 80)} was added.`, {
        code: 'unknown-cluster',
        field: 'name',
        advice: `Added: ${[...this.#added].join(', ') || 'none'}.`,
      });
    }
    await this.#fleet.add(cluster);
    this.health.refresh(cluster.name);
  }

  /**
   * Removes a cluster that was added. Calls in flight go on.
   * @throws UsageError with the nearest name when none of that name was added
   */
  async remove(name: string): Promise<void> {
    this.#throwIfClosed();
    await this.#fleet.remove(name);
    this.#added.delete(name);
    this.health.refresh();
  }

  /**
   * A client for one cluster. It follows the cluster's definition: after an update its calls go the new way.
   * @param cluster a name, or what means one cluster alone, such as `environment=prod`. @default the current one
   */
  client(cluster?: string, options: ClientOptions = {}): Client {
    return new Client({
      connect: async (signal) => this.#connect(cluster, signal),
      namespace: (connection) => options.namespace ?? this.#options.namespace ?? connection.namespace,
      changes: this.changes,
      reveal: () => revealing(this.#policy),
      closing: this.#closing.signal,
    });
  }

  /** Ends all connections and all watching. What is under way fails; closing twice is closing once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.health.close();
    this.#closing.abort();
    try {
      await this.#fleet.close();
    } finally {
      this.#store.close();
      await this.#audit.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #connect(cluster: string | undefined, signal: AbortSignal | undefined): Promise<Connection> {
    this.#throwIfClosed();
    return (await this.#fleet.connection(cluster)).during({ origin: 'library', signal });
  }

  #throwIfClosed(): void {
    if (this.#closed) throw closedError();
  }
}

function auditOf(audit: ClusterManagerOptions['audit'], onProblem: (message: string) => void): Audit {
  if (typeof audit !== 'function') return createAudit({ target: audit, onProblem });
  const write = (line: AuditLine): void => {
    try {
      audit(line);
    } catch (error) {
      // A request that was sent must not fail of what is told about it.
      onProblem(`The function that takes audit lines has failed: ${messageOf(error)}`);
    }
  };
  return { enabled: true, write, close: async () => undefined };
}
