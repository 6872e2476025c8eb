import type { DraftObject, ServedKind, Store } from '../../model.ts';
import { resourceName } from './registry.ts';

/** What an admission plugin makes of an object that is being created; its uid is known already. */
type Admit = (object: DraftObject, store: Store) => DraftObject;

/** A namespace stays until it is empty. */
const holdNamespace: Admit = (object) => ({
  ...object,
  spec: { ...(object['spec'] as object | undefined), finalizers: ['kubernetes'] },
});

/** What is added to new objects, by resource. */
export type Admission = Readonly<Record<string, readonly Admit[]>>;

/** What belongs to the server itself, whatever controllers it is run with. */
const OWN: Admission = { namespaces: [holdNamespace] };

/** The object with everything that the server adds to a new one beyond the defaults of its schema. */
export function admitted(admission: Admission, store: Store, kind: ServedKind, object: DraftObject): DraftObject {
  const resource = resourceName(kind);
  return [...(OWN[resource] ?? []), ...(admission[resource] ?? [])].reduce((next, admit) => admit(next, store), object);
}
