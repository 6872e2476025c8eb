import type { Cancel } from '../model.ts';

/**
 * Waits until it is woken, or the stream is over.
 * @param arm is given what wakes, and returns what disarms it; nothing when there is nothing to wait for
 * @returns whether there was something to wait for
 */
export type Pause = (arm: (wake: () => void) => Cancel | undefined) => Promise<boolean>;

/** The pauses of one stream, one after the other: however many they are, the signal has one listener. */
export function pausesUntil(signal: AbortSignal): Pause {
  let wakeNow = (): void => undefined;
  signal.addEventListener('abort', () => wakeNow(), { once: true });
  return async (arm) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wakeNow = resolve;
    const disarm = signal.aborted ? undefined : arm(resolve);
    if (disarm === undefined) return false;
    await promise;
    disarm();
    return true;
  };
}
