import type { Cancel, Store } from '../../model.ts';
import { clusterAs } from '../cluster.ts';
import { conditionOf } from '../conditions.ts';
import { eventRecorder } from '../event-recorder.ts';
import type { Node } from '../shapes.ts';
import { workQueue } from '../work-queue.ts';
import { isStopped, pressureOf, TROUBLE } from './health.ts';
import { nodeConditions } from './node-conditions.ts';

/** How often kubelets write how their nodes are when nothing has changed. */
const PERIOD_MS = 300_000;

/**
 * Lets the kubelets say how their nodes are.
 * @param present when somebody can look first, in milliseconds since the epoch: of what is said before, the last counts
 */
export function startHeartbeats(store: Store, present: number): Cancel {
  const cluster = clusterAs(store, 'kubelet');
  const untilNext = (): number => PERIOD_MS * Math.max(1, Math.floor((present - store.clock.now()) / PERIOD_MS));
  const queue = workQueue(store.clock, (name) => {
    const node = cluster.get('nodes', undefined, name);
    if (node === undefined || isStopped(node)) return;
    queue.addAfter(name, untilNext());
    const { conditions: before } = node.status ?? {};
    const conditions = nodeConditions(before, pressureOf(node), cluster.now());
    cluster.setStatus('nodes', node, { ...node.status, conditions });
    const recorder = eventRecorder(cluster, 'kubelet', name);
    for (const { type, status, reason } of conditions) {
      const old = conditionOf(before, type)?.status;
      if (old === undefined || old === status) continue;
      const said = type === 'Ready' ? 'NodeReady' : (reason ?? '').replace('Kubelet', 'Node');
      recorder.event(asNode(node), 'Normal', said, `Node ${name} status is now: ${said}`);
    }
  });
  const stop = cluster.follow('nodes', ({ type, object, before }) => {
    const { name, annotations } = object.metadata;
    if (type === 'DELETED') return;
    if (before === undefined) queue.addAfter(name, untilNext());
    if (before?.metadata.annotations?.[TROUBLE] !== annotations?.[TROUBLE]) queue.add(name);
  });
  return () => {
    stop();
    queue.stop();
  };
}

/** Kubelets name their node by its name alone, where others write its uid. */
export const asNode = (node: Node): Node => ({ ...node, metadata: { ...node.metadata, uid: node.metadata.name } });
