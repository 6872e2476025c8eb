import type { ServedKind } from '../model.ts';
import { dataOf } from './data.ts';

/** Every kind that is served without a CustomResourceDefinition, in the order of discovery. */
export const BUILT_IN_KINDS: readonly ServedKind[] = dataOf('kinds.jsonl')
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as ServedKind);
