import { collectorOfV8 } from '../../platform/index.ts';

/** Bytes of logs between two collections. */
const EVERY = 8 * 1024 * 1024;
/** Of so many collections one is of everything: a piece that was on its way during two of them counts as old. */
const MAJOR = 4;

/**
 * Frees the pieces of a log that were looked at, told how long each was. They are garbage at once, but they lie outside of
 * the heap that V8 looks after: it lets some 60 MB of them gather, and its young generation grow beside them, before it
 * collects.
 */
export function tidying(): (bytes: number) => void {
  let gathered = 0;
  let times = 0;
  return (bytes) => {
    gathered += bytes;
    if (gathered < EVERY) return;
    gathered = 0;
    collectorOfV8()({ type: times++ % MAJOR === 0 ? 'major' : 'minor' });
  };
}
