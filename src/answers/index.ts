/**
 * Facts into text within a token budget: tables, folds, YAML, fences round cluster text, cursors. Knows nothing of
 * Kubernetes' API but how its objects, names and quantities look, and sends nothing.
 */
export { blocks, count, headLine, inCommon, nextCall, nextCursor, notes, thousands, type Answer, type Link } from './answer.ts';
export { Budget, cutBytes, DEFAULT_TOKENS, fill, MAX_TOKENS, MIN_TOKENS, tokensOf, type Filled } from './budget.ts';
export { clean, isClean } from './clean.ts';
export { CURSOR_MAX, mintCursor, questionOf, readCursor } from './cursor.ts';
export { diffLines, objectLines, type FieldDiff } from './diff.ts';
export { fence, FENCE_TOKENS, fenceMark, unfenced, type FenceOptions } from './fence.ts';
export { foldNames, renderFold, unitsAfter, type FoldItem, type FoldRow, type FoldText, type FoldUnit } from './fold.ts';
export { plain, type Json, type JsonObject } from './json.ts';
export { LINE_MAX, oneLine, quote, shorten } from './line.ts';
export { cpu, memory, memoryColumn, percent } from './quantity.ts';
export { slim, type SlimOptions } from './slim.ts';
export { table, type Cell, type Column, type Constant, type TableText } from './table.ts';
export { workloadOf } from './workload.ts';
export { toYaml } from './yaml.ts';
