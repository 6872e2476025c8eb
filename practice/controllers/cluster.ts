import type { Cancel, Clock, DeleteRequest, DraftObject, KubeObject, Random, Store, StoreEvent } from '../model.ts';
import { same } from '../same.ts';
import type { Shapes } from './resources.ts';
import { timestamp } from '../timestamp.ts';

export type Resource = keyof Shapes;

export interface Change<T extends KubeObject> {
  readonly type: StoreEvent['type'];
  readonly object: T;
  readonly before?: T;
}

/** The store as one component sees it: objects have the shape of their resource, and what it writes carries its name. */
export interface Cluster {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The time as Kubernetes writes it. */
  now(): string;
  get<R extends Resource>(resource: R, namespace: string | undefined, name: string): Shapes[R] | undefined;
  list<R extends Resource>(resource: R, namespace?: string): readonly Shapes[R][];
  /** Objects of a kind that an owner has. */
  ownedBy<R extends Resource>(kind: Shapes[R]['kind'], uid: string): readonly Shapes[R][];
  create<R extends Resource>(resource: R, object: DraftObject): Shapes[R];
  update<R extends Resource>(resource: R, object: Shapes[R]): Shapes[R];
  /** Writes a status, unless it is the one that is there. */
  setStatus<R extends Resource>(resource: R, object: Shapes[R], status: Shapes[R]['status']): Shapes[R];
  delete(resource: Resource, object: KubeObject, options?: DeleteRequest): void;
  /** What there is, as added, and everything that happens after it. */
  follow<R extends Resource>(resource: R, listener: (change: Change<Shapes[R]>) => void): Cancel;
}

/** @param manager the name in managedFields, such as `kubelet` */
export function clusterAs(store: Store, manager: string): Cluster {
  return {
    store,
    clock: store.clock,
    random: store.random,
    now: () => timestamp(store.clock.now()),
    get: <R extends Resource>(resource: R, namespace: string | undefined, name: string) =>
      store.get(resource, namespace, name) as Shapes[R] | undefined,
    list: <R extends Resource>(resource: R, namespace?: string) => store.list(resource, namespace) as readonly Shapes[R][],
    ownedBy: <R extends Resource>(kind: string, uid: string) =>
      store.ownedBy(uid).filter((object) => object.kind === kind) as readonly KubeObject[] as readonly Shapes[R][],
    create: <R extends Resource>(resource: R, object: DraftObject) => store.create(resource, object, manager) as Shapes[R],
    update: <R extends Resource>(resource: R, object: Shapes[R]) => store.update(resource, object, manager) as Shapes[R],
    setStatus: <R extends Resource>(resource: R, object: Shapes[R], status: Shapes[R]['status']) =>
      same(object['status'], status) ? object : (store.update(resource, { ...object, status }, manager, 'status') as Shapes[R]),
    delete(resource, { metadata: { namespace, name } }, options) {
      store.delete(resource, namespace, name, options);
    },
    follow<R extends Resource>(resource: R, listener: (change: Change<Shapes[R]>) => void) {
      const cancel = store.watch(resource, (event) => listener(event as Change<Shapes[R]>));
      for (const object of store.list(resource)) listener({ type: 'ADDED', object: object as Shapes[R] });
      return cancel;
    },
  };
}

/** Cancels one after the other. */
export function cancelAll(...cancels: readonly Cancel[]): Cancel {
  return () => {
    for (const cancel of cancels) cancel();
  };
}

/** The name of an object among those of its resource: `shop/cart`. */
export const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace ?? ''}/${name}`;

export function splitKey(key: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash) || undefined, name: key.slice(slash + 1) };
}
