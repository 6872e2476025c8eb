import type { Clock } from '../../platform/index.ts';

/** Something that others replace while we run, such as a mounted file. */
export interface Rotating<Value> {
  current(): Value | Promise<Value>;
  /** When this is what is known, the next `current` reads again; says whether it is. */
  forget(value: Value): boolean;
}

/**
 * Reads at most every `maxAge` milliseconds, once for all who ask in the meantime. Reading again is as cheap as asking
 * for the time of the last change, and does not depend on how a file system keeps it.
 *
 * When reading again fails, what was read before stays good: a rotation may be caught half-way.
 */
export function rotating<Value>(
  read: (before: Value | undefined) => Promise<Value>,
  clock: Clock,
  options: {
    /** @default 10_000 */
    readonly maxAge?: number;
    /** What was read just now. */
    readonly known?: Value;
  } = {},
): Rotating<Value> {
  const { maxAge = 10_000 } = options;
  let known: { readonly value: Value; readonly readAt: number } | undefined =
    options.known === undefined ? undefined : { value: options.known, readAt: clock.now() };
  let running: Promise<Value> | undefined;

  const refresh = async (): Promise<Value> => {
    const readAt = clock.now();
    const before = known;
    try {
      known = { value: await read(before?.value), readAt };
    } catch (error) {
      if (before === undefined) throw error;
      known = { value: before.value, readAt };
    }
    return known.value;
  };

  return {
    current: () => {
      if (known !== undefined && clock.now() - known.readAt < maxAge) return known.value;
      running ??= refresh().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: (value) => {
      if (known?.value !== value) return false;
      known = undefined;
      return true;
    },
  };
}
