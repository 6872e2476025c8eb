import type { DraftObject, KubeObject } from '../../model.ts';
import { decoded, mergePatched } from '../../objects/index.ts';
import { resourceName } from './registry.ts';
import type { PracticeStore } from './store.ts';

/** How an object comes to be in a store that nobody sends requests to. */
export interface Placing {
  readonly manager: string;
  /** Refused where a request would be: for a field that its kind does not have, or a value that is not allowed there. */
  readonly checked: boolean;
}

/**
 * Creates an object, or lays it over the one that is there (a JSON merge patch).
 * @throws StatusError (404 without its kind or namespace; 400, 422 when checked)
 */
export function place(store: PracticeStore, object: DraftObject, { manager, checked }: Placing): KubeObject {
  const kind = store.registry.of(object);
  const type = store.registry.typeOf(kind);
  const read = (draft: DraftObject): DraftObject => (checked ? decoded(type, draft, 'Strict').object : draft);
  const { name = '', namespace = 'default' } = object.metadata ?? {};
  const inside = kind.namespaced ? namespace : undefined;
  if (store.get(resourceName(kind), inside, name) === undefined) {
    return store.createAs(kind, read(object), { manager, checked });
  }
  const merged = mergePatched(store.existing(kind, inside, name), object) as DraftObject;
  return store.updateAs(kind, read(merged), { manager, checked });
}
