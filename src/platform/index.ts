export { FairleadError, isFairlead, messageOf, quoted, systemCode, UsageError } from './errors.ts';
export { mapBounded, Semaphore, TokenBucket, type Clock } from './limits.ts';
export { didYouMean, nearest } from './nearest.ts';
export { openDatabase } from './database.ts';
export { ageOf, parseDuration, shortDuration, systemClock } from './time.ts';
export { createLogger, type Level, type Logger } from './log.ts';
export { stateFolder, stateKey } from './state.ts';
export { collectorOfV8, keepYoungSpaceSmall, releaseMemory } from './v8.ts';
