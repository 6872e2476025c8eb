import { glob } from 'node:fs/promises';
import { matchesGlob } from 'node:path';

import { describe, expect, it } from 'vitest';

import { MANUAL, ROOT } from './page.ts';

const page = MANUAL.find(({ path }) => path === 'docs/testing.md');
const suites = (page?.spans ?? []).map(({ text }) => text).filter((text) => /^(?:src|practice|test)\/.*\.test\.ts$/.test(text));

describe('docs/testing.md', async () => {
  const files = await Array.fromAsync(glob('{src,practice,test}/**/*.test.ts', { cwd: ROOT }));

  it('says of every suite what it protects', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => !suites.some((suite) => matchesGlob(file, suite)))).toEqual([]);
  });

  it.each(suites)('names suites that there are: %s', (suite) => {
    expect(files.filter((file) => matchesGlob(file, suite))).not.toEqual([]);
  });
});
