import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { systemCode, UsageError } from '../errors.ts';

/** Why a file cannot be read, for people. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in a circle',
};

/**
 * Reads a small text file; whatever is no file (a pipe would never end) or longer is refused.
 * @throws UsageError that says why
 */
export async function readTextFile(file: string, longest: number): Promise<string> {
  const refuse = (why: string, cause?: unknown): UsageError =>
    new UsageError(`${file} cannot be read: ${why}.`, {
      code: 'configuration',
      field: file,
      ...(cause !== undefined && { cause }),
    });
  try {
    // Not blocking, since opening a pipe waits for somebody to write.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw refuse(found.isDirectory() ? 'it is a folder' : 'it is no file');
      if (found.size > longest) throw refuse(`it is longer than ${Math.floor(longest / 1024)} KiB`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = systemCode(error);
    throw refuse(REASONS[code ?? ''] ?? `the system says ${code ?? 'no'}`, error);
  }
}
