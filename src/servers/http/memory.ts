import { collectorOfV8 } from '../../platform/index.ts';

/**
 * Gives memory that is not used any more back to the system.
 *
 * V8 collects when something allocates. A server whose clients have all gone allocates nothing, and would keep what they
 * left behind for as long as it is left alone.
 */
export async function releaseMemory(): Promise<void> {
  await collectorOfV8()({ type: 'major', execution: 'async', flavor: 'last-resort' });
}
