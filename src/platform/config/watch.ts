import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { Clock } from '../time.ts';

export interface WatchOptions {
  /** The files to look at; asked each time, since a new configuration may refer to others. */
  readonly files: () => readonly string[];
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds between two looks. */
  readonly interval: number;
}

/**
 * Yields whenever the contents of files have changed and have then stayed the same for one interval, and once at the
 * beginning, because they may have changed since they were read. It looks at what is in them and not at events: editors
 * replace files, Kubernetes swaps links, network folders tell nothing.
 */
export async function* watchFiles(options: WatchOptions): AsyncGenerator<undefined, void, undefined> {
  const { signal, clock, interval } = options;
  let known: string | undefined;
  let before: string | undefined;
  while (!signal.aborted) {
    try {
      await clock.sleep(interval, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const now = await fingerprint(options.files());
    const settled = now === before;
    before = now;
    if (!settled || now === known) continue;
    known = now;
    yield undefined;
  }
}

/** A file that cannot be read has contents of its own, so that its coming and going is a change. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    try {
      hash.update(
        createHash('sha256')
          .update(await readFile(file))
          .digest(),
      );
    } catch {
      hash.update('unreadable');
    }
  }
  return hash.digest('hex');
}
