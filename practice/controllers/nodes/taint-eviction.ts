import type { Cancel, Store } from '../../model.ts';
import { cancelAll, clusterAs, keyOf, splitKey } from '../cluster.ts';
import { withCondition } from '../conditions.ts';
import { eventRecorder } from '../event-recorder.ts';
import type { Pod, Taint } from '../shapes.ts';
import { isToleratedBy } from '../taints.ts';
import { workQueue } from '../work-queue.ts';

/** How long a pod bears taints: 0 not at all, nothing for ever. */
function patienceOf({ spec: { tolerations = [] } }: Pod, taints: readonly Taint[]): number | undefined {
  const times = taints.map((taint) => {
    const fitting = tolerations.filter((toleration) => isToleratedBy(taint, toleration));
    if (fitting.length === 0) return 0;
    const limits = fitting.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
    return limits.length === 0 ? Number.POSITIVE_INFINITY : Math.max(Math.min(...limits), 0) * 1000;
  });
  const least = Math.min(...times);
  return Number.isFinite(least) ? least : undefined;
}

/** Evicts pods from nodes whose taints they do not bear, or not any longer. */
export function startTaintEviction(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'taint-eviction-controller');
  const queue = workQueue(store.clock, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = cluster.get('pods', namespace, name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const node = cluster.get('nodes', undefined, pod.spec.nodeName ?? '');
    const taints = node?.spec?.taints?.filter(({ effect }) => effect === 'NoExecute') ?? [];
    const patience = taints.length === 0 ? undefined : patienceOf(pod, taints);
    if (patience === undefined) return;
    const since = Math.min(...taints.map(({ timeAdded }) => Date.parse(timeAdded ?? cluster.now())));
    const left = since + patience - store.clock.now();
    if (left > 0) return queue.addAfter(key, left);
    recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    const conditions = withCondition(
      pod.status?.conditions,
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      },
      cluster.now(),
    );
    cluster.delete('pods', cluster.setStatus('pods', pod, { ...pod.status, conditions }));
  });
  const isTainted = (name: string | undefined): boolean =>
    cluster.get('nodes', undefined, name ?? '')?.spec?.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
  const stops = [
    cluster.follow('nodes', ({ object, before }) => {
      if (before !== undefined && before.spec?.taints === object.spec?.taints) return;
      if (!isTainted(object.metadata.name)) return;
      for (const pod of cluster.list('pods')) if (pod.spec.nodeName === object.metadata.name) queue.add(keyOf(pod));
    }),
    cluster.follow('pods', ({ type, object, before }) => {
      if (type !== 'DELETED' && before?.spec !== object.spec && isTainted(object.spec.nodeName)) queue.add(keyOf(object));
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}
