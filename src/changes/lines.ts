import type { FieldChange } from './plan.ts';

/** Unchanged lines that are shown round a changed one. */
const CONTEXT = 2;
/** Longer texts are told by their size: the work of comparing them grows with both. */
const LONGEST = 200_000;

/** Puts line by line what changed in texts of several lines: files in ConfigMaps, scripts, policies. */
export async function inLines(changes: readonly FieldChange[]): Promise<FieldChange[]> {
  if (!changes.some(isLong)) return [...changes];
  const { structuredPatch } = await import('diff');
  return changes.map((change) => {
    if (!isLong(change)) return change;
    const { before, after, ...rest } = change;
    const { hunks } = structuredPatch('', '', `${before}\n`, `${after}\n`, undefined, undefined, { context: CONTEXT });
    return { ...rest, lines: hunks.flatMap((hunk) => [`@@ line ${hunk.newStart} @@`, ...hunk.lines]) };
  });
}

interface LongChange extends FieldChange {
  readonly before: string;
  readonly after: string;
}

function isLong(change: FieldChange): change is LongChange {
  const { before, after } = change;
  if (typeof before !== 'string' || typeof after !== 'string') return false;
  return (before.includes('\n') || after.includes('\n')) && before.length + after.length < LONGEST;
}
