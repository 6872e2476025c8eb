import { createGate, createResponseFilter, type Audit, type Policy } from '../access/index.ts';
import { Connection, Transport, type ClusterTarget, type TransportOptions } from '../kubernetes/index.ts';
import { isFairlead, quoted, UsageError } from '../platform/index.ts';
import { memberOf, type Member } from './members.ts';
import { Roster, type Roll, type RosterOptions } from './roster.ts';
import { parseScope, type Scope } from './scope.ts';
import { selectClusters } from './selection.ts';
import type { ClusterSpec } from './spec.ts';

export interface FleetOptions extends Omit<RosterOptions, 'env'> {
  /** The namespace to begin with. @default the one of the cluster's context */
  readonly namespace?: string | undefined;
  readonly transport?: TransportOptions | undefined;
  readonly policy: Policy;
  readonly audit: Audit;
  /** Shows the values of Secrets that are asked for as such, for programs; the policy must grant `secrets`. @default false */
  readonly revealSecrets?: boolean | undefined;
  /** Told of what is risky or broken about the configuration, a sentence each. */
  readonly onProblem?: ((message: string) => void) | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A cluster as the configuration has it; nothing was asked of it yet. */
export interface ClusterEntry {
  readonly name: string;
  readonly title?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** True for the one that is used when none is named. */
  readonly current: boolean;
  readonly server?: string | undefined;
  readonly identity?: string | undefined;
  readonly namespace?: string | undefined;
  /** Why it cannot be used: its part of the configuration is wrong. */
  readonly problem?: string | undefined;
}

interface Connected {
  readonly connection: Connection;
  readonly fingerprint: string;
  readonly retire: () => void;
}

/**
 * All clusters that this process knows, each behind the one gate. Nothing is read or contacted before it is needed;
 * what was read is read again when the files change, and calls in flight end on the connections that they began with.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #roster: Roster;
  readonly #connections = new Map<string, Connected>();
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#env = options.env ?? process.env;
    this.#roster = new Roster({ ...options, env: this.#env });
  }

  /** The names of all clusters, in the configuration's order. */
  async names(): Promise<readonly string[]> {
    return [...(await this.#look()).members.keys()];
  }

  /** All clusters, as far as the configuration tells. */
  async clusters(): Promise<readonly ClusterEntry[]> {
    const { members, current } = await this.#look();
    return Promise.all(
      [...members.values()].map(async (member): Promise<ClusterEntry> => {
        const { name, title, labels } = member;
        const entry = { name, title, labels, current: name === current };
        try {
          const { server, credentials, namespace } = await member.target();
          return { ...entry, server, identity: credentials.identity, namespace: member.namespace ?? namespace };
        } catch (error) {
          if (!isFairlead(error)) throw error;
          return { ...entry, problem: error.message };
        }
      }),
    );
  }

  /** The cluster that is used when none is named; undefined when the configuration names none. */
  async currentName(): Promise<string | undefined> {
    return (await this.#look()).current;
  }

  /**
   * The clusters that an argument means: a name, several by comma, `*`, a label match.
   * @param chosen the session's current cluster, before the configuration's
   * @throws UsageError with the nearest name
   */
  async select(text: string | undefined, chosen?: string): Promise<readonly string[]> {
    return selected(await this.#look(), text, chosen);
  }

  /**
   * The one cluster that an argument means.
   * @param name @default the current one
   * @throws UsageError with the nearest name when there is no such cluster, several, or none at all
   */
  async only(name?: string): Promise<string> {
    return onlyOne(await this.#look(), name).name;
  }

  /**
   * The connection to a cluster, made with the first use.
   * @param name what means one cluster alone. @default the current one
   * @throws UsageError with the nearest name when there is no such cluster, several, or none at all; `closed`
   */
  async connection(name?: string): Promise<Connection> {
    const member = onlyOne(await this.#look(), name);
    const connected = this.#connections.get(member.name);
    if (connected?.fingerprint === member.fingerprint) return connected.connection;
    const target = await member.target();
    // Another call may have come here first while the target was read.
    const meanwhile = this.#connections.get(member.name);
    if (meanwhile?.fingerprint === member.fingerprint) return meanwhile.connection;
    if (this.#closed) throw new UsageError('The connections to all clusters are closed.', { code: 'closed' });
    meanwhile?.retire();
    const made = this.#connect(member, target);
    this.#connections.set(member.name, made);
    return made.connection;
  }

  /**
   * The namespaces that a question is about: the argument, else what was chosen (`kube_use`, then the setting or
   * `NAMESPACE`), else the context's or the pod's own, else `default`.
   */
  scope(argument: string | undefined, chosen: string | undefined, connection: Connection): Scope {
    return parseScope(argument) ?? [chosen ?? this.#options.namespace ?? connection.namespace ?? 'default'];
  }

  /**
   * Adds a cluster, or puts another definition in the place of the one with its name. Calls in flight go on.
   * @throws UsageError when the definition cannot be used; nothing has changed then
   */
  async add(spec: ClusterSpec): Promise<void> {
    if (spec.name === '' || spec.name.length > 253)
      throw new UsageError(`${quoted(spec.name, 60)} is no name for a cluster.`, { code: 'invalid-cluster', field: 'name' });
    const member = await memberOf(spec, this.#env);
    await member.target();
    this.#roster.set(spec);
  }

  /**
   * Removes a cluster that was added. Calls in flight go on.
   * @throws UsageError with the nearest name when none of that name was added
   */
  async remove(name: string): Promise<void> {
    if (this.#roster.delete(name)) return this.#drop(name);
    throw new UsageError(`Cluster ${await this.only(name)} comes from a kubeconfig; remove its context there.`, {
      code: 'unknown-cluster',
      field: 'name',
    });
  }

  /** Puts other clusters in the place of those that were given, when a configuration was read anew. */
  replace(clusters: readonly ClusterSpec[]): void {
    this.#roster.replace(clusters);
  }

  /** Ends all connections, and makes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(open.map(({ connection }) => connection.close()));
  }

  async #look(): Promise<Roll> {
    const roll = await this.#roster.look();
    for (const name of this.#connections.keys()) if (!roll.members.has(name)) this.#drop(name);
    return roll;
  }

  #connect(member: Member, target: ClusterTarget): Connected {
    for (const warning of target.warnings ?? []) this.#options.onProblem?.(warning);
    const transport = new Transport(target, { ...this.#options.transport, ...member.transport });
    const connection = Connection.create({
      cluster: member.name,
      namespace: member.namespace,
      transport,
      gate: createGate(this.#options.policy, this.#options.audit),
      filter: createResponseFilter({ policy: this.#options.policy, revealSecrets: this.#options.revealSecrets }),
    });
    return { connection, fingerprint: member.fingerprint, retire: () => transport.retire() };
  }

  #drop(name: string): void {
    this.#connections.get(name)?.retire();
    this.#connections.delete(name);
  }
}

/** Where clusters are missing because the kubeconfig cannot be read, the error says that as well. */
function selected({ members, current, problem }: Roll, text: string | undefined, chosen?: string): readonly string[] {
  try {
    return selectClusters(
      text,
      [...members.values()].map(({ name, labels }) => ({ name, labels })),
      chosen ?? current,
    );
  } catch (error) {
    if (problem === undefined || !(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} ${problem.message}`, { code: error.code, advice: problem.advice, cause: error });
  }
}

function onlyOne(roll: Roll, name: string | undefined): Member {
  const named = roll.members.get(name ?? '');
  if (named !== undefined) return named;
  const names = selected(roll, name);
  const [first = ''] = names;
  const member = roll.members.get(first);
  if (member !== undefined && names.length === 1) return member;
  throw new UsageError(`${quoted(name, 80)} means ${names.length} clusters, and one is needed here.`, {
    code: 'several-clusters',
    field: 'cluster',
    advice: `Name one of them: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`,
  });
}
