/** Checks of scored scenarios. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** `✓ tools-list: 3 passed, 0 failed` */
const SCENARIO = /^[✓✗~] ([\w-]+): (\d+) passed, (\d+) failed/gmu;
/** `  ✗ json-schema-2020-12 (pending)`: run and told, and never scored. */
const UNSCORED = /^ {2}[✓✗~] ([\w-]+) \([\w-]+\)/gmu;

/** Extensions that we speak: no revision scores them, and they count all the same. */
const SPOKEN = /^tasks-/;

/**
 * Counts what the referee said about the scenarios that are scored. Its exit code has the last word: a run that counts
 * nothing, or fails in a way that no line tells, is a failure.
 */
export function tally(said: string, code: number | null): Tally {
  const unscored = new Set([...said.matchAll(UNSCORED)].map(([, name]) => name));
  let passed = 0;
  let failed = 0;
  for (const [, name, good, bad] of said.matchAll(SCENARIO)) {
    if (unscored.has(name) && !SPOKEN.test(name ?? '')) continue;
    passed += Number(good);
    failed += Number(bad);
  }
  return { passed, failed: code === 0 && passed > 0 ? failed : Math.max(failed, 1) };
}
