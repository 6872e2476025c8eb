import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { openWorld, startPractice, type Practice, type World } from '../practice/index.ts';
import { residentMegabytes } from './memory.ts';

export interface FleetOptions {
  readonly clusters: number;
  /** In each cluster. */
  readonly pods: number;
  /** Changes a second over all clusters. */
  readonly churn: number;
  /** How long the churn is watched. */
  readonly seconds: number;
}

/** What many practice clusters in this process cost. */
export interface FleetCost {
  /** Of the processor's time, for each cluster. */
  readonly startMilliseconds: number;
  readonly pods: number;
  /** Of the whole process, of 10^6 bytes, when all have started and when the churn has been watched. */
  readonly megabytes: number | undefined;
  readonly megabytesAfter: number | undefined;
  /** Changes that watches heard of. */
  readonly eventsPerSecond: number;
  /** Of one core's time. */
  readonly share: number;
  /** 99 of 100 callbacks were late by no more than this. */
  readonly delay99: number;
}

/** Starts the clusters one after the other, with a watch on everything in each, and lets them run for a while. */
export async function measureFleet({ clusters, pods, churn, seconds }: FleetOptions): Promise<FleetCost> {
  const world: World = {
    ...(await openWorld('fleet')),
    crowd: { pods, namespaces: Math.max(1, Math.ceil(pods / 100)), churn: churn / clusters },
  };
  const fleet: Practice[] = [];
  try {
    const before = cpuMilliseconds();
    for (let seed = 1; seed <= clusters; seed++) fleet.push(await startPractice({ world, seed }));
    const startMilliseconds = (cpuMilliseconds() - before) / clusters;
    const megabytes = await residentMegabytes(process.pid);
    const count = fleet.reduce((sum, { store }) => sum + store.list('pods').length, 0);
    const watched = await watchFor(fleet, seconds);
    return { startMilliseconds, pods: count, megabytes, ...watched, megabytesAfter: await residentMegabytes(process.pid) };
  } finally {
    await Promise.all(fleet.map((practice) => practice.stop()));
  }
}

async function watchFor(fleet: readonly Practice[], seconds: number) {
  let events = 0;
  const cancels = fleet.map(({ store }) => store.watch('*', () => (events += 1)));
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const [started, cpu] = [performance.now(), cpuMilliseconds()];
  await sleep(seconds * 1000);
  const passed = performance.now() - started;
  const share = (cpuMilliseconds() - cpu) / passed;
  delay.disable();
  for (const cancel of cancels) cancel();
  return { eventsPerSecond: (1000 * events) / passed, share, delay99: delay.percentile(99) / 1e6 };
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
