import { holdsMarker } from '../access/index.ts';
import { at, type Json, type KubernetesObject } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { isFields, leaves } from './difference.ts';
import { foreignOwners } from './owners.ts';
import type { Conflict } from './plan.ts';
import { shown } from './shown.ts';
import type { Step } from './step.ts';
import { sayObject, type Target } from './target.ts';

/** Operations of a JSON patch that read, and the field that says where. */
const READING: Readonly<Record<string, 'path' | 'from'>> = { test: 'path', copy: 'from', move: 'from' };

/**
 * A dry run answers questions, and a JSON patch can ask them: is the password this one? what is it, put into a label?
 * @throws UsageError (`hidden-value`) where one reads what is hidden
 */
export function checkReads(step: Step, before: KubernetesObject | null, { subject }: Target): void {
  if (step.action !== 'patch' || !Array.isArray(step.patch) || before === null) return;
  const visible = shown(before, 'status');
  for (const operation of step.patch as readonly Json[]) {
    const { op = '' } = isFields(operation) ? operation : {};
    const pointer = isFields(operation) && typeof op === 'string' ? operation[READING[op] ?? ''] : undefined;
    if (typeof pointer !== 'string' || !holdsMarker(at(visible, ...partsOf(pointer)))) continue;
    throw new UsageError(`The patch reads ${pointer} of ${sayObject(subject)}, which is hidden.`, {
      code: 'hidden-value',
      field: 'patch',
      advice: 'Set the value instead.',
    });
  }
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

/** The parts of a JSON pointer. */
export function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
