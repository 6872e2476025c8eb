import type { KubeObject, StoreEvent } from '../../model.ts';
import { keyOfObject } from './shelf.ts';

/** One change of one object. */
export interface Change extends StoreEvent {
  readonly shelf: string;
  readonly revision: number;
}

/** The last changes, as far back as a watch can begin and a list can be continued. */
export class History {
  readonly #most: number;
  #changes: Change[] = [];
  #compacted = 0;

  /** @param most changes that are kept at least; a quarter more at most */
  constructor(most: number) {
    this.#most = most;
  }

  /** What happened up to this revision is forgotten. */
  get compacted(): number {
    return this.#compacted;
  }

  add(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length < 1.25 * this.#most) return;
    this.compact((this.#changes[this.#changes.length - this.#most - 1] as Change).revision);
  }

  /** Forgets what happened up to a revision. */
  compact(revision: number): void {
    this.#changes = this.#changes.slice(this.#after(revision));
    this.#compacted = Math.max(this.#compacted, revision);
  }

  /** What happened on a shelf after a revision, in order. */
  since(revision: number, shelf: string): readonly Change[] {
    return this.#changes.slice(this.#after(revision)).filter((change) => change.shelf === shelf);
  }

  /** Objects as they were at a revision, given as they are now. */
  rewind(objects: readonly KubeObject[], revision: number, shelf: string, namespace?: string): readonly KubeObject[] {
    const changes = this.since(revision, shelf);
    if (changes.length === 0) return objects;
    const then = new Map(objects.map((object) => [keyOfObject(object), object]));
    for (const { object, before } of changes.toReversed()) {
      if (namespace !== undefined && namespace !== '' && object.metadata.namespace !== namespace) continue;
      if (before === undefined) then.delete(keyOfObject(object));
      else then.set(keyOfObject(object), before);
    }
    return [...then].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  #after(revision: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle] as Change).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
