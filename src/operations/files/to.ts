import { posix } from 'node:path';

import type { Connection } from '../../kubernetes/index.ts';
import { archiveOf, type Item } from './archive.ts';
import { remotePath } from './remote-path.ts';
import { startTar, type Place } from './tar-process.ts';

/** What is to be copied: a tree whose paths begin at `''`, which is the file or folder itself. */
export type Tree = AsyncIterable<Omit<Item, 'name'> & { readonly path: string }>;

export interface CopiedTo {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
}

/**
 * Copies a file or folder into a container, over what is there. Its folder must exist.
 * @throws PolicyError, KubernetesError, UsageError (`no-tar`, `copy-failed`), and what reading the tree throws
 */
export async function copyTo(connection: Connection, place: Place, tree: Tree): Promise<CopiedTo> {
  const path = remotePath(place.path);
  const [directory, base] = [posix.dirname(path), posix.basename(path)];
  const sent = { files: 0, folders: 0, bytes: 0 };
  const named = async function* (): AsyncGenerator<Item> {
    for await (const item of tree) {
      if (item.file === undefined) sent.folders++;
      else sent.files++;
      sent.bytes += item.file?.size ?? 0;
      yield { ...item, name: item.path === '' ? base : `${base}/${item.path}` };
    }
  };
  // Times and owners are those of who unpacks.
  const tar = await startTar(connection, place, ['xmf', '-', '-C', directory], true);
  try {
    const writing = write(tar, archiveOf(named()));
    // It may be waiting for a tar that has given up, which says why.
    const failed = writing.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    for await (const _ of tar.output);
    tar.check();
    const failure = await failed;
    if (failure !== undefined) throw failure.error;
    return sent;
  } finally {
    tar.close();
  }
}

/** What cannot be read on this side ends it: half an archive must not be taken for a whole one. */
async function write(tar: Awaited<ReturnType<typeof startTar>>, parts: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const part of parts) await tar.write(part);
    await tar.endInput();
  } catch (error) {
    tar.close();
    throw error;
  }
}
