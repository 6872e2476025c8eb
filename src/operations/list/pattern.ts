import { Script } from 'node:vm';

import { quoted, UsageError } from '../../platform/index.ts';

/** Milliseconds for one search that could take exponentially long. */
const TIME = 50;
const LONGEST_PATTERN = 512;

/** Runs what stands in a global under a watchdog of V8's, which ends even a regular expression that backtracks. */
const UNDER_WATCH = Symbol.for('fairlead.under-watch');
let script: Script | undefined;

/**
 * A regular expression from outside as a function that never takes long: one that backtracks too much is stopped.
 * @throws UsageError (`invalid-argument`) when it is none
 */
export function compilePattern(pattern: string, field: string): (text: string) => boolean {
  if (pattern.length > LONGEST_PATTERN) {
    throw invalid(field, `a regular expression has ${pattern.length} characters; ${LONGEST_PATTERN} are the most.`);
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    throw invalid(field, `${quoted(pattern, 80)} is no valid regular expression.`);
  }
  return (text) => {
    if (isHarmless(pattern, text)) return expression.test(text);
    try {
      return within(TIME, () => expression.test(text));
    } catch {
      throw invalid(
        field,
        `the regular expression ${quoted(pattern, 80)} takes too long on a text of ${text.length} characters.`,
      );
    }
  };
}

/**
 * True where backtracking cannot take long, so that the watchdog, which costs 100 µs and more, can be left out: no group
 * is repeated, and with two repetitions at most a text of this length is searched in a few million steps.
 */
function isHarmless(pattern: string, text: string): boolean {
  if (/\)[*+?{]|\\[1-9k]|\(\?[<=!]/.test(pattern)) return false;
  const repeated = pattern.match(/[*+{]/g)?.length ?? 0;
  return repeated === 0 || text.length ** (repeated + 1) <= 5_000_000;
}

function within<T>(milliseconds: number, work: () => T): T {
  const place = globalThis as { [UNDER_WATCH]?: (() => T) | undefined };
  script ??= new Script(`globalThis[Symbol.for('fairlead.under-watch')]()`);
  place[UNDER_WATCH] = work;
  try {
    return script.runInThisContext({ timeout: milliseconds }) as T;
  } finally {
    place[UNDER_WATCH] = undefined;
  }
}

function invalid(field: string, what: string): UsageError {
  return new UsageError(`${field}: ${what}`, { code: 'invalid-argument', field });
}
