export { unlessAborted } from './abort.ts';
export { FairleadError, isFairlead, messageOf, quoted, systemCode, UsageError } from './errors.ts';
export { mapBounded, Semaphore, TokenBucket } from './limits.ts';
export { didYouMean, nearest } from './nearest.ts';
export { openDatabase } from './database.ts';
export { ageOf, LONGEST_TIMER, parseDuration, shortDuration, systemClock, type Clock } from './time.ts';
export { createLogger, type Level, type Logger } from './log.ts';
export { stateFolder, stateKey } from './state.ts';
export { collectorOfV8, keepYoungSpaceSmall, releaseMemory } from './v8.ts';
