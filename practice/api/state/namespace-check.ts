import type { KubeObject, ObjectMeta, ServedKind, Store } from '../../model.ts';
import { notFound, StatusError } from '../../status.ts';
import { resourceName } from './registry.ts';

export const isTerminating = (namespace: KubeObject): boolean => namespace.metadata.deletionTimestamp !== undefined;

/** @throws StatusError (404, 403) when nothing can be created in the object's namespace */
export function checkNamespace(store: Store, kind: ServedKind, { namespace, name = '' }: Partial<ObjectMeta>): void {
  if (!kind.namespaced || namespace === undefined) return;
  const found = store.get('namespaces', undefined, namespace);
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces', name: namespace });
  if (!isTerminating(found)) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw new StatusError(403, 'Forbidden', `${resourceName(kind)} "${name}" is forbidden: ${why}`, {
    name,
    ...(kind.group !== '' && { group: kind.group }),
    kind: kind.plural,
    causes: [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ],
  });
}
