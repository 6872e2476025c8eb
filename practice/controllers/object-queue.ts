import { keyOf, splitKey, type Cluster, type Resource } from './cluster.ts';
import type { Shapes } from './resources.ts';
import { workQueue, type WorkQueue } from './work-queue.ts';

/**
 * The queue of a controller: every object of its resource is looked at when it comes and when it changes, and whenever
 * its key is added. One that has gone meanwhile is passed over.
 */
export function objectQueue<R extends Resource>(
  cluster: Cluster,
  resource: R,
  sync: (object: Shapes[R], queue: WorkQueue) => void,
): WorkQueue {
  const queue = workQueue(cluster.clock, (key) => {
    const { namespace, name } = splitKey(key);
    const object = cluster.get(resource, namespace, name);
    if (object !== undefined) sync(object, queue);
  });
  const unfollow = cluster.follow(resource, ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  return {
    ...queue,
    stop() {
      unfollow();
      queue.stop();
    },
  };
}
