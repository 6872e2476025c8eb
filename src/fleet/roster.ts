import { delimiter } from 'node:path';

import { kubeconfigPaths } from '../kubernetes/index.ts';
import { isFairlead, type FairleadError } from '../platform/index.ts';
import {
  filesOf,
  inClusterMember,
  kubeconfigMembers,
  memberOf,
  signatureOf,
  type KubeconfigMembers,
  type Member,
} from './members.ts';
import type { ClusterSpec } from './spec.ts';

export interface RosterOptions {
  /** Kubeconfig files, separated as in `KUBECONFIG`. Wins over `KUBECONFIG` and over being in a pod. */
  readonly kubeconfig?: string | undefined;
  /** Whether contexts of kubeconfig files, or the pod's own cluster, are clusters. @default true */
  readonly discover?: boolean | undefined;
  /** Clusters beside those; one of the same name as a context stands in its place. */
  readonly clusters?: readonly ClusterSpec[] | undefined;
  /** The cluster to begin with. @default the kubeconfig's current context, or the only cluster there is */
  readonly context?: string | undefined;
  /** Told of what is broken about the configuration, a sentence each. */
  readonly onProblem?: ((message: string) => void) | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Which clusters there are. */
export interface Roll {
  /** In the configuration's order. */
  readonly members: ReadonlyMap<string, Member>;
  /** The one that is meant when none is named; it may be one that is not there. */
  readonly current: string | undefined;
  /** Why the kubeconfig could not be read, and something else holds in its place. */
  readonly problem: FairleadError | undefined;
}

interface State extends Roll {
  readonly found: KubeconfigMembers;
  readonly signature: string;
  /** Which version of the clusters that were given this is made of. */
  readonly version: number;
}

/** A changed file is noticed with the next call, but looked for no more often than this, in milliseconds. */
const LOOK_AGAIN = 1_000;
/** A file that changed less long ago, in milliseconds, may be half-written: what was read before holds meanwhile. */
const SETTLES_IN = 300;

const NOBODY: KubeconfigMembers = { members: [], current: undefined };

/** The clusters of kubeconfig files, or of the pod, and those that were given: read when needed, and anew when files change. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #given = new Map<string, ClusterSpec>();
  #version = 0;
  #state: State | undefined;
  #reading: Promise<State> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RosterOptions) {
    this.#options = options;
    for (const spec of options.clusters ?? []) this.#given.set(spec.name, spec);
  }

  /** @throws UsageError when nothing is known yet and the kubeconfig cannot be read */
  async look(): Promise<Roll> {
    const state = this.#state;
    if (state?.version === this.#version && performance.now() - this.#lookedAt < LOOK_AGAIN) return state;
    this.#reading ??= this.#refresh().finally(() => (this.#reading = undefined));
    const read = await this.#reading;
    // A cluster that was added while the files were read is not in what they gave.
    return read.version === this.#version ? read : this.look();
  }

  /** Adds a cluster, or puts it in the place of the one with its name. */
  set(spec: ClusterSpec): void {
    this.#given.set(spec.name, spec);
    this.#version++;
  }

  /** Removes a cluster that was given. @returns false when there is none of that name */
  delete(name: string): boolean {
    if (!this.#given.delete(name)) return false;
    this.#version++;
    return true;
  }

  /** Puts others in the place of all that were given. */
  replace(specs: readonly ClusterSpec[]): void {
    this.#given.clear();
    for (const spec of specs) this.#given.set(spec.name, spec);
    this.#version++;
  }

  async #refresh(): Promise<State> {
    const before = this.#state;
    const version = this.#version;
    const given = [...this.#given.values()];
    const { signature, changedAt } = await signatureOf([
      ...this.#ownFiles(),
      ...given.flatMap((spec) => filesOf(spec, this.#env)),
    ]);
    const isNew = before?.signature !== signature;
    if (before?.version === version) {
      if (isNew && Math.abs(Date.now() - changedAt) < SETTLES_IN) return before;
      this.#lookedAt = performance.now();
      if (!isNew) return before;
    }
    const { found, problem } = isNew ? await this.#find(before, given.length > 0) : before;
    const members = new Map(found.members.map((member) => [member.name, member]));
    for (const spec of given) members.set(spec.name, await memberOf(spec, this.#env));
    const [only] = members.keys();
    // A single cluster needs no name to be meant.
    const current = this.#options.context ?? found.current ?? (members.size === 1 ? only : undefined);
    this.#state = { found, problem, members, current, signature, version };
    this.#lookedAt = performance.now();
    return this.#state;
  }

  /** What the files say; where they cannot be read, what they said before, and failing that those that were given alone. */
  async #find(before: State | undefined, isEnough: boolean): Promise<Pick<State, 'found' | 'problem'>> {
    try {
      return { found: await this.#discover(), problem: undefined };
    } catch (error) {
      if (!isFairlead(error) || (before === undefined && !isEnough)) throw error;
      this.#options.onProblem?.(
        `${error.message} ${before === undefined ? 'Its clusters are left out.' : 'What was read of it before stays in force.'}`,
      );
      return { found: before?.found ?? NOBODY, problem: error };
    }
  }

  async #discover(): Promise<KubeconfigMembers> {
    if (this.#options.discover === false) return NOBODY;
    const paths = this.#paths();
    const named = paths !== undefined || (this.#env['KUBECONFIG'] ?? '') !== '';
    const own = named ? undefined : inClusterMember(this.#env);
    return own === undefined ? kubeconfigMembers(paths, this.#env) : { members: [own], current: own.name };
  }

  #ownFiles(): readonly string[] {
    return this.#options.discover === false ? [] : kubeconfigPaths({ paths: this.#paths(), env: this.#env });
  }

  /** The kubeconfig files of the setting; undefined when the environment decides. */
  #paths(): readonly string[] | undefined {
    const explicit = this.#options.kubeconfig?.split(delimiter).filter((path) => path !== '') ?? [];
    return explicit.length === 0 ? undefined : explicit;
  }

  get #env(): NodeJS.ProcessEnv {
    return this.#options.env;
  }
}
