/** Before the tests of `scripts/mutation.ts`, each of which runs for many mutants. */
import type * as FastCheck from 'fast-check';
import { vi } from 'vitest';

/** Tries of a property: so many tell a mutant as well as thousands do, which look for what is rare. */
const MOST = 100;

vi.mock('fast-check', async (original) => {
  const all = await original<typeof FastCheck>();
  const assert = <Values>(property: FastCheck.IRawProperty<Values>, options: FastCheck.Parameters<Values> = {}) =>
    all.assert(property, { ...options, numRuns: Math.min(options.numRuns ?? MOST, MOST) });
  return { ...all, assert, default: { ...all, assert } };
});
