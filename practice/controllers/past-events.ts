import type { Cancel, DraftObject, KubeObject, Store } from '../model.ts';
import { EVENT_TTL_SECONDS } from './event-expiry.ts';

/** An event that nobody outside knows of yet. */
interface Held {
  readonly event: KubeObject;
  readonly manager: string;
  readonly created: number;
  written: number;
}

/**
 * The store as components see it that write events of a past which nobody looks into: most of those events are over by
 * the present, and the rest are counted on many times. They are held back, and when the present comes those that an API
 * server would still have are written once, each as old as it is.
 * @param present milliseconds since the epoch
 */
export function withPastEvents(store: Store, present: number): { readonly store: Store; readonly stop: Cancel } {
  const { clock } = store;
  const held = new Map<string, Held>();
  const isEvent = (resource: string): boolean => resource === 'events' && clock.now() < present;
  const hold = (object: DraftObject, manager: string, created: number): KubeObject => {
    const event = object as KubeObject;
    const key = keyOf(event.metadata.namespace, event.metadata.name);
    // What is written last comes last.
    held.delete(key);
    held.set(key, { event, manager, created, written: clock.now() });
    return event;
  };
  const release = (): void => {
    for (const { event, manager, created, written } of held.values()) {
      const isLeft =
        written > present - EVENT_TTL_SECONDS * 1000 && store.get('namespaces', undefined, event.metadata.namespace ?? '');
      if (isLeft) store.create('events', event, manager, { created, written });
    }
    held.clear();
  };
  const stop = clock.after(present - clock.now(), release);
  const seen: Store = {
    clock,
    random: store.random,
    kinds: () => store.kinds(),
    kind: (resource) => store.kind(resource),
    get: (resource, namespace, name) =>
      (resource === 'events' ? held.get(keyOf(namespace, name))?.event : undefined) ?? store.get(resource, namespace, name),
    list: (resource, namespace) => store.list(resource, namespace),
    ownedBy: (uid) => store.ownedBy(uid),
    create: (resource, object, manager, times) =>
      isEvent(resource) ? hold(object, manager, clock.now()) : store.create(resource, object, manager, times),
    update(resource, object, manager, subresource) {
      const known = isEvent(resource) ? held.get(keyOf(object.metadata.namespace, object.metadata.name)) : undefined;
      if (known === undefined) return store.update(resource, object, manager, subresource);
      return hold(object, known.manager, known.created);
    },
    delete: (resource, namespace, name, options) => store.delete(resource, namespace, name, options),
    watch: (resource, listener) => store.watch(resource, listener),
  };
  return { store: seen, stop };
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
