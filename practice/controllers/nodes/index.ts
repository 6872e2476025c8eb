import type { Cancel, Store } from '../../model.ts';
import { startHeartbeats } from './heartbeats.ts';
import { startNodeLifeCycle } from './life-cycle.ts';
import { startTaintEviction } from './taint-eviction.ts';
import { cancelAll } from '../cluster.ts';

export { isStopped, pressureOf, TROUBLE, type Pressure } from './health.ts';
export { registerNodes } from './register.ts';
export type { NodeShape } from './shape.ts';

/** Starts what looks after nodes: their kubelets' word, and what follows from it. @param present when somebody can look first */
export function startNodes(store: Store, present: number): Cancel {
  const stops = [startHeartbeats(store, present), startNodeLifeCycle(store), startTaintEviction(store)];
  return cancelAll(...stops);
}
