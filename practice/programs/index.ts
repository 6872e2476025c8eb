export type { Images, LogLine, PortService, Program } from './program.ts';
export { programOf, type CommandLine } from './images.ts';
export { chance } from './hash.ts';
export { endingOf, type Ending } from './ending.ts';
export { logOf, type ContainerLog, type ContainerRun, type LogEntry } from './log.ts';
export { execute } from './commands/index.ts';
export type { ContainerView, Process } from './process.ts';
export { fileSystem, type FileSystem } from './files.ts';
export { bytesOf, nothing, nowhere, pipe, type Sink, type Source } from './streams.ts';
