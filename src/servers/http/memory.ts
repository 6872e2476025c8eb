import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's own collector, with what it takes. */
type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'async';
  readonly flavor: 'last-resort';
}) => Promise<void>;

let collect: Collect | undefined;

/**
 * Gives memory that is not used any more back to the system.
 *
 * V8 collects when something allocates. A server whose clients have all gone allocates nothing, and would keep what they
 * left behind for as long as it is left alone.
 */
export async function releaseMemory(): Promise<void> {
  collect ??= exposeCollector();
  await collect({ type: 'major', execution: 'async', flavor: 'last-resort' });
}

function exposeCollector(): Collect {
  // The function exists only in contexts that are made while the flag is set.
  setFlagsFromString('--expose-gc');
  const exposed = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return exposed;
}
