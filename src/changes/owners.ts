import { FIELD_MANAGER, listAt, textAt, type KubernetesObject } from '../kubernetes/index.ts';
import { isFields, joined, keyOf } from './difference.ts';

/**
 * Who owns which fields of an object, by the paths that `difference` writes. Ours are left out.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function foreignOwners(object: KubernetesObject): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const entry of listAt(object, 'metadata', 'managedFields')) {
    const manager = textAt(entry, 'manager') ?? '';
    if (manager === FIELD_MANAGER || !isFields(entry)) continue;
    for (const path of pathsOf(entry['fieldsV1'], '')) owners.set(path, manager);
  }
  return owners;
}

/** The leaves of a set of fields: `f:name` is a field, `k:{…}` an item of a list, known by its keys. */
function pathsOf(fields: unknown, path: string): string[] {
  if (!isFields(fields)) return [];
  const inner = Object.entries(fields).filter(([key]) => key !== '.');
  if (inner.length === 0) return [path];
  return inner.flatMap(([key, part]) => {
    if (key.startsWith('f:')) return pathsOf(part, joined(path, key.slice(2)));
    if (key.startsWith('k:')) return pathsOf(part, `${path}${itemOf(key.slice(2))}`);
    return [path];
  });
}

function itemOf(keys: string): string {
  const parsed: unknown = JSON.parse(keys);
  if (!isFields(parsed)) return '';
  const [key] = Object.keys(parsed);
  return key === undefined ? '' : `[${key}=${keyOf(parsed, key)}]`;
}
