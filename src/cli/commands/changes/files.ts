import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, quoted, UsageError } from '../../../platform/index.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The manifests in files, folders (their `.yaml`, `.yml` and `.json`, by name) and stdin (`-`), as one text.
 * @throws UsageError naming what cannot be read
 */
export async function readFiles(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const path of paths) {
    try {
      for (const file of await filesOf(path)) texts.push(file === '-' ? await readStdin() : await readFile(file, 'utf8'));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`${quoted(path)} cannot be read: ${messageOf(error)}.`, {
        code: 'usage',
        field: 'file',
        cause: error,
      });
    }
  }
  return texts.join('\n---\n');
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (path === '-' || !(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => MANIFEST.test(name)).toSorted();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new UsageError(`The folder ${quoted(path)} holds no manifests.`, { code: 'usage', field: 'file' });
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text;
}
