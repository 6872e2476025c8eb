import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { CONTENT } from './content.ts';
import { ROOT } from './tree.ts';

interface Packed {
  /** Bytes of the archive. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

const args = ['pack', '--dry-run', '--json', '--offline', '--ignore-scripts'];
const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT });
const [packed] = JSON.parse(stdout) as readonly Packed[];
const files = packed?.files ?? [];

/** Without what changes with every change of the code: digests in names, and which declarations the library reaches. */
const named = (path: string): string =>
  path.replace(/-[0-9A-Z]{8}\.js$/, '-*.js').replace(/^dist\/types\/.*\.d\.ts$/, 'dist/types/**/*.d.ts');

const megabytes = (bytes = 0): string => `${(bytes / 1e6).toFixed(1)} MB`;

describe('the package', () => {
  it('holds what is pinned, and nothing else', () => {
    expect([...new Set(files.map(({ path }) => named(path)))].toSorted()).toEqual(CONTENT);
  });

  it('has no empty file', () => {
    expect(files.filter(({ size }) => size === 0)).toEqual([]);
  });

  it('installs nothing beside itself and runs nothing when it is installed', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: object };
    const pulling = /^(optional|peer|bundled?)?dependencies$/i;
    expect(Object.keys(manifest).filter((key) => pulling.test(key))).toEqual([]);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it('is as large as docs/dependencies.md says, give or take a tenth', async () => {
    const manual = await readFile(join(ROOT, 'docs', 'dependencies.md'), 'utf8');
    const [, archive, unpacked] = /([\d.]+) MB to download, ([\d.]+) MB on the disk/.exec(manual) ?? [];
    const now = `${megabytes(packed?.size)} to download, ${megabytes(packed?.unpackedSize)} on the disk, ${files.length} files`;
    process.stdout.write(`The package: ${now}\n`);
    for (const [said, is = 0] of [[archive, packed?.size] as const, [unpacked, packed?.unpackedSize] as const])
      expect(Math.abs(Number(said) * 1e6 - is), `docs/dependencies.md is out of date: ${now}`).toBeLessThan(is / 10);
  });
});
