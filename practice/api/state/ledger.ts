import type { Cancel, KubeObject, StoreEvent } from '../../model.ts';
import type { Change, History } from './history.ts';
import { Shelf } from './shelf.ts';

type Listener = (event: StoreEvent) => void;

const ALL = '*';

/** Every object and its last changes, under one count of revisions: what etcd is to an API server. Knows no rules. */
export class Ledger {
  readonly history: History;
  readonly #shelves = new Map<string, Shelf>();
  /** Objects by the uids of their owners. */
  readonly #owned = new Map<string, Set<KubeObject>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #undelivered: Change[] = [];
  #delivering = false;
  #revision = 1;

  constructor(history: History) {
    this.history = history;
  }

  get revision(): number {
    return this.#revision;
  }

  get(shelf: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shelves.get(shelf)?.get(namespace, name);
  }

  list(shelf: string, namespace?: string): readonly KubeObject[] {
    return this.#shelves.get(shelf)?.list(namespace) ?? [];
  }

  count(shelf: string): number {
    return this.#shelves.get(shelf)?.size ?? 0;
  }

  ownedBy(uid: string): readonly KubeObject[] {
    return [...(this.#owned.get(uid) ?? [])];
  }

  /** Stores an object under the next revision; returns it as it was stored. */
  put(shelf: string, object: KubeObject, before?: KubeObject): KubeObject {
    const stored = this.#numbered(object);
    this.#shelf(shelf).set(stored);
    this.#changeOwners(before, stored);
    const type = before === undefined ? 'ADDED' : 'MODIFIED';
    this.#tell({ type, object: stored, ...(before !== undefined && { before }), shelf, revision: this.#revision });
    return stored;
  }

  /**
   * Takes an object out. Watches are told what was stored, with the finalizer that the last update took away.
   * @param last what that update made of it, for whoever sent it. @default before
   */
  remove(shelf: string, before: KubeObject, last: KubeObject = before): KubeObject {
    const gone = this.#numbered(before);
    this.#shelf(shelf).delete(before);
    this.#changeOwners(before, undefined);
    this.#tell({ type: 'DELETED', object: gone, before, shelf, revision: this.#revision });
    return { ...last, metadata: { ...last.metadata, resourceVersion: gone.metadata.resourceVersion } };
  }

  /** @param shelf `*` for all */
  listen(shelf: string, listener: Listener): Cancel {
    const listeners = this.#listeners.get(shelf) ?? new Set();
    this.#listeners.set(shelf, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #numbered(object: KubeObject): KubeObject {
    this.#revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
  }

  #shelf(name: string): Shelf {
    let shelf = this.#shelves.get(name);
    if (shelf === undefined) this.#shelves.set(name, (shelf = new Shelf()));
    return shelf;
  }

  #changeOwners(before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const { uid } of before?.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(uid);
      if (before !== undefined && owned?.delete(before) === true && owned.size === 0) this.#owned.delete(uid);
    }
    for (const { uid } of after?.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(uid) ?? new Set();
      if (after !== undefined) this.#owned.set(uid, owned.add(after));
    }
  }

  /** What a listener writes is told after what it is being told, so that all hear everything in one order. */
  #tell(change: Change): void {
    this.history.add(change);
    this.#undelivered.push(change);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
        for (const listener of this.#listeners.get(next.shelf) ?? []) listener(next);
        for (const listener of this.#listeners.get(ALL) ?? []) listener(next);
      }
    } finally {
      this.#delivering = false;
    }
  }
}
