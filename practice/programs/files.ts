import { posix } from 'node:path';

import { bytesOf } from './streams.ts';

/** Why a file could not be had, in the words of the C library. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

export interface FileEntry {
  readonly directory: boolean;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** Files of a container that come from elsewhere, by absolute path, such as a mounted ConfigMap. They cannot be written. */
export type MountedFiles = Readonly<Record<string, string | Uint8Array>>;

/** The files of one container: those of its image, and what has been written since. All paths are absolute. */
export interface FileSystem {
  stat(path: string): FileEntry | undefined;
  /** @throws FileError */
  read(path: string): Uint8Array;
  /** @throws FileError */
  write(path: string, bytes: Uint8Array, options?: { readonly append?: boolean; readonly mode?: number }): void;
  /** Names, in order. @throws FileError */
  list(path: string): readonly string[];
  /** Makes its parents too. @throws FileError */
  makeDirectory(path: string): void;
  /** With everything in it. */
  remove(path: string): void;
  /** The same files, and these over them. */
  withMounts(mounts: MountedFiles): FileSystem;
}

/**
 * @param initial what the image brings
 * @param now milliseconds since the epoch, for modification times
 */
export function fileSystem(initial: MountedFiles, now: () => number): FileSystem {
  const entries = new Map<string, FileEntry>();
  const born = now();
  const add = (path: string, entry: FileEntry): void => {
    addParents(entries, path, entry.modified);
    entries.set(path, entry);
  };
  for (const directory of ['/', '/tmp', '/bin', '/etc', '/usr', '/var', '/root', '/proc']) add(directory, directoryEntry(born));
  for (const [path, content] of Object.entries(initial)) add(posix.normalize(path), fileEntry(content, born));
  return overlaid(entries, new Map(), now);
}

function overlaid(own: Map<string, FileEntry>, mounted: ReadonlyMap<string, FileEntry>, now: () => number): FileSystem {
  const stat = (path: string): FileEntry | undefined => mounted.get(tidy(path)) ?? own.get(tidy(path));
  const writable = (path: string): void => {
    if (mounted.has(path)) throw new FileError('Read-only file system');
  };
  const files: FileSystem = {
    stat,
    read(path) {
      const entry = stat(path);
      if (entry === undefined) throw new FileError('No such file or directory');
      if (entry.directory) throw new FileError('Is a directory');
      return entry.bytes;
    },
    write(path, bytes, { append = false, mode } = {}) {
      const at = tidy(path);
      const before = stat(at);
      writable(at);
      if (before?.directory === true) throw new FileError('Is a directory');
      const parent = stat(posix.dirname(at));
      if (parent === undefined) throw new FileError('No such file or directory');
      if (!parent.directory) throw new FileError('Not a directory');
      const content = append && before !== undefined ? Buffer.concat([before.bytes, bytes]) : bytes;
      own.set(at, { directory: false, bytes: content, mode: mode ?? before?.mode ?? 0o644, modified: now() });
    },
    list(path) {
      const at = tidy(path);
      const entry = stat(at);
      if (entry === undefined) throw new FileError('No such file or directory');
      if (!entry.directory) throw new FileError('Not a directory');
      const inside = [...own.keys(), ...mounted.keys()].filter((other) => other !== '/' && posix.dirname(other) === at);
      return [...new Set(inside.map((other) => posix.basename(other)))].sort();
    },
    makeDirectory(path) {
      const at = tidy(path);
      writable(at);
      if (stat(at)?.directory === false) throw new FileError('File exists');
      addParents(own, at, now());
      if (stat(at) === undefined) own.set(at, directoryEntry(now()));
    },
    remove(path) {
      const at = tidy(path);
      writable(at);
      for (const other of own.keys()) if (other === at || other.startsWith(`${at}/`)) own.delete(other);
    },
    withMounts(mounts) {
      const over = new Map<string, FileEntry>();
      for (const [path, content] of Object.entries(mounts)) {
        addParents(over, posix.normalize(path), now());
        over.set(posix.normalize(path), fileEntry(content, now()));
      }
      for (const path of over.keys()) if (own.get(path)?.directory === true) over.delete(path);
      return overlaid(own, over, now);
    },
  };
  return files;
}

const tidy = (path: string): string => posix.resolve('/', path);
const directoryEntry = (modified: number): FileEntry => ({ directory: true, bytes: new Uint8Array(), mode: 0o755, modified });
const fileEntry = (content: string | Uint8Array, modified: number): FileEntry => ({
  directory: false,
  bytes: bytesOf(content),
  mode: 0o644,
  modified,
});

function addParents(entries: Map<string, FileEntry>, path: string, modified: number): void {
  for (let parent = posix.dirname(path); parent !== '/' && !entries.has(parent); parent = posix.dirname(parent))
    entries.set(parent, directoryEntry(modified));
}
