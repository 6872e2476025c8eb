/**
 * Writes the declarations of the library into dist/types: those that src/index.ts reaches, and no others. What they
 * refer to must be there for whoever installs the package, which is Node's own types alone: everything else is bundled.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist', 'types');

// Not the word in a text, such as 'routed-from'.
const REFERENCE = /(?<=(?<![-\w'"])(?:from|import)\s*\(?\s*['"])([^'"]+)(?=['"])/g;

/** Makes the references of a declaration ones that every resolver finds, and follows them. @throws for a foreign one */
async function follow(file: string, reached: Set<string>): Promise<void> {
  if (reached.has(file)) return;
  reached.add(file);
  const text = await readFile(file, 'utf8');
  const references = [...text.matchAll(REFERENCE)].map(([reference]) => reference);
  const foreign = references.find((reference) => !reference.startsWith('.') && !reference.startsWith('node:'));
  if (foreign !== undefined) throw new Error(`${file} refers to ${foreign}, which is not there once it is bundled.`);
  await writeFile(
    file,
    text.replace(REFERENCE, (reference) => reference.replace(/^(\..*)\.ts$/, '$1.js')),
  );
  for (const reference of references.filter((each) => each.startsWith('.'))) {
    await follow(resolve(dirname(file), reference.replace(/\.ts$/, '.d.ts')), reached);
  }
}

await rm(target, { recursive: true, force: true });
await promisify(execFile)(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.types.json'],
  {
    cwd: root,
  },
);
const reached = new Set<string>();
await follow(join(target, 'index.d.ts'), reached);
for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && !reached.has(file)) await rm(file);
}
