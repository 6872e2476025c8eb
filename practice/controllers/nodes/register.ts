import type { Store } from '../../model.ts';
import { clusterAs } from '../cluster.ts';
import { eventRecorder } from '../event-recorder.ts';
import { asNode } from './heartbeats.ts';
import { nodeFrom } from './node.ts';
import type { NodeShape } from './shape.ts';

/** What kubelets say when they start on a healthy machine. */
const GREETINGS = ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady'] as const;

/** Lets machines join the cluster, after those that are there; one whose name is taken is there already. */
export function registerNodes(store: Store, shapes: readonly NodeShape[]): void {
  const cluster = clusterAs(store, 'kubelet');
  const controller = eventRecorder(clusterAs(store, 'kube-controller-manager'), 'node-controller');
  let index = cluster.list('nodes').length;
  for (const shape of shapes) {
    const { name } = shape;
    if (cluster.get('nodes', undefined, name) !== undefined) continue;
    const node = cluster.create('nodes', nodeFrom(shape, index, cluster.now()));
    index += 1;
    const about = asNode(node);
    const kubelet = eventRecorder(cluster, 'kubelet', name);
    kubelet.event(about, 'Normal', 'Starting', 'Starting kubelet.');
    for (const reason of GREETINGS) kubelet.event(about, 'Normal', reason, `Node ${name} status is now: ${reason}`);
    controller.event(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
  }
}
