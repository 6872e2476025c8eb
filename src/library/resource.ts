import {
  applyObject,
  createObject,
  deleteCollection,
  deleteObject,
  getObject,
  listPages,
  numberAt,
  patchObject,
  replaceObject,
  type DeleteOptions,
  type Json,
  type KubernetesObject,
  type PatchType,
  type ResourceKind,
  type WriteOptions,
} from '../kubernetes/index.ts';
import type { Draft } from './draft.ts';
import {
  manyNamespaces,
  objectFor,
  oneNamespace,
  type CallOptions,
  type ListOptions,
  type ReadOptions,
  type Site,
} from './place.ts';
import { watchFrom, type ResourceEvent, type WatchOptions } from './watch.ts';

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Of the list: from here a watch misses nothing. Each namespace of several has its own. */
  readonly resourceVersion: string | undefined;
}

export interface ChangeOptions extends CallOptions, WriteOptions {
  /** `status`, `scale`, … */
  readonly subresource?: string | undefined;
}

/** How many replicas a workload is to have, and has. */
export interface Scale {
  readonly wanted: number;
  readonly current: number;
}

/**
 * One kind of one cluster. Made by `client.resource(kind)`; nothing is asked of the cluster before a method is called.
 *
 * Everything rejects with a KubernetesError when the cluster refuses or cannot be reached, a PolicyError when the
 * manager's policy forbids it, a UsageError when what was asked for cannot be meant.
 */
export class Resource<T extends KubernetesObject = KubernetesObject> {
  readonly #site: (signal: AbortSignal | undefined) => Promise<Site>;

  /** @internal */
  constructor(site: (signal: AbortSignal | undefined) => Promise<Site>) {
    this.#site = site;
  }

  /** What the cluster says about the kind: its group, version, plural, verbs, subresources. */
  async kind(options: Pick<CallOptions, 'signal'> = {}): Promise<ResourceKind> {
    return (await this.#site(options.signal)).kind;
  }

  /** @throws KubernetesError (`not-found`) */
  async get(name: string, options: ReadOptions = {}): Promise<T> {
    const site = await this.#site(options.signal);
    const { subresource } = options;
    const target = { name, namespace: oneNamespace(site, options), ...(subresource !== undefined && { subresource }) };
    return (await getObject(site.connection, site.kind, target)) as T;
  }

  /** All objects, one after the other, read page by page: a large list never stands in memory as a whole. */
  async *list(options: ListOptions = {}): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages(options)) yield* page.items;
  }

  /** The same by pages. A list that expires half-way begins anew, and no object comes twice. */
  async *pages(options: ListOptions = {}): AsyncGenerator<Page<T>, void, undefined> {
    const site = await this.#site(options.signal);
    const { labels, fields, limit } = options;
    for (const namespace of manyNamespaces(site, options)) {
      for await (const { items, metadata } of listPages(site.connection, site.kind, { namespace, labels, fields, limit })) {
        yield { items: items as readonly T[], resourceVersion: metadata.resourceVersion };
      }
    }
  }

  /** @throws KubernetesError: `conflict` when the name is taken, `invalid` with the fields at fault */
  async create(object: Draft<T>, options: Omit<ChangeOptions, 'subresource'> = {}): Promise<T> {
    const site = await this.#site(options.signal);
    return (await createObject(site.connection, site.kind, objectFor(site, object, options), writeOptions(options))) as T;
  }

  /**
   * Server-side apply: the object holds the fields that the caller wants to own, and no others.
   * @param options.force takes over fields that others own; without it they are a conflict that names the owners
   * @throws KubernetesError: `conflict` with a cause a field
   */
  async apply(object: Draft<T>, options: ChangeOptions & { readonly force?: boolean } = {}): Promise<T> {
    const site = await this.#site(options.signal);
    return (await applyObject(site.connection, site.kind, objectFor(site, object, options), writeOptions(options))) as T;
  }

  /** Replaces a whole object; with its resourceVersion, only while nobody else has changed it (`conflict`). */
  async replace(object: Draft<T>, options: ChangeOptions = {}): Promise<T> {
    const site = await this.#site(options.signal);
    return (await replaceObject(site.connection, site.kind, objectFor(site, object, options), writeOptions(options))) as T;
  }

  /**
   * @param patch a list of operations for the type `json`, a partial object otherwise
   * @param options.type `strategic` is for built-in kinds alone. @default 'merge'
   */
  async patch(
    name: string,
    patch: Draft<T> | readonly Json[],
    options: ChangeOptions & { readonly type?: PatchType } = {},
  ): Promise<T> {
    const site = await this.#site(options.signal);
    const { type = 'merge', subresource } = options;
    const target = { name, namespace: oneNamespace(site, options), subresource };
    return (await patchObject(site.connection, site.kind, target, type, patch as Json, writeOptions(options))) as T;
  }

  /** Deletes one object; what it becomes while finalizers hold it is told, else a Status. */
  async delete(name: string, options: CallOptions & DeleteOptions = {}): Promise<KubernetesObject> {
    const site = await this.#site(options.signal);
    return deleteObject(site.connection, site.kind, { name, namespace: oneNamespace(site, options) }, options);
  }

  /** Deletes all objects of a selection, in one namespace at a time. Without labels and fields that is all there are. */
  async deleteCollection(options: Omit<ListOptions, 'limit'> & DeleteOptions = {}): Promise<void> {
    const site = await this.#site(options.signal);
    const { labels, fields } = options;
    await deleteCollection(site.connection, site.kind, { namespace: oneNamespace(site, options), labels, fields }, options);
  }

  /**
   * The changes from a resourceVersion on; without one, from now on. It goes on when the server ends the stream, or the
   * connection breaks, and ends with the signal or when the loop is left.
   * @throws KubernetesError: `expired` when what was missed can no longer be had: list again, and watch from there
   */
  async *watch(options: WatchOptions = {}): AsyncGenerator<ResourceEvent<T>, void, undefined> {
    const site = await this.#site(options.signal);
    const [namespace, second] = manyNamespaces(site, options);
    // One stream has one place to go on from.
    if (second !== undefined) oneNamespace(site, options);
    for await (const event of watchFrom(site, namespace, options)) yield event as ResourceEvent<T>;
  }

  /**
   * How many replicas a workload has; with a number, that many are wanted from now on.
   * @throws KubernetesError (`not-found`) for kinds that cannot be scaled
   */
  async scale(name: string, replicas?: number, options: CallOptions & Pick<WriteOptions, 'dryRun'> = {}): Promise<Scale> {
    const found =
      replicas === undefined
        ? await this.get(name, { ...options, subresource: 'scale' })
        : await this.patch(name, [{ op: 'replace', path: '/spec/replicas', value: replicas }], {
            ...options,
            type: 'json',
            subresource: 'scale',
          });
    return { wanted: numberAt(found, 'spec', 'replicas') ?? 0, current: numberAt(found, 'status', 'replicas') ?? 0 };
  }
}

/** What of a call's options is the write's: its namespace stands in the object already. */
function writeOptions<O extends ChangeOptions>(options: O): Omit<O, 'namespace' | 'signal'> & { readonly subresource?: string } {
  const { namespace: _, signal: __, subresource, ...write } = options;
  return { ...write, ...(subresource !== undefined && { subresource }) } as Omit<O, 'namespace' | 'signal'> & {
    readonly subresource?: string;
  };
}
