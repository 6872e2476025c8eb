import { holdsMarker, redactObject } from '../access/index.ts';
import { at, type Json, type KubernetesObject } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { sameContent } from './canonical.ts';
import { isFields, leaves } from './difference.ts';
import { foreignOwners } from './owners.ts';
import type { Conflict } from './plan.ts';
import { partsOf } from './pointer.ts';
import { shown } from './shown.ts';
import type { Step } from './step.ts';
import { sayObject, type Target } from './target.ts';

type PointerField = 'path' | 'from';

/** Operations of a JSON patch: where each reads, and where the items of a list stand elsewhere after it. */
const OPERATIONS: ReadonlyMap<Json | undefined, { readonly reads?: PointerField; readonly shifts: readonly PointerField[] }> =
  new Map([
    ['test', { reads: 'path', shifts: [] }],
    ['add', { shifts: ['path'] }],
    ['remove', { shifts: ['path'] }],
    ['copy', { reads: 'from', shifts: ['path'] }],
    ['move', { reads: 'from', shifts: ['from', 'path'] }],
  ]);

/**
 * A dry run answers questions, and a JSON patch can ask them: is the password this one? what is it, put into a label?
 * @throws UsageError (`hidden-value`) where one reads what is hidden
 */
export function checkReads(step: Step, before: KubernetesObject | null, { subject }: Target): void {
  if (step.action !== 'patch' || !Array.isArray(step.patch) || before === null) return;
  // Of `shown` parts are left out, such as the copy that kubectl keeps of the object, and those can be read as well.
  const visible = redactObject(structuredClone(before));
  const shifted = new Set<string>();
  for (const operation of step.patch as readonly Json[]) {
    if (!isFields(operation)) continue;
    const { reads, shifts = [] } = OPERATIONS.get(operation['op']) ?? {};
    const pointer = reads === undefined ? undefined : operation[reads];
    if (typeof pointer === 'string' && !isVisible(partsOf(pointer), before, visible, shifted)) {
      throw new UsageError(`The patch reads ${pointer} of ${sayObject(subject)}, which is hidden.`, {
        code: 'hidden-value',
        field: 'patch',
        advice: 'Set the value instead.',
      });
    }
    for (const written of shifts.map((field) => operation[field])) {
      if (typeof written === 'string') shifted.add(pathKey(listOn(partsOf(written), before)));
    }
  }
}

/** An item's place. The server takes more for one (`-1`, `01`), which is not followed here. */
const PLACE = /^(?:0|[1-9]\d*)$/;

/**
 * May all be seen that is at a place of an object? In a list that an earlier operation has shifted, and by a place that
 * is not written as it should be, any item may be meant.
 * @param shifted the paths of such lists
 */
function isVisible(parts: readonly string[], whole: unknown, visible: unknown, shifted: ReadonlySet<string>): boolean {
  let [is, seen] = [whole, visible];
  for (const [depth, part] of parts.entries()) {
    if (Array.isArray(is) && (!PLACE.test(part) || shifted.has(pathKey(parts.slice(0, depth))))) break;
    [is, seen] = [at(is, part), at(seen, part)];
  }
  return sameContent(is, seen);
}

/** The way to the first list on the way to a place; the whole way where there is none. */
function listOn(parts: readonly string[], object: unknown): readonly string[] {
  const depth = parts.findIndex((_, index) => Array.isArray(at(object, ...parts.slice(0, index))));
  return depth === -1 ? parts : parts.slice(0, depth);
}

function pathKey(parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/**
 * The hidden fields that an apply sets and others own. The server calls that a conflict only where the values differ, so
 * that they are conflicts always: otherwise a plan would tell whether a guess is right.
 */
export function hiddenConflicts(step: Step, before: KubernetesObject | null, after: KubernetesObject): Conflict[] {
  if (before === null || !('object' in step) || !holdsMarker(shown(after))) return [];
  const owners = foreignOwners(before);
  const set = pathsSetBy(step);
  return leaves(shown(after)).flatMap(({ path, value }) => {
    const owner = holdsMarker(value) && set(path) ? owners.get(path) : undefined;
    return owner === undefined ? [] : [{ field: path, owner }];
  });
}

/** Whether a step sets what is at a path. A JSON patch and a strategic one are not followed, and may set all that is hidden. */
export function pathsSetBy(step: Step): (path: string) => boolean {
  const merge = step.action === 'patch' && step.type === 'merge' ? step.patch : undefined;
  const source = 'object' in step ? step.object : merge;
  if (source === undefined) return () => step.action === 'patch';
  const paths = new Set(leaves(source).map(({ path }) => path.replace(/^stringData\b/, 'data')));
  return (path) => paths.has(path);
}
