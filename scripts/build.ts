/** Bundles src/ into dist/: a small entry, everything heavy in chunks that are loaded when first used. */
import { constants } from 'node:fs';
import { copyFile, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { openWorld, WORLDS } from '../practice/index.ts';
import { settle, settledText } from '../practice/settle.ts';
import { builtins } from './builtins.ts';
import { nameless, readBundled, type Manifest } from './bundled.ts';
import { leanSdk } from './lean-sdk.ts';
import { licencesOf } from './licences.ts';
import { sbomOf, type Locked } from './sbom.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(root, file), 'utf8'));
const self = (await readJson('package.json')) as Manifest;
const lock = (await readJson('package-lock.json')) as { readonly packages: Locked };

await rm(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  plugins: [builtins, leanSdk],
  define: { 'process.env.FAIRLEAD_VERSION': JSON.stringify(self.version) },
  // undici and other CommonJS packages require Node's own modules, which an ES module cannot do by itself.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});
const broken = nameless(result.metafile);
if (broken.length > 0) throw new Error(`The names of a CommonJS package are lost by import(): ${broken.join(', ')}`);
// Modules read their data from the folder data/ beside them; in the bundle all modules stand side by side.
const data = join(dist, 'data');
await mkdir(data);
for await (const file of glob('practice/**/data/*.{json,jsonl}', { cwd: root }))
  await copyFile(join(root, file), join(data, basename(file)), constants.COPYFILE_EXCL);
// The tests start each of them with all checks.
for (const world of WORLDS) {
  const opened = { ...(await openWorld(world)), isChecked: true };
  await writeFile(join(data, `${world}.json`), JSON.stringify(opened), { flag: 'wx' });
  const settled = await settle(opened);
  if (settled !== undefined) await writeFile(join(data, `${world}.settled.jsonl`), settledText(settled), { flag: 'wx' });
}
const bundled = await readBundled(root, result.metafile);
await writeFile(join(dist, 'THIRD_PARTY_LICENSES.txt'), licencesOf(bundled.packages));
await writeFile(join(dist, 'sbom.cdx.json'), `${JSON.stringify(sbomOf(self, bundled, lock.packages), null, 2)}\n`);
if (process.argv.includes('--metafile')) await writeFile(join(dist, 'meta.json'), JSON.stringify(result.metafile));
