import type { KubeObject } from '../../model.ts';

/** Tells an object from the others of its resource: `shop/cart`. */
export const keyOfObject = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

/** The objects of one resource, in the order of etcd's keys, which `keyOfObject` gives: `shop-eu/web` before `shop/cart`. */
export class Shelf {
  /** By namespace; those of no namespace have an empty one. */
  readonly #drawers = new Map<string, Drawer>();
  /** As keys begin: with the slash that ends a namespace. */
  readonly #prefixes = new Names();

  get size(): number {
    let sum = 0;
    for (const { size } of this.#drawers.values()) sum += size;
    return sum;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#drawers.get(namespace ?? '')?.get(name);
  }

  set(object: KubeObject): void {
    const { namespace = '' } = object.metadata;
    let drawer = this.#drawers.get(namespace);
    if (drawer === undefined) {
      this.#drawers.set(namespace, (drawer = new Drawer()));
      this.#prefixes.add(`${namespace}/`);
    }
    drawer.set(object);
  }

  delete({ metadata: { namespace = '', name } }: KubeObject): void {
    const drawer = this.#drawers.get(namespace);
    drawer?.delete(name);
    if (drawer?.size !== 0) return;
    this.#drawers.delete(namespace);
    this.#prefixes.delete(`${namespace}/`);
  }

  /** @param namespace @default all */
  list(namespace?: string): readonly KubeObject[] {
    if (namespace !== undefined && namespace !== '') return this.#drawers.get(namespace)?.list() ?? [];
    return this.#prefixes.sorted().flatMap((prefix) => this.#drawers.get(prefix.slice(0, -1))?.list() ?? []);
  }
}

/** The objects of one resource in one namespace, by the names that they have themselves: there are many, and none takes room of its own. */
class Drawer {
  readonly #objects = new Map<string, KubeObject>();
  readonly #names = new Names();

  get size(): number {
    return this.#objects.size;
  }

  get(name: string): KubeObject | undefined {
    return this.#objects.get(name);
  }

  set(object: KubeObject): void {
    const { name } = object.metadata;
    if (!this.#objects.has(name)) this.#names.add(name);
    this.#objects.set(name, object);
  }

  delete(name: string): void {
    if (this.#objects.delete(name)) this.#names.delete(name);
  }

  list(): readonly KubeObject[] {
    return this.#names.sorted().map((name) => this.#objects.get(name) as KubeObject);
  }
}

/** Names in their order, which is seen to when it is asked for. */
class Names {
  #sorted: string[] = [];
  /** Those that came since. */
  #added: string[] = [];

  add(name: string): void {
    this.#added.push(name);
  }

  delete(name: string): void {
    const names = this.#inOrder();
    const place = placeOf(names, name);
    if (names[place] === name) names.splice(place, 1);
  }

  sorted(): readonly string[] {
    return this.#inOrder();
  }

  #inOrder(): string[] {
    if (this.#added.length === 0) return this.#sorted;
    // Few are put where they belong, many are sorted once.
    if (this.#added.length < 16) for (const name of this.#added) this.#sorted.splice(placeOf(this.#sorted, name), 0, name);
    else this.#sorted = [...this.#sorted, ...this.#added].sort((a, b) => (a < b ? -1 : 1));
    this.#added = [];
    return this.#sorted;
  }
}

/** Where a name stands or would stand. */
function placeOf(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
