import { glob } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { MANUAL, ROOT } from './page.ts';

const page = MANUAL.find(({ path }) => path === 'docs/security.md');
const [, table = ''] = /^\| promise \| held by \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page?.text ?? '') ?? [];
const promises = table
  .trimEnd()
  .split('\n')
  .map((row) => {
    const [, promise = '', held = ''] = row.split('|').map((cell) => cell.trim());
    return { promise, tests: [...held.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path) };
  });

/** The tests that a promise names: a file, a pattern, or a folder. */
async function testsOf(path: string): Promise<readonly string[]> {
  const pattern = path.endsWith('/') ? `${path}**/*.test.ts` : path;
  const files = await Array.fromAsync(glob(pattern, { cwd: ROOT }));
  return files.filter((file) => file.endsWith('.test.ts'));
}

describe('each promise in docs/security.md', () => {
  it.each(promises)('is held by tests that are there: $promise', async ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const path of tests) expect(await testsOf(path), path).not.toEqual([]);
  });

  // What leads into pods or outlives a call is what a review asks for first.
  it.each(['kube_exec', 'kube_debug', 'Files from a container', 'Forwarded ports', 'A task '])('is there for %s', (subject) => {
    expect(promises.filter(({ promise }) => promise.includes(subject))).not.toEqual([]);
  });
});
