/** Logs of pods and of what made them: found, read, picked, merged and folded. */
export type { LogGroup } from './fold.ts';
export { isAtLeast, LEVELS, type Level } from './level.ts';
export { linesOf, timeAndText, type LogLine } from './lines.ts';
export {
  findLogs,
  placesOf,
  type LinePlace,
  type LogsFound,
  type LogsQuestion,
  type LogsRead,
  type UnfinishedLog,
} from './logs.ts';
export { findSources, isOver, type Source, type Sources } from './sources.ts';
export { streamLog, type LogEntry, type LogStreamQuestion } from './stream.ts';
