import { holdsMarker } from '../access/index.ts';
import type { Json, KubernetesObject } from '../kubernetes/index.ts';
import { canonicalJson } from '../platform/index.ts';
import { sameContent } from './canonical.ts';
import { isFields, listKey, own } from './difference.ts';
import type { FieldChange } from './plan.ts';
import { pointerOf } from './pointer.ts';

/** One operation of a JSON patch. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export interface Reverted {
  readonly operations: readonly PatchOperation[];
  /** Fields that a change set and that somebody has set to something else since. */
  readonly clashes: readonly FieldChange[];
  /** Fields whose value was hidden and not kept. */
  readonly lost: readonly string[];
}

/**
 * What takes an object as it is now back to what it was before a change, field by field: what others changed beside it
 * stays, and where they changed the same it is a clash.
 * @param untouched nobody has written the object since, so that what is hidden in `after` is what is there
 */
export function revert(before: KubernetesObject, after: KubernetesObject, live: KubernetesObject, untouched: boolean): Reverted {
  const found: Found = { untouched, operations: [], clashes: [], lost: [] };
  walk(before as Json, after as Json, live as Json, [], found);
  return found;
}

interface Found {
  readonly untouched: boolean;
  readonly operations: PatchOperation[];
  readonly clashes: FieldChange[];
  readonly lost: string[];
}

function walk(
  before: Json | undefined,
  after: Json | undefined,
  live: Json | undefined,
  path: readonly string[],
  found: Found,
): void {
  // Not changed by us, or somebody has put it back already.
  if (isSame(before, after) || isSame(before, live)) return;
  if (isFields(before) && isFields(after) && isFields(live)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(own(before, name), own(after, name), own(live, name), [...path, name], found);
    }
    return;
  }
  const items = sharedItems(before, after, live);
  if (items !== undefined) {
    for (const [index, [was, became, is]] of items.entries()) walk(was, became, is, [...path, String(index)], found);
    return;
  }
  const text = path.join('.');
  if (!isSame(after, live)) {
    found.clashes.push({ path: text, ...(after !== undefined && { before: after }), ...(live !== undefined && { after: live }) });
  } else if (holdsMarker(before) || (holdsMarker(after) && !found.untouched)) {
    found.lost.push(text);
  } else {
    found.operations.push(operation(before, live, path));
  }
}

function operation(before: Json | undefined, live: Json | undefined, path: readonly string[]): PatchOperation {
  const pointer = pointerOf(path);
  if (before === undefined) return { op: 'remove', path: pointer };
  return { op: live === undefined ? 'add' : 'replace', path: pointer, value: before };
}

/** Three lists of the same items in the same order, place by place; undefined where they are not. */
function sharedItems(
  before: Json | undefined,
  after: Json | undefined,
  live: Json | undefined,
): readonly (readonly [Json, Json | undefined, Json | undefined])[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after) || !Array.isArray(live)) return undefined;
  const lists: readonly (readonly Json[])[] = [before, after, live];
  const key = listKey(before, after);
  if (key === undefined || listKey(after, live) !== key) return undefined;
  const [names = '', ...others] = lists.map((list) => canonicalJson(list.map((item) => (isFields(item) ? item[key] : null))));
  if (others.some((other) => other !== names)) return undefined;
  return (before as readonly Json[]).map((item, index) => [item, lists[1]?.[index], lists[2]?.[index]]);
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return sameContent(a, b);
}
