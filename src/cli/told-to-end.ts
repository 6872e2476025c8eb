import { UsageError } from '../platform/index.ts';

/** Ends with the next signal that asks this process to end; whoever is to be told must listen before it says that it is there. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

/**
 * Does something until it is done, or until the person presses Ctrl-C.
 * @param work is told by its signal, whose reason is a UsageError
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new UsageError('Interrupted.', { code: 'interrupted' }));
  process.once('SIGINT', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}
