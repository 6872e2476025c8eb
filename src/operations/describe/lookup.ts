import { messageOf } from '../../platform/index.ts';
import {
  getObject,
  groupOf,
  isKubernetesError,
  listMetadata,
  listPage,
  type Connection,
  type KindIndex,
  type KubernetesObject,
  type ResourceKind,
  type Selection,
} from '../../kubernetes/index.ts';
import type { Unknown } from './facts.ts';

/** At most so many objects of a kind are looked at for one description. */
export const MOST = 500;

export interface Found {
  readonly items: readonly KubernetesObject[];
  /** False when there are more than `MOST`. */
  readonly complete: boolean;
}

/**
 * Looks for what surrounds an object. What cannot be read is noted and comes back as undefined, so that one right that
 * is missing takes nothing else away, and nothing unknown is taken for good.
 */
export class Lookup {
  readonly connection: Connection;
  readonly #index: KindIndex;
  readonly #unknown = new Map<string, Unknown>();

  constructor(connection: Connection, index: KindIndex) {
    this.connection = connection;
    this.#index = index;
  }

  get unknown(): Unknown[] {
    return [...this.#unknown.values()];
  }

  /** The kind as the server prefers it; undefined when the server does not have it. */
  kind(group: string, kind: string): ResourceKind | undefined {
    return this.#index.kinds.find((entry) => entry.group === group && entry.kind === kind && entry.preferred);
  }

  ofObject(apiVersion: string, kind: string): ResourceKind | undefined {
    return this.#index.ofObject(apiVersion, kind) ?? this.kind(groupOf(apiVersion), kind);
  }

  /** All of a selection, up to `MOST`; undefined when they cannot be read. A kind that is not served has no objects. */
  async list(group: string, kind: string, selection: Selection, what?: string): Promise<Found | undefined> {
    const resource = this.kind(group, kind);
    if (resource === undefined) return { items: [], complete: true };
    return this.#noted(what ?? resource.resource, async () => {
      const page = await listPage(this.connection, resource, { ...selection, limit: MOST });
      const more = page.metadata.continue !== undefined && page.metadata.continue !== '';
      if (more) this.note(what ?? resource.resource, `there are more than ${MOST}; the first ${MOST} were looked at`);
      return { items: page.items, complete: !more };
    });
  }

  /** What only adds to what is known: when it cannot be read, nothing is missing, and nothing is noted. */
  async hint<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch {
      this.connection.call.signal?.throwIfAborted();
      return undefined;
    }
  }

  /** The names of all of a kind in a namespace; empty when they cannot be read. */
  async names(group: string, kind: string, namespace: string | undefined): Promise<string[]> {
    const resource = this.kind(group, kind);
    if (resource === undefined) return [];
    const page = await this.hint(async () => listMetadata(this.connection, resource, { namespace, limit: MOST }));
    return (page?.items ?? []).flatMap(({ metadata }) => metadata?.name ?? []);
  }

  /** One object; null when there is none, undefined when that cannot be known. */
  async get(
    resource: ResourceKind | undefined,
    target: { readonly namespace?: string | undefined; readonly name: string; readonly metadataOnly?: boolean },
  ): Promise<KubernetesObject | null | undefined> {
    if (resource === undefined) return undefined;
    const namespace = resource.namespaced ? target.namespace : undefined;
    return this.#noted(`${resource.singular || resource.resource} ${target.name}`, async () => {
      try {
        return await getObject(this.connection, resource, { ...target, namespace });
      } catch (error) {
        if (isKubernetesError(error, 'not-found')) return null;
        throw error;
      }
    });
  }

  note(what: string, reason: string): void {
    this.#unknown.set(what, { what, reason });
  }

  /** Runs a part that may fail without taking the rest along. */
  async attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    return this.#noted(what, work);
  }

  async #noted<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      // The caller has gone: there is nobody to tell what is unknown.
      this.connection.call.signal?.throwIfAborted();
      this.note(what, isKubernetesError(error) ? error.code : messageOf(error).slice(0, 200));
      return undefined;
    }
  }
}
