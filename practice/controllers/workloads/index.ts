import type { Cancel, Store } from '../../model.ts';
import { startDaemonSets } from './daemon-sets.ts';
import { startDeployments } from './deployments/index.ts';
import { startCronJobs, startJobs } from './jobs/index.ts';
import { startReplicaSets } from './replica-sets.ts';
import { startStatefulSets } from './stateful-sets.ts';
import { cancelAll } from '../cluster.ts';

/** Everything that makes pods. */
const CONTROLLERS = [startDeployments, startReplicaSets, startStatefulSets, startDaemonSets, startJobs, startCronJobs];

export function startWorkloads(store: Store): Cancel {
  const stops = CONTROLLERS.map((start) => start(store));
  return cancelAll(...stops);
}

export { resolved } from './deployments/index.ts';
export { controllerOf, GATHER_MS, isActive, isReady } from './pods-of.ts';
