import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Sbom } from '../../scripts/sbom.ts';
import { filesIn, ROOT } from './tree.ts';

const run = promisify(execFile);
const SOURCES = ['src', 'practice', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.types.json'];

/**
 * A folder of packages as `npm ci` makes one. What is bundled is really there, since its path is part of what the bundler
 * works on; the tools are links.
 */
async function install(into: string): Promise<void> {
  const { components } = JSON.parse(await readFile(join(ROOT, 'dist', 'sbom.cdx.json'), 'utf8')) as Sbom;
  const bundled = new Set(components.map(({ name }) => name));
  const from = join(ROOT, 'node_modules');
  const names = await Promise.all(
    (await readdir(from)).map(async (name) =>
      name.startsWith('@') ? (await readdir(join(from, name))).map((inner) => `${name}/${inner}`) : [name],
    ),
  );
  for (const name of names.flat()) {
    await mkdir(join(into, name, '..'), { recursive: true });
    if (bundled.has(name)) await cp(join(from, name), join(into, name), { recursive: true });
    else await symlink(join(from, name), join(into, name));
  }
}

describe('the build', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-elsewhere-'));
    for (const source of SOURCES) await cp(join(ROOT, source), join(folder, source), { recursive: true });
    await install(join(folder, 'node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('makes the same bytes in another folder and time zone', async () => {
    const env = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'C' };
    for (const script of ['build.ts', 'types.ts'])
      await run(process.execPath, [join(folder, 'scripts', script)], { cwd: folder, env });
    const [here, there] = [await filesIn(join(ROOT, 'dist')), await filesIn(join(folder, 'dist'))];
    expect([...there.keys()]).toEqual([...here.keys()].filter((file) => file !== 'meta.json'));
    const different = [...there].filter(([file, bytes]) => here.get(file)?.equals(bytes) !== true).map(([file]) => file);
    expect(different, 'after npm run build').toEqual([]);
  });
});
