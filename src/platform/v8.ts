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
 * Bytes that one half of the young generation shall hold. What is alive of the calls under way is copied with each collection
 * of it: a call of one pod takes a tenth more of the processor with 4 MB, and two fifths more with 2 MB (bench/README.md). V8
 * by itself makes it 16 MB under load and hardly ever gives them back: 32 lists of 2,000 pods at a time left 300 MB resident,
 * and 180 MB with this.
 */
const HALF_OF_YOUNG = 8 * 1024 * 1024;

/** What V8 begins with, and what it leaves where it gives memory back. In bytes, of one half. */
const LEAST_HALF = 1024 * 1024;

/** Calls from one look at the young generation to the next: a look takes 5 µs, widening 4 to 8 ms. */
const LOOK_EVERY = 16;

/** Bytes of an object that is copied by a collection: larger ones are set apart. */
const COPIED = 32 * 1024;

let calls = 0;

/**
 * Keeps the young generation at one size. To be called with each call; not before, since it would slow the start down. V8
 * shrinks it whenever it collects while little is asked, as between two questions of an agent, and where it may not grow it
 * stays so: that made all further calls slower.
 */
export function keepYoungSpace(): void {
  if (calls === 0) setGrowthOfYoungSpace(1);
  calls += 1;
  if (calls % LOOK_EVERY === 0) setImmediate(widenYoungSpace);
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
  if (calls > 0) widenYoungSpace();
}

/** Lets the young generation grow once, if it has no more than half of what it shall have. */
function widenYoungSpace(): void {
  const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
  const young = spaces.find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
  const half = Math.max(LEAST_HALF, young / 2);
  const factor = Math.floor(HALF_OF_YOUNG / half);
  if (factor < 2) return;
  setGrowthOfYoungSpace(factor);
  // V8 widens it when more has survived than it holds. Numbers are copied without being looked into.
  const numbers = Array.from({ length: COPIED / 8 }, () => 0.5);
  const survivors = Array.from({ length: Math.ceil((half * 1.25) / COPIED) }, () => numbers.slice());
  collectorOfV8()({ type: 'minor' });
  setGrowthOfYoungSpace(1);
  // Read after the collection, so that they are held until then.
  survivors.length = 0;
}
