import { releaseMemory } from '../../platform/index.ts';

/** Milliseconds without an answer after which a server is quiet. */
const QUIET = 1_000;
/**
 * Bytes that must have come to be in use. With what is let go V8 lets go of code, too, so that the next hundred answers take
 * twice as long: worth it after lists of whole fleets, not after some objects.
 */
const WORTH = 80 * 1024 * 1024;

interface Memory {
  /** Bytes that the process has of the system's memory. */
  resident(): number;
  release(): Promise<void>;
}

const OWN: Memory = { resident: () => process.memoryUsage.rss(), release: releaseMemory };

/**
 * Gives back what answers have left behind, once a while has passed without one: an agent thinks for longer than it asks,
 * and its machine has other servers to run.
 * @returns to be called with each answer
 */
export function tidyingWhenQuiet(memory: Memory = OWN): () => void {
  let kept = memory.resident();
  let timer: NodeJS.Timeout | undefined;
  const tidy = async (): Promise<void> => {
    if (memory.resident() - kept < WORTH) return;
    await memory.release();
    kept = memory.resident();
  };
  return () => {
    timer = timer?.refresh() ?? setTimeout(() => void tidy(), QUIET).unref();
  };
}
