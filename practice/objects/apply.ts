import type { DraftObject, KubeObject } from '../model.ts';
import { badRequest, StatusError, type StatusCause } from '../status.ts';
import { compare } from './compare.ts';
import { undeclared } from './declared.ts';
import { internalError } from './errors.ts';
import { difference, intersection, isNothing, NOTHING, pathsIn, pathText, union, type FieldSet } from './field-set.ts';
import { ownersOf, owning, sameOwner, written, type Owner } from './managers.ts';
import { merge } from './merge.ts';
import { ownedBy, without, withNamedFields } from './owned.ts';
import { rootShape, type Shape } from './shape.ts';
import { bare, changesOf, ownerFor, UNOWNED, updated, withoutReset, type Writer } from './track.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { isFields, textOf, withMeta } from './values.ts';
import { same } from '../same.ts';

export interface ApplyRequest extends Writer {
  /** Takes fields from their owners instead of refusing. */
  readonly force: boolean;
}

/** Who owns the fields of an object that nobody has tracked yet. */
const BEFORE = 'before-first-apply';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

interface Outcome {
  readonly object: DraftObject;
  readonly owners: readonly Owner[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Server-side apply: `intent` merged into `live` (undefined: it is created), what this manager applied before and no
 * longer does removed, with managedFields. Not defaulted or validated yet.
 * @throws StatusError 409 with a cause per conflicting field, 400 for an intent that has managedFields or another version, 500 for one
 * with fields that are not in the schema
 */
export function applied(type: ObjectType, live: KubeObject | undefined, intent: DraftObject, request: ApplyRequest): DraftObject {
  refuseForeign(type, intent);
  refuseUndeclared(type, intent);
  const outcome = merged(type, live, intent, request);
  if (!request.force) {
    const conflicts = withoutOwnPast(type, live, request, outcome.conflicts);
    if (conflicts.length > 0) throw conflictError(conflicts);
  }
  return withMeta(lastAppliedRenewed(outcome.object, intent, request), 'managedFields', written(outcome.owners));
}

function refuseForeign(type: ObjectType, intent: DraftObject): void {
  const [group, version] = [type.group, type.version];
  const [givenVersion = '', givenGroup = ''] = (intent.apiVersion ?? '').split('/').toReversed();
  if (givenGroup !== group || givenVersion !== version || intent.kind !== type.kind) {
    throw badRequest(`invalid object type: ${givenGroup}/${givenVersion}, Kind=${textOf(intent.kind)}`);
  }
  if (intent.metadata?.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
}

/** Every field must be one that can be owned. */
function refuseUndeclared(type: ObjectType, intent: DraftObject): void {
  const problems = undeclared(rootShape(type), intent);
  if (problems.length === 0) return;
  const object = `${intent.metadata?.namespace ?? ''}/${intent.metadata?.name ?? ''}; ${apiVersionOf(type)}, Kind=${type.kind}`;
  const said = problems.length === 1 ? problems[0] : ['errors:', ...problems.map((one) => `  ${one}`)].join('\n');
  throw internalError(`failed to create typed patch object (${object}): ${said ?? ''}`);
}

function merged(type: ObjectType, live: KubeObject | undefined, intent: DraftObject, request: ApplyRequest): Outcome {
  const shape = rootShape(type);
  const self = ownerFor(type, request, 'Apply', withoutReset(type, ownedBy(shape, intent), request.subresource));
  const known = knownOwners(type, live, request);
  const last = known.find((owner) => sameOwner(owner, self));
  const others = known.filter((owner) => owner !== last);
  const before = live === undefined ? undefined : bare(live);
  const joined = merge(shape, before, intent);
  const object = pruned(
    shape,
    joined,
    last?.fields ?? NOTHING,
    [...others, self].map(({ fields }) => fields),
  ) as DraftObject;
  const changes = changesOf(type, live, object, request.subresource);
  const changed = union(changes.modified, changes.added);
  const conflicts = others
    .map((owner) => ({ owner, fields: intersection(owner.fields, changed) }))
    .filter(({ fields }) => !isNothing(fields));
  const lost = union(changed, changes.removed);
  // The time is that of the last change, and there is none for who has only ever agreed.
  const time = same(before, object) ? (last?.time ?? '') : self.time;
  const mine = { ...self, fields: difference(self.fields, UNOWNED), time };
  return { object, owners: [...others.map((owner) => owning(owner, difference(owner.fields, lost))), mine], conflicts };
}

function knownOwners(type: ObjectType, live: KubeObject | undefined, request: ApplyRequest): readonly Owner[] {
  const owners = ownersOf(undefined, live);
  if (owners.length > 0 || live === undefined) return owners;
  return updated(type, undefined, live, [], { ...request, manager: BEFORE });
}

/**
 * What the manager applied last and nobody owns any more goes. A part that it has not applied itself stays: so does a
 * field that others have put into its list items or maps, and with it the item.
 */
function pruned(shape: Shape, joined: unknown, last: FieldSet, owned: readonly FieldSet[]): unknown {
  if (isNothing(last)) return joined;
  const named = (set: FieldSet): FieldSet => withNamedFields(shape, set);
  const setOf = (value: unknown): FieldSet => named(ownedBy(shape, value));
  const all = setOf(joined);
  const bareOfLast = without(shape, joined, named(last));
  const kept = union(setOf(bareOfLast ?? {}), named(owned.reduce(union, NOTHING)));
  const withOwned = without(shape, joined, difference(all, kept));
  const dangling = intersection(difference(all, setOf(withOwned ?? {})), named(last));
  return without(shape, joined, dangling);
}

/** kubectl's own client-side applies do not stand in its way: fields as its annotation has them may be taken. */
function withoutOwnPast(
  type: ObjectType,
  live: KubeObject | undefined,
  { manager }: ApplyRequest,
  conflicts: readonly Conflict[],
): readonly Conflict[] {
  const annotation = live?.metadata.annotations?.[LAST_APPLIED];
  if (manager !== 'kubectl' || annotation === undefined || conflicts.length === 0) return conflicts;
  const past = readOrNothing(annotation);
  if (!isFields(past) || past['apiVersion'] !== apiVersionOf(type)) return conflicts;
  const shape = rootShape(type);
  const changes = compare(shape, past, live);
  const still = [changes.modified, changes.added, changes.removed].reduce(difference, ownedBy(shape, past));
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, still) }))
    .filter(({ fields }) => !isNothing(fields));
}

/** Annotations are anybody's. */
function readOrNothing(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Keeps the annotation of kubectl's client-side apply in step, so that the user can go back to it. */
function lastAppliedRenewed(object: DraftObject, intent: DraftObject, { manager }: ApplyRequest): DraftObject {
  const annotations = object.metadata?.annotations;
  if (manager !== 'kubectl' || annotations?.[LAST_APPLIED] === undefined) return object;
  const { [LAST_APPLIED]: _, ...kept } = intent.metadata?.annotations ?? {};
  const said = withMeta(intent, 'annotations', Object.keys(kept).length === 0 ? undefined : kept);
  return withMeta(object, 'annotations', { ...annotations, [LAST_APPLIED]: `${JSON.stringify(said)}\n` });
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.flatMap(({ owner, fields }) =>
    pathsIn(fields).map((path): StatusCause => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${ownerText(owner)}`,
      field: pathText(path),
    })),
  );
  return new StatusError(409, 'Conflict', conflictMessage(causes), { causes });
}

function conflictMessage(causes: readonly StatusCause[]): string {
  const [only] = causes;
  if (causes.length === 1 && only !== undefined) return `Apply failed with 1 conflict: ${only.message}: ${only.field ?? ''}`;
  const lines = [...Map.groupBy(causes, ({ message }) => message)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([message, group]) => [
      `${message.replace('conflict', 'conflicts')}:`,
      ...group.map(({ field }) => `- ${field ?? ''}`),
    ]);
  return `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
}

function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const place = subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${place}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
