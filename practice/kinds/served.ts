import type { ServedKind } from '../model.ts';
import { linesOf } from './data.ts';

/** Every kind that is served without a CustomResourceDefinition, in the order of discovery. */
export const BUILT_IN_KINDS: readonly ServedKind[] = linesOf('kinds.jsonl').map((line) => JSON.parse(line) as ServedKind);
