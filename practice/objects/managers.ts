import type { DraftObject, KubeObject, ManagedFields } from '../model.ts';
import { isFieldSet, isNothing, NOTHING, shared, union, type FieldSet } from './field-set.ts';

/** One entry of managedFields, opened up. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  /** RFC 3339, in seconds; empty where none is kept. */
  readonly time: string;
  readonly fields: FieldSet;
  /** The entry that says all this, where there is one. */
  readonly entry?: ManagedFields | undefined;
}

/** Who shares an entry: an applier keeps its own over all versions, an updater has one in each. */
export const sameOwner = (a: Omit<Owner, 'entry' | 'fields' | 'time'>, b: Omit<Owner, 'entry' | 'fields' | 'time'>): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** A writer sends back the entries it has read; whoever sends none keeps the stored ones, and a list of one empty entry (or none) resets them. */
export function ownersOf(next: DraftObject | undefined, live: KubeObject | undefined): readonly Owner[] {
  const sent = next?.metadata?.managedFields;
  if (sent !== undefined && isReset(sent)) return [];
  const said = sent !== undefined && sent.length > 0 ? sent : (live?.metadata.managedFields ?? []);
  return oncePerOwner(said.map(opened));
}

/** Of two entries of one owner, which writes to `/scale` leave behind, the server reads the last. */
const oncePerOwner = (owners: readonly Owner[]): readonly Owner[] =>
  owners.filter((owner, index) => !owners.some((other, after) => after > index && sameOwner(owner, other)));

const isReset = (entries: readonly ManagedFields[]): boolean =>
  entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0);

/** Whoever writes can send anything for fields: what is no set of them is none. */
const opened = (entry: ManagedFields): Owner => {
  const { manager, operation, apiVersion, subresource, time = '', fieldsV1 } = entry;
  const fields = isFieldSet(fieldsV1) ? fieldsV1 : NOTHING;
  return { manager, operation, apiVersion, subresource, time, fields, entry };
};

/** An owner of other fields than before. */
export const owning = (owner: Owner, fields: FieldSet): Owner =>
  fields === owner.fields ? owner : { ...owner, fields, entry: undefined };

/** As the API shows them: appliers first, then by time and name; owners of nothing are gone. */
export function written(owners: readonly Owner[]): readonly ManagedFields[] | undefined {
  const entries = owners
    .filter(({ fields }) => !isNothing(fields))
    .toSorted(inOrder)
    .map(entryOf);
  const last = entries.at(-1);
  return last === undefined ? undefined : listEndingWith(last, entries);
}

/** The last list that ended with each entry: objects that are alike have not only their entries in common. */
const lastLists = new WeakMap<ManagedFields, readonly ManagedFields[]>();

function listEndingWith(last: ManagedFields, entries: readonly ManagedFields[]): readonly ManagedFields[] {
  const known = lastLists.get(last);
  if (known?.length === entries.length && known.every((entry, index) => entry === entries[index])) return known;
  lastLists.set(last, entries);
  return entries;
}

/** The last entry about each set: what is written in one second about objects that are alike is the same entry. */
const lastEntries = new WeakMap<FieldSet, ManagedFields>();

function entryOf({ manager, operation, apiVersion, time, subresource, entry, ...owner }: Owner): ManagedFields {
  const fields = shared(owner.fields);
  if (entry?.fieldsV1 === fields) return entry;
  const last = lastEntries.get(fields);
  if (
    (last?.time ?? '') === time &&
    last !== undefined &&
    sameOwner(last, { manager, operation, apiVersion, subresource }) &&
    last.apiVersion === apiVersion
  )
    return last;
  const next: ManagedFields = {
    manager,
    operation,
    apiVersion,
    ...(time !== '' && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource !== undefined && { subresource }),
  };
  lastEntries.set(fields, next);
  return next;
}

function inOrder(a: Owner, b: Owner): number {
  return (
    textOrder(a.operation, b.operation) ||
    textOrder(a.time, b.time) ||
    textOrder(a.manager, b.manager) ||
    textOrder(a.apiVersion, b.apiVersion) ||
    textOrder(a.subresource ?? '', b.subresource ?? '')
  );
}

const textOrder = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The server keeps ten updaters apart; the oldest beyond that share one entry in each version. */
const MOST_UPDATERS = 10;
const OLDEST = 'ancient-changes';

export function capped(owners: readonly Owner[]): readonly Owner[] {
  if (owners.length <= MOST_UPDATERS) return owners;
  const updaters = owners.filter(({ operation }) => operation === 'Update').toSorted(inOrder);
  const buckets = new Map<string, Owner>();
  let [left, over] = [owners, updaters.length - MOST_UPDATERS];
  for (const owner of updaters) {
    if (over <= 0) break;
    const { apiVersion, time } = owner;
    const bucket = buckets.get(apiVersion);
    if (bucket === undefined) {
      buckets.set(apiVersion, owner);
      continue;
    }
    const grown: Owner = { manager: OLDEST, operation: 'Update', apiVersion, time, fields: union(bucket.fields, owner.fields) };
    buckets.set(apiVersion, grown);
    left = [...left.filter((one) => one !== owner && one !== bucket), grown];
    over -= 1;
  }
  return left;
}
