import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { quoted, systemCode, UsageError } from '../../platform/index.ts';
import type { Tree } from './to.ts';

/**
 * The file or folder at a path of this machine. Links and devices in it are left out.
 * @throws UsageError where it cannot be read
 */
export async function* localFiles(base: string, path = ''): Tree {
  const at = join(base, path);
  try {
    const stats = await lstat(at);
    const mode = stats.mode & 0o777;
    if (stats.isFile()) {
      yield { path, mode, file: { size: stats.size, open: () => exactly(at, stats.size) } };
    } else if (stats.isDirectory()) {
      yield { path, mode };
      for (const name of (await readdir(at)).toSorted()) yield* localFiles(base, path === '' ? name : `${path}/${name}`);
    } else if (path === '') {
      throw unreadable(at, 'it is no file and no folder');
    }
  } catch (error) {
    if (error instanceof UsageError || systemCode(error) === undefined) throw error;
    throw unreadable(at, systemCode(error) ?? '', error);
  }
}

/** A file that is made of a text. */
export async function* textFile(text: string): Tree {
  const bytes = Buffer.from(text, 'utf8');
  yield {
    path: '',
    mode: 0o644,
    file: {
      size: bytes.length,
      async *open() {
        yield bytes;
      },
    },
  };
}

/** As many bytes as the archive was told, of a file that somebody may be writing. */
async function* exactly(path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return;
  for await (const part of createReadStream(path, { end: size - 1 })) yield part as Buffer;
}

function unreadable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(`${quoted(path, 200)} cannot be read: ${why}.`, { code: 'local-path', field: 'local_path', cause });
}
