import { oneLine, type JsonObject } from '../../../answers/index.ts';
import type { Missing } from '../../../fleet/index.ts';

/** Names of clusters in one note; the count tells of the others. */
const MOST_NAMES = 40;

/** `Missing 15 of 40 clusters: hang-1, hang-2 (no answer in time); refuse-1 (connection refused).` */
export function missingNote(missing: readonly Missing[], asked: number): string {
  const byReason = Map.groupBy(missing, ({ cluster, error }) => sayFailure(cluster, error.code, error.message));
  const parts = [...byReason].map(([reason, group]) => {
    const names = group.slice(0, MOST_NAMES).map((each) => each.cluster);
    return `${names.join(', ')}${group.length > MOST_NAMES ? ', …' : ''} (${reason})`;
  });
  return `Missing ${missing.length} of ${asked} clusters: ${parts.join('; ')}.`;
}

/** The same as data. */
export function missingData(missing: readonly Missing[]): readonly JsonObject[] {
  return missing.map(({ cluster, error }) => ({ cluster, code: error.code, message: error.message }));
}

/** Errors in as few words as tell them apart; what is not here is told by its message. */
const WORDS: Readonly<Record<string, string>> = {
  timeout: 'no answer in time',
  unauthorized: 'not logged in',
  forbidden: 'not allowed',
  'unknown-kind': 'no such kind there',
};

/** Why a cluster is missing, without its name, so that those with the same reason stand together. */
function sayFailure(cluster: string, code: string, message: string): string {
  if (code === 'unreachable') return /: ([^:]{3,80})\.$/.exec(message)?.[1] ?? 'unreachable';
  // Only where it is named: it may be as short as a letter of any other word.
  const nameless = message.replaceAll(`luster ${cluster}`, 'luster').replaceAll(` "${cluster}"`, '');
  return WORDS[code] ?? oneLine(nameless, 80);
}
