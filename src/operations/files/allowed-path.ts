import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';

import { quoted, systemCode, UsageError } from '../../platform/index.ts';

/**
 * A path of this machine without links in it, when it lies in one of the folders.
 * @param folders absolute; links to elsewhere in them lead out of them
 * @throws UsageError for every other path, and where the folder that it is in does not exist
 */
export async function allowedPath(path: string, folders: readonly string[]): Promise<string> {
  if (folders.length === 0) {
    throw refused('No folder of this machine may be used for copies.', 'The operator can name some with --allow-paths.');
  }
  const advice = `Allowed: ${folders.join(', ')}.`;
  if (!isAbsolute(path) || path.includes('\0')) throw refused(`${quoted(path, 120)} is no absolute path.`, advice);
  const real = await realOf(path);
  for (const folder of folders) {
    const allowed = await realOf(folder);
    const way = relative(allowed, real);
    if (way !== '..' && !way.startsWith('../') && !isAbsolute(way)) return real;
  }
  throw refused(`${quoted(path, 120)} is in none of the folders that may be used.`, advice);
}

/** Where a path leads; its last part need not be there yet. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw refused(`${quoted(path, 120)}: ${systemCode(error) ?? 'it cannot be found'}.`);
  }
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    throw refused(`${quoted(dirname(path), 120)}: ${systemCode(error) ?? 'it cannot be found'}.`);
  }
}

function refused(message: string, advice?: string): UsageError {
  return new UsageError(message, { code: 'local-path', field: 'local_path', advice });
}
