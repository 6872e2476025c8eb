import { readdir, readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { EXCEPTIONS } from './exceptions.ts';

test('the manual of the practice cluster shows what it is excepted from, and why', async () => {
  const manual = await readFile(new URL('../../docs/practice.md', import.meta.url), 'utf8');
  const shown = manual.split('\n').filter((line) => /^\| (?!promise|---)/.test(line) && line.split('|').length === 5);
  const rows = EXCEPTIONS.map(({ theme, promise, reason }) => `| ${theme} | ${promise} | ${reason} |`);
  expect(shown).toEqual(expect.arrayContaining(rows));
});

test('every exception is from a promise that a suite makes', async () => {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.test.ts') && file !== 'exceptions.test.ts');
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, import.meta.url), 'utf8')));
  const unknown = EXCEPTIONS.filter(
    ({ theme, promise }) => !texts.some((text) => text.includes(`'${theme}'`) && text.includes(`'${promise}'`)),
  );
  expect(unknown).toEqual([]);
});
