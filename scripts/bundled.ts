import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Metafile } from 'esbuild';

/** What is read of the package.json of a package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** An SPDX identifier or expression. */
  readonly license?: string;
}

/** A package of which the bundle has taken something. */
export interface BundledPackage {
  /** Relative to the root of the repository: `node_modules/undici`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The texts of its licence and notices. */
  readonly licences: readonly string[];
  /** The folders of the packages that its bundled files import. */
  readonly imports: readonly string[];
}

/** Everything in the bundle that is not ours. */
export interface Bundled {
  readonly packages: readonly BundledPackage[];
  /** The folders of the packages that our own files import. */
  readonly imports: readonly string[];
}

/** The folder of the package that a bundled file belongs to, or undefined for a file of our own. */
function folderOf(input: string): string | undefined {
  // A module of Node itself names who imports it.
  if (input.startsWith('builtin:')) return undefined;
  const at = input.lastIndexOf('node_modules/');
  if (at === -1) return undefined;
  const [scope = '', name = ''] = input.slice(at + 'node_modules/'.length).split('/');
  const path = input.slice(0, at + 'node_modules/'.length);
  return path + (scope.startsWith('@') ? `${scope}/${name}` : scope);
}

/** For each package by its folder, and for ourselves under '', which packages its files import. */
function importsIn(inputs: Metafile['inputs']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>([['', new Set()]]);
  for (const [input, { imports }] of Object.entries(inputs)) {
    const from = folderOf(input) ?? '';
    const known = found.get(from) ?? new Set();
    found.set(from, known);
    for (const { path } of imports) {
      const to = folderOf(path);
      if (to !== undefined && to !== from) known.add(to);
    }
  }
  return new Map([...found].map(([from, to]) => [from, [...to].toSorted()]));
}

async function readPackage(root: string, folder: string, imports: readonly string[]): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  const files = (await readdir(join(root, folder))).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).toSorted();
  if (manifest.license === undefined && files.length === 0) throw new Error(`${manifest.name} is bundled and names no licence`);
  const licences = await Promise.all(files.map((name) => readFile(join(root, folder, name), 'utf8')));
  return { folder, manifest, licences, imports };
}

/**
 * Finds out what the bundle holds of others.
 * @param root where the inputs' paths begin
 * @throws when a bundled package brings no licence, so that none is shipped without
 */
export async function readBundled(root: string, { inputs }: Metafile): Promise<Bundled> {
  const imports = importsIn(inputs);
  const folders = [...imports.keys()].filter((folder) => folder !== '').toSorted();
  const packages = await Promise.all(folders.map((folder) => readPackage(root, folder, imports.get(folder) ?? [])));
  return { packages, imports: imports.get('') ?? [] };
}

/**
 * Where `import()` leads to a CommonJS module, as `file → module`. Node finds out the names that such a module exports; in
 * the bundle it has nothing but its default.
 */
export function nameless({ inputs }: Pick<Metafile, 'inputs'>): readonly string[] {
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ kind, path }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs')
      .map(({ path }) => `${file} → ${path}`),
  );
}
