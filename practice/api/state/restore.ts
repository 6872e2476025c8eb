import type { KubeObject } from '../../model.ts';
import { resourceName, shelfOf } from './registry.ts';
import type { PracticeStore } from './store.ts';

/** Puts objects into a store as another one held them, under revisions of its own: no rule is asked, and nothing added. */
export function restore(store: PracticeStore, objects: Iterable<KubeObject>): void {
  for (const object of objects) {
    const { namespace, name } = object.metadata;
    const resource = resourceName(store.registry.of(object));
    store.ledger.put(shelfOf(resource), object, store.get(resource, namespace, name));
  }
}
