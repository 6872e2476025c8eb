/** V8's own collector. */
export interface Collector {
  (options: { readonly type: 'major'; readonly execution: 'async'; readonly flavor: 'last-resort' }): Promise<void>;
  (options: { readonly type: 'minor' | 'major' }): void;
}

let collector: Collector | undefined;

/** The collector, which Node hands out in no other way. The modules are taken here, since no start shall wait for them. */
export function collectorOfV8(): Collector {
  if (collector === undefined) {
    const { setFlagsFromString } = process.getBuiltinModule('node:v8');
    // The function exists only in contexts that are made while the flag is set.
    setFlagsFromString('--expose-gc');
    collector = process.getBuiltinModule('node:vm').runInNewContext('gc') as Collector;
    setFlagsFromString('--no-expose-gc');
  }
  return collector;
}

/**
 * Gives memory that is not used any more back to the system. V8 collects when something allocates: a server whose clients
 * have gone, or ask nothing, allocates nothing, and would keep what they left behind for as long as it is left alone.
 */
export async function releaseMemory(): Promise<void> {
  await collectorOfV8()({ type: 'major', execution: 'async', flavor: 'last-resort' });
}

let isYoungSpaceSmall = false;

/**
 * V8 doubles its young generation under load and hardly ever gives it back: 32 lists of 2,000 pods at a time left 300 MB
 * resident, and 160 MB without that. Set with the first call, since it would slow the start down.
 */
export function keepYoungSpaceSmall(): void {
  if (isYoungSpaceSmall) return;
  isYoungSpaceSmall = true;
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
