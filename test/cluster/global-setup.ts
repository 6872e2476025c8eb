import { ensureCluster, externalKubeconfig, stopCluster } from './test-cluster.ts';
import { status } from './cluster.ts';

let startedHere = false;

/** For vitest's `globalSetup`: one cluster for all suites, brought up before the first. */
export async function setup(): Promise<void> {
  const before = externalKubeconfig() === undefined ? (await status()).processes.size : 1;
  startedHere = (await ensureCluster()) !== undefined && before === 0;
}

/** Stops what `setup` started; a cluster that was there before goes on running. */
export async function teardown(): Promise<void> {
  if (startedHere) await stopCluster();
}
