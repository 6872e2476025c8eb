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

let isYoungSpaceSmall = false;

/**
 * V8 doubles its young generation under load and hardly ever gives it back: 32 lists of 2,000 pods at a time left 300 MB
 * resident, and 160 MB without that. Set with the first call, since it would slow the start down.
 */
export function keepYoungSpaceSmall(): void {
  if (isYoungSpaceSmall) return;
  isYoungSpaceSmall = true;
  setGrowthOfYoungSpace(1);
}

function setGrowthOfYoungSpace(factor: number): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

/**
 * Gives memory that is not used any more back to the system. V8 collects when something allocates: a server whose clients
 * have gone, or ask nothing, allocates nothing, and would keep what they left behind for as long as it is left alone.
 */
export async function releaseMemory(): Promise<void> {
  await collectorOfV8()({ type: 'major', execution: 'async', flavor: 'last-resort' });
  if (isYoungSpaceSmall) widenYoungSpace();
}

/** Bytes of objects that outlive the collection that widens: more than the least young generation holds, which is 1 MB. */
const BALLAST = 2 * 1024 * 1024;

/**
 * Lets the young generation grow four times, once. A collection that gives memory back leaves the least of it, 1 MB, which
 * may not grow by itself any more: every call paid 175 µs for collecting it, for the rest of the server's life. V8 widens it
 * when more has survived than it holds.
 */
function widenYoungSpace(): void {
  setGrowthOfYoungSpace(4);
  const survivors = Array.from({ length: BALLAST / 32 }, (_, index) => ({ index }));
  collectorOfV8()({ type: 'minor' });
  setGrowthOfYoungSpace(1);
  // Read after the collection, so that they are held until then.
  survivors.length = 0;
}
