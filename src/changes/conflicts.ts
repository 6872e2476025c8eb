import { at, FIELD_MANAGER, isKubernetesError, listAt, textAt, type KubernetesObject } from '../kubernetes/index.ts';
import { sameContent } from './canonical.ts';
import type { Conflict } from './plan.ts';
import { send } from './send.ts';
import type { ApplyStep } from './step.ts';
import type { Target } from './target.ts';

export interface Tried {
  readonly after: KubernetesObject;
  /** Fields that others own. */
  readonly conflicts: readonly Conflict[];
  /** The only conflicts are with ourselves: what we patched or undid before is owned by us under another operation. */
  readonly takesOwn: boolean;
}

/**
 * Tries an apply. With conflicts the outcome is what it would be if they were forced, so that the difference can be shown
 * beside the names of the owners.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export async function tryApply(target: Target, step: ApplyStep): Promise<Tried> {
  try {
    return { after: await applied(target, step, false), conflicts: [], takesOwn: false };
  } catch (error) {
    const conflicts = conflictsOf(error);
    if (conflicts.length === 0) throw error;
    const foreign = conflicts.filter(({ owner }) => owner !== FIELD_MANAGER);
    return { after: await applied(target, step, true), conflicts: foreign, takesOwn: foreign.length === 0 };
  }
}

/** The fields that an error says others own; empty for every other error. */
export function conflictsOf(error: unknown): Conflict[] {
  if (!isKubernetesError(error, 'conflict')) return [];
  return error.causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => ({
      field: field.replace(/^\./, ''),
      owner: /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? message,
    }));
}

/** Does an apply make us the owner of fields that we did not own, though their values stay? */
export function takesPart(before: KubernetesObject, after: KubernetesObject): boolean {
  return !sameContent(ownedBy(before), ownedBy(after));
}

function ownedBy(object: KubernetesObject): unknown {
  return listAt(object, 'metadata', 'managedFields')
    .filter((entry) => textAt(entry, 'manager') === FIELD_MANAGER && textAt(entry, 'operation') === 'Apply')
    .map((entry) => at(entry, 'fieldsV1'));
}

async function applied(target: Target, step: ApplyStep, force: boolean): Promise<KubernetesObject> {
  return (await send(target, step, { dryRun: true, force })) ?? {};
}
