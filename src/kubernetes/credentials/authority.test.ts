import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { folderWith, makePair } from '../../../test/support/credentials.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { authorityFile, certificatesIn } from './authority.ts';

const [one, other] = [makePair('one').cert, makePair('other').cert];
const broken = one.replace(/\n[^\n]{10}/, '\nbroken!!!!');

it.each([
  [one, one],
  [`# ours\n${one}${other}`, `# ours\n${one}${other}`],
  [`${one}${broken}${other}`, `${one.trim()}\n${other.trim()}\n`],
  [broken, undefined],
  ['', undefined],
  [makePair('key').key, undefined],
])('certificatesIn leaves out what is broken (%#)', (pem, expected) => {
  expect(certificatesIn(pem)).toBe(expected);
});

it('a file is read again when ten seconds have passed, and a renewal that is half done is not taken', async () => {
  const clock = manualClock();
  const folder = await folderWith({ 'ca.crt': one });
  const path = join(folder, 'ca.crt');
  const current = authorityFile(path, one, clock);
  expect(current()).toBe(one);
  await writeFile(path, other.slice(0, 200));
  expect(current()).toBe(one);
  await clock.advance(10_000);
  expect(await current()).toBe(one);
  await writeFile(path, other);
  await clock.advance(10_000);
  expect(await current()).toBe(other);
  await rm(path);
  await clock.advance(10_000);
  expect(await current()).toBe(other);
});
