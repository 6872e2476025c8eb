import type { Cancel, Store } from '../../model.ts';
import { clusterAs, type Cluster } from '../cluster.ts';
import { conditionOf, isTrue, withCondition } from '../conditions.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import { same } from '../../same.ts';
import type { Node, Pod, Taint } from '../shapes.ts';
import { workQueue } from '../work-queue.ts';
import { isStopped } from './health.ts';
import { unknownConditions } from './node-conditions.ts';

/** So long a node may be silent. */
const GRACE_MS = 50_000;

interface Rule {
  readonly applies: (node: Node) => boolean;
  readonly key: string;
  readonly effects: readonly Taint['effect'][];
}

const hasCondition = (type: string, status: string) => (node: Node) =>
  conditionOf(node.status?.conditions, type)?.status === status;

/** The taints that follow from the state of a node. */
const TAINTS: readonly Rule[] = [
  { key: 'node.kubernetes.io/unreachable', applies: hasCondition('Ready', 'Unknown'), effects: ['NoSchedule', 'NoExecute'] },
  { key: 'node.kubernetes.io/not-ready', applies: hasCondition('Ready', 'False'), effects: ['NoSchedule', 'NoExecute'] },
  { key: 'node.kubernetes.io/memory-pressure', applies: hasCondition('MemoryPressure', 'True'), effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/disk-pressure', applies: hasCondition('DiskPressure', 'True'), effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/pid-pressure', applies: hasCondition('PIDPressure', 'True'), effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/unschedulable', applies: ({ spec }) => spec?.unschedulable === true, effects: ['NoSchedule'] },
];

const OURS = new Set(TAINTS.map(({ key }) => key));

/** Notes which nodes are not heard of, and keeps pods off those that are in trouble. */
export function startNodeLifeCycle(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'node-controller');
  const queue = workQueue(store.clock, (name) => {
    const node = cluster.get('nodes', undefined, name);
    if (node === undefined) return;
    noteSilence(cluster, recorder, node);
    const current = cluster.get('nodes', undefined, name);
    if (current !== undefined) taint(cluster, current);
  });
  const stop = cluster.follow('nodes', ({ type, object, before }) => {
    const { name } = object.metadata;
    if (type === 'DELETED') return;
    if (isStopped(object) && !(before !== undefined && isStopped(before))) queue.addAfter(name, GRACE_MS);
    else queue.add(name);
  });
  return () => {
    stop();
    queue.stop();
  };
}

function noteSilence(cluster: Cluster, recorder: Recorder, node: Node): void {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  if (!isStopped(node) || ready === undefined || ready.status === 'Unknown') return;
  const heard = Date.parse(ready.lastHeartbeatTime ?? '');
  if (cluster.clock.now() - heard < GRACE_MS) return;
  const conditions = unknownConditions(node.status?.conditions, cluster.now());
  const silent = cluster.setStatus('nodes', node, { ...node.status, conditions });
  const { name } = node.metadata;
  recorder.event(silent, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  for (const pod of cluster.list('pods')) if (pod.spec.nodeName === name) markNotReady(cluster, recorder, pod);
}

/** What runs on a silent node cannot be relied on. */
function markNotReady(cluster: Cluster, recorder: Recorder, pod: Pod): void {
  if (!isTrue(pod.status?.conditions, 'Ready')) return;
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  const conditions = withCondition(pod.status?.conditions, { ...ready, type: 'Ready', status: 'False' }, cluster.now());
  const marked = cluster.setStatus('pods', pod, { ...pod.status, conditions });
  recorder.event(marked, 'Warning', 'NodeNotReady', 'Node is not ready');
}

function taint(cluster: Cluster, node: Node): void {
  const before = node.spec?.taints ?? [];
  const wanted = TAINTS.filter(({ applies }) => applies(node)).flatMap(({ key, effects }) =>
    effects.map((effect): Taint => {
      const known = before.find((one) => one.key === key && one.effect === effect);
      return known ?? { key, effect, timeAdded: cluster.now() };
    }),
  );
  const taints = [...before.filter(({ key }) => !OURS.has(key)), ...wanted];
  if (same(before, taints)) return;
  const { taints: _, ...rest } = node.spec ?? {};
  cluster.update('nodes', { ...node, spec: taints.length > 0 ? { ...rest, taints } : rest });
}
