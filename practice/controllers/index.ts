/** What runs in a cluster beside its API server: the controllers, the scheduler and a kubelet on each node. */
import type { Cancel, Store } from '../model.ts';
import type { Images } from '../programs/index.ts';
import { startEventExpiry } from './event-expiry.ts';
import { startKubelets } from './kubelet/index.ts';
import { startNamespaces } from './namespaces.ts';
import { registerNodes, startNodes, type NodeShape } from './nodes/index.ts';
import { withPastEvents } from './past-events.ts';
import { startAutoscaling, startDisruptionBudgets } from './policy/index.ts';
import { startScheduler } from './scheduler/index.ts';
import { startEndpoints } from './services/index.ts';
import { startClaims } from './storage/index.ts';
import { startWorkloads } from './workloads/index.ts';
import { cancelAll } from './cluster.ts';

export { ADMISSION, type Admit } from './admission/index.ts';
export type { NodeShape } from './nodes/index.ts';

export interface ControllerOptions {
  /** What containers do, by image. */
  readonly images: Images;
  /** Machines that join at the start. Node objects that others create are machines as well. @default none */
  readonly nodes?: readonly NodeShape[];
  /** When somebody can look first, in milliseconds since the epoch: what nobody can see before is not written. @default now */
  readonly present?: number;
}

/**
 * Starts everything. It acts on what is in the store already and on what comes, whenever the store's clock goes on.
 * Returns what stops it.
 */
export function startControllers(stored: Store, options: ControllerOptions): Cancel {
  const { images, nodes = [], present = stored.clock.now() } = options;
  const { store, stop: stopPast } = withPastEvents(stored, present);
  registerNodes(store, nodes);
  const stops = [
    stopPast,
    startEventExpiry(store),
    startNamespaces(store),
    startWorkloads(store),
    startEndpoints(store),
    startClaims(store),
    startDisruptionBudgets(store),
    startAutoscaling(store, images),
    startNodes(store, present),
    startScheduler(store),
    startKubelets(store, images, present),
  ];
  return cancelAll(...stops);
}
