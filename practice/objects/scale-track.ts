import type { KubeObject } from '../model.ts';
import { difference, FieldSetBuilder, intersection, isNothing, type FieldSet } from './field-set.ts';
import { ownersOf, owning, written, type Owner } from './managers.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { valueAt, withMeta } from './values.ts';

/** Where an object keeps its count of replicas: `['spec', 'replicas']`. */
export type CountPath = readonly string[];

/**
 * An object after a write to its `/scale`, with managedFields. The server hands the count alone from owner to owner
 * there: where nobody owned it nobody does now, and no time is kept of the change. A count of zero is nobody's, because
 * a Scale leaves it out. An updater that keeps the count has it in an entry of its own from then on, at no time either: the
 * Scale tells of owners in its own version, and the server does not find them again.
 */
export function scaleTracked(
  type: ObjectType,
  live: KubeObject,
  next: KubeObject,
  { manager, path }: { readonly manager: string; readonly path: CountPath },
): KubeObject {
  const count = valueAt(next, path);
  const builder = new FieldSetBuilder();
  builder.add(path.map((name) => `f:${name}`));
  const fields = builder.build();
  const owners = ownersOf(undefined, live);
  if (owners.every((owner) => isNothing(intersection(owner.fields, fields))))
    return withMeta(next, 'managedFields', written(owners));
  if (count === valueAt(live, path))
    return withMeta(next, 'managedFields', written(owners.flatMap((owner) => apart(owner, fields))));
  const self = { manager, operation: 'Update', apiVersion: apiVersionOf(type), subresource: 'scale', time: '', fields } as const;
  const left = owners.map((owner) => owning(owner, difference(owner.fields, fields)));
  return withMeta(next, 'managedFields', written(count === 0 ? left : [...left, self]));
}

function apart(owner: Owner, fields: FieldSet): readonly Owner[] {
  if (owner.operation === 'Apply' || isNothing(intersection(owner.fields, fields))) return [owner];
  return [owning(owner, difference(owner.fields, fields)), { ...owner, time: '', fields, entry: undefined }];
}
