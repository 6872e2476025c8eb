import type { DraftObject, KubeObject } from '../model.ts';
import { compare, type Comparison } from './compare.ts';
import { difference, isNothing, NOTHING, union, type FieldSet } from './field-set.ts';
import { capped, ownersOf, owning, sameOwner, written, type Owner } from './managers.ts';
import { rootShape } from './shape.ts';
import { timestamp } from '../timestamp.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { withMeta } from './values.ts';
import { same } from '../same.ts';
import { zeroOf } from './zero.ts';

export interface Writer {
  /** `fieldManager`, or the first part of the user agent. */
  readonly manager: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `status`, `scale`; missing when the object itself is written. */
  readonly subresource?: string | undefined;
}

/**
 * A create, update or patch (all but apply), after defaulting: the object with managedFields that give the changed
 * fields to the writer and take removed ones from everybody. A create has no `live`.
 */
export function tracked<T extends DraftObject>(type: ObjectType, live: KubeObject | undefined, next: T, writer: Writer): T {
  const owners = ownersOf(writer.subresource === undefined ? next : undefined, live);
  // Somebody has reset the ownership: it stays unknown until the next apply.
  if (live !== undefined && owners.length === 0) return withMeta(next, 'managedFields', undefined);
  return withMeta(next, 'managedFields', written(capped(updated(type, live, next, owners, writer))));
}

/** The owners after an update. */
export function updated(
  type: ObjectType,
  live: KubeObject | undefined,
  next: DraftObject,
  owners: readonly Owner[],
  writer: Writer,
): readonly Owner[] {
  const changes = changesOf(type, live, next, writer.subresource);
  const changed = union(changes.modified, changes.added);
  const gained = difference(changed, UNOWNED);
  const left = owners.map((owner) => owning(owner, difference(difference(owner.fields, changed), changes.removed)));
  if (isNothing(gained)) return left;
  const self = ownerFor(type, writer, 'Update', gained);
  const before = left.find((owner) => sameOwner(owner, self));
  return [...left.filter((owner) => owner !== before), { ...self, fields: union(before?.fields ?? NOTHING, gained) }];
}

export function changesOf(
  type: ObjectType,
  live: DraftObject | undefined,
  next: DraftObject,
  subresource: string | undefined,
): Comparison {
  const shape = rootShape(type);
  // managedFields are no part of what they describe: they are given what makes them no difference.
  const found = compare(shape, live ?? zeroOf(type), withMeta(next, 'managedFields', live?.metadata?.managedFields));
  const kept = (set: FieldSet): FieldSet => withoutReset(type, set, subresource);
  return { added: kept(found.added), modified: kept(found.modified), removed: kept(found.removed) };
}

/** managedFields are no part of what they describe. */
export const bare = (object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  object['metadata'] === undefined ? object : withMeta(object, 'managedFields', undefined);

export const ownerFor = (
  type: ObjectType,
  { manager, now, subresource }: Writer,
  operation: Owner['operation'],
  fields: FieldSet,
): Owner => ({
  manager,
  operation,
  apiVersion: apiVersionOf(type),
  subresource,
  time: timestamp(now),
  fields,
});

/** What every object has and nobody owns. */
export const UNOWNED: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    'f:name': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:clusterName': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
  },
};

/** What a write to this place cannot change is not owned by it either: `status` by the object, all but it by `/status`. */
export function withoutReset(type: ObjectType, set: FieldSet, subresource: string | undefined): FieldSet {
  if (type.statusApart === false) return set;
  const dropped = subresource === 'status' ? 'f:spec' : 'f:status';
  if (subresource !== undefined && subresource !== 'status') return set;
  if (!(dropped in set)) return set;
  const { [dropped]: _, ...rest } = set;
  return rest;
}

/** Whether a write changes nothing, the times in managedFields aside: the server then keeps what it has. */
export function unchanged(live: KubeObject, next: DraftObject): boolean {
  return same(timeless(live), timeless(next));
}

const timeless = (object: DraftObject): DraftObject =>
  withMeta(
    object,
    'managedFields',
    object.metadata?.managedFields?.map((entry) => ({ ...entry, time: '' })),
  );
