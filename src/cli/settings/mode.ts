import type { Mode } from '../../access/index.ts';
import { UsageError } from '../../platform/index.ts';
import type { SourceKind, Values } from './values.ts';

const STRENGTH: readonly SourceKind[] = ['flag', 'environment', 'file', 'default'];

/**
 * How far changes may go, from the two settings that say so. The stronger source decides; two that are as strong and
 * contradict each other are refused. Undefined when nobody said anything: then it is reading alone, but for a person who
 * asks for a change in a terminal.
 * @throws UsageError
 */
export function modeOf(values: Values): Mode | undefined {
  const changes = values.get('changes');
  const mutations = values.get('enable-mutations');
  if (mutations === undefined) return changes;
  const meant: Mode = mutations ? 'plan' : 'read-only';
  if (changes === undefined) return meant;
  if (mutations === (changes !== 'read-only')) return changes;
  const [ours, theirs] = [values.given('changes')?.source, values.given('enable-mutations')?.source];
  const [first, second] = [ours, theirs].map((source) => STRENGTH.indexOf(source?.kind ?? 'default'));
  if (first === second) {
    throw new UsageError(`${ours?.name} is ${changes}, and ${theirs?.name} is ${mutations}: they contradict each other.`, {
      code: 'invalid-setting',
      field: 'changes',
      advice: 'Leave one of them out.',
    });
  }
  return (first ?? 0) < (second ?? 0) ? changes : meant;
}
