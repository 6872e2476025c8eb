import { flat } from '../../flat.ts';
import type { KubeObject } from '../../model.ts';

export const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

export const keyOfObject = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);

/** The objects of one resource, in the order of etcd's keys: namespace, then name. */
export class Shelf {
  readonly #objects = new Map<string, KubeObject>();
  #keys: string[] = [];
  /** Keys that came since the others were put in order. */
  #added: string[] = [];

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (this.#objects.has(key)) {
      this.#objects.set(key, object);
      return;
    }
    const kept = flat(key);
    this.#added.push(kept);
    this.#objects.set(kept, object);
  }

  delete(key: string): void {
    if (!this.#objects.delete(key)) return;
    this.#order();
    const place = placeOf(this.#keys, key);
    if (this.#keys[place] === key) this.#keys.splice(place, 1);
  }

  /** @param namespace @default all */
  list(namespace?: string): readonly KubeObject[] {
    this.#order();
    if (namespace === undefined || namespace === '') return this.#keys.map((key) => this.#objects.get(key) as KubeObject);
    const found: KubeObject[] = [];
    const prefix = `${namespace}/`;
    for (let place = placeOf(this.#keys, prefix); this.#keys[place]?.startsWith(prefix) === true; place++) {
      found.push(this.#objects.get(this.#keys[place] as string) as KubeObject);
    }
    return found;
  }

  #order(): void {
    if (this.#added.length === 0) return;
    // Few are put where they belong, many are sorted once.
    if (this.#added.length < 16) for (const key of this.#added) this.#keys.splice(placeOf(this.#keys, key), 0, key);
    else this.#keys = [...this.#keys, ...this.#added].sort((a, b) => (a < b ? -1 : 1));
    this.#added = [];
  }
}

/** Where a key stands or would stand. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
