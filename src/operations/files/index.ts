/** Files to and from containers: archives over exec, and the files of this machine. */
export { copyFrom, type CopiedFrom, type Place } from './from.ts';
export { copyTo, type CopiedTo, type Tree } from './to.ts';
export { LocalFolder, localTarget } from './local-folder.ts';
export { localFiles, textFile } from './local-files.ts';
export { MemoryFolder } from './memory-folder.ts';
export { readText, textOf } from './read.ts';
export { allowedPath } from './allowed-path.ts';
