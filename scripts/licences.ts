import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The package that a bundled file belongs to, or undefined for a file of our own. */
function packageOf(input: string): string | undefined {
  const at = input.lastIndexOf('node_modules/');
  if (at === -1) return undefined;
  const [scope = '', name = ''] = input.slice(at + 'node_modules/'.length).split('/');
  const path = input.slice(0, at + 'node_modules/'.length);
  return path + (scope.startsWith('@') ? `${scope}/${name}` : scope);
}

/**
 * Writes the licence of every package that was bundled into one file.
 * @param inputs the bundle's input files, relative to `root`
 * @throws when a bundled package brings no licence, so that none is shipped without
 */
export async function writeLicences(root: string, inputs: readonly string[], target: string): Promise<void> {
  const packages = [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))].sort();
  const sections = await Promise.all(
    packages.map(async (folder) => {
      const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        license?: string;
      };
      const names = await readdir(join(root, folder));
      const files = names.filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
      if (manifest.license === undefined && files.length === 0)
        throw new Error(`${manifest.name} is bundled and names no licence`);
      const texts = await Promise.all(files.map((name) => readFile(join(root, folder, name), 'utf8')));
      return [
        `${manifest.name} ${manifest.version} — ${manifest.license ?? 'see below'}`,
        ...texts.map((text) => text.trim()),
      ].join('\n\n');
    }),
  );
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  await writeFile(target, `Fairlead contains the following packages.${line}${sections.join(line)}\n`);
}
