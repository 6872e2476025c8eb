import { posix } from 'node:path';

import type { Connection } from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { membersOf, type Member } from './archive.ts';
import { remotePath } from './remote-path.ts';
import { startTar, type Place } from './tar-process.ts';

export type { Place } from './tar-process.ts';

/** Where what comes out of a container goes. Paths are safe: parts of names joined by slashes, `''` for what was asked for. */
export interface Folder {
  folder(path: string): Promise<void>;
  /** @param body exactly `size` bytes, or an error */
  file(
    path: string,
    file: { readonly mode: number; readonly size: number; readonly body: AsyncIterable<Uint8Array> },
  ): Promise<void>;
}

export interface CopiedFrom {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Links, devices and what has a name that leads elsewhere: how many, and the first of them. */
  readonly leftOut: number;
  readonly leftOutNames: readonly string[];
}

/** What one copy may come to. */
export interface Caps {
  /** @default 1 GiB */
  readonly bytes?: number | undefined;
  /** Files and folders. @default 10,000 */
  readonly members?: number | undefined;
}

const BYTES = 1024 ** 3;
const MEMBERS = 10_000;
/** Links that are followed to what was asked for: files of ConfigMaps lie behind two. */
const MOST_LINKS = 5;
const NAMES = 10;

/**
 * Copies a file or folder out of a container. Nothing that the archive says is believed: what leads out of the folder, and
 * whatever is no file or folder, is left out; what is larger than the caps ends it.
 * @throws PolicyError, KubernetesError, UsageError (`no-tar`, `copy-failed`, `too-large`)
 */
export async function copyFrom(connection: Connection, place: Place, into: Folder, caps: Caps = {}): Promise<CopiedFrom> {
  let path = remotePath(place.path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    const result = await copyOnce(connection, { ...place, path }, into, caps);
    if (typeof result !== 'string') return result;
    path = remotePath(posix.isAbsolute(result) ? result : posix.join(posix.dirname(path), result));
  }
  throw new UsageError(`${quoted(place.path, 200)} leads from link to link.`, { code: 'copy-failed', field: 'path' });
}

/** @returns where it leads, when what was asked for is itself a link */
async function copyOnce(connection: Connection, place: Place, into: Folder, caps: Caps): Promise<CopiedFrom | string> {
  const [directory, base] = [posix.dirname(place.path), posix.basename(place.path)];
  const root = base === '' ? '.' : base;
  const tar = await startTar(connection, place, ['cf', '-', '-C', directory, `./${root}`], false);
  const done = { files: 0, folders: 0, bytes: 0, leftOut: 0, leftOutNames: [] as string[] };
  const leaveOut = (name: string): void => {
    done.leftOut++;
    if (done.leftOutNames.length < NAMES) done.leftOutNames.push(name);
  };
  let seen = 0;
  try {
    for await (const member of membersOf(tar.output)) {
      if (++seen > (caps.members ?? MEMBERS)) throw tooLarge(`more than ${caps.members ?? MEMBERS} files and folders`);
      const path = pathBelow(root, member.name);
      if (seen === 1 && path === '' && member.type === 'symlink' && member.leadsTo !== undefined) return member.leadsTo;
      if (path === undefined || !isCopied(member)) {
        leaveOut(member.name);
        await member.body.cancel();
      } else if (member.type === 'directory') {
        await member.body.cancel();
        await into.folder(path);
        done.folders++;
      } else {
        done.bytes += member.size;
        if (done.bytes > (caps.bytes ?? BYTES)) throw tooLarge(`more than ${caps.bytes ?? BYTES} bytes`);
        await into.file(path, { mode: member.mode & 0o777, size: member.size, body: member.body });
        done.files++;
      }
    }
    tar.check();
    return done;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // An archive that breaks off says less than the tar that wrote it.
    tar.check();
    throw error;
  } finally {
    tar.close();
  }
}

/** Files and folders alone: a link could lead anywhere, and a device is none of ours. */
function isCopied({ type }: Member): boolean {
  return type === 'file' || type === 'directory';
}

/** The path below what was asked for; undefined for a name that is not there, or leads out of it. */
export function pathBelow(root: string, name: string): string | undefined {
  const parts = name
    .replace(/\/+$/, '')
    .split('/')
    .filter((part) => part !== '.');
  if (root !== '.' && parts.shift() !== root) return undefined;
  const isSafe = parts.every((part) => part !== '' && part !== '..' && !/[\0\\]/.test(part) && Buffer.byteLength(part) <= 255);
  return isSafe ? parts.join('/') : undefined;
}

function tooLarge(what: string): UsageError {
  return new UsageError(`There are ${what}: too much for one copy.`, {
    code: 'too-large',
    field: 'path',
    advice: 'Copy a part of it. What was written until now is left as it is.',
  });
}
