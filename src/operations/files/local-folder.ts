import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { quoted, systemCode, UsageError } from '../../platform/index.ts';
import type { Folder } from './from.ts';

/** Where what comes out of a container goes: in a folder that is there under its own name, else under the name given. */
export async function localTarget(path: string, remote: string): Promise<string> {
  const isFolder = (await statsOf(path))?.isDirectory() === true;
  return isFolder ? join(path, posix.basename(posix.normalize(remote))) : path;
}

/** Writes under a path of this machine. No link below it is followed: who put one there could lead us anywhere. */
export class LocalFolder implements Folder {
  readonly #base: string;

  /** @param base where what was asked for goes, itself and what is in it */
  constructor(base: string) {
    this.#base = base;
  }

  async folder(path: string): Promise<void> {
    await this.#enter(path);
  }

  async file(path: string, { mode, body }: Parameters<Folder['file']>[1]): Promise<void> {
    const cut = path.lastIndexOf('/');
    if (path !== '') await this.#enter(cut === -1 ? '' : path.slice(0, cut));
    const target = join(this.#base, path);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    let file;
    try {
      file = await open(target, flags, mode | 0o600);
    } catch (error) {
      throw refused(target, systemCode(error) ?? 'it cannot be opened', error);
    }
    try {
      for await (const part of body) await file.writeFile(part);
    } finally {
      await file.close();
    }
  }

  /** Makes a folder and those above it, as far as they are not there. */
  async #enter(path: string): Promise<void> {
    let at = this.#base;
    for (const part of ['', ...path.split('/')]) {
      at = join(at, part);
      const there = await statsOf(at);
      if (there === undefined) await mkdir(at, { mode: 0o755 });
      else if (!there.isDirectory()) throw refused(at, there.isSymbolicLink() ? 'it is a link' : 'it is there, and no folder');
    }
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw refused(path, systemCode(error) ?? 'it cannot be looked at', error);
  }
}

function refused(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(`${quoted(path, 200)} cannot be written: ${why}.`, { code: 'local-path', field: 'local_path', cause });
}
