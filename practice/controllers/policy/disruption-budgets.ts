import type { Cancel, Store } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../cluster.ts';
import { objectQueue } from '../object-queue.ts';
import { withCondition } from '../conditions.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import type { PodDisruptionBudget } from '../kinds.ts';
import { isOver } from '../pod-phase.ts';
import type { Pod } from '../shapes.ts';
import { controllerOf, GATHER_MS, isReady, resolved } from '../workloads/index.ts';

/** Works out how many pods of each budget may be evicted now. */
export function startDisruptionBudgets(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'controllermanager');
  const queue = objectQueue(cluster, 'poddisruptionbudgets.policy', (budget) => sync(cluster, recorder, budget));
  const stops = [
    cluster.follow('pods', ({ object, before }) => {
      if (before !== undefined && isReady(before) === isReady(object) && before.metadata.labels === object.metadata.labels)
        return;
      for (const budget of cluster.list('poddisruptionbudgets.policy', object.metadata.namespace)) {
        const matches = labelSelector(budget.spec.selector);
        if (matches(object.metadata.labels) || matches(before?.metadata.labels)) queue.addAfter(keyOf(budget), GATHER_MS);
      }
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}

/** How many pods there should be: what their controllers want of them. */
function expectedOf(cluster: Cluster, pods: readonly Pod[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const { namespace } = pod.metadata;
    const set =
      owner.kind === 'ReplicaSet'
        ? cluster.get('replicasets.apps', namespace, owner.name)
        : owner.kind === 'StatefulSet'
          ? cluster.get('statefulsets.apps', namespace, owner.name)
          : undefined;
    const above = set && controllerOf(set);
    const deployment = above?.kind === 'Deployment' ? cluster.get('deployments.apps', namespace, above.name) : undefined;
    owners.set(deployment?.metadata.uid ?? owner.uid, (deployment ?? set)?.spec.replicas ?? 0);
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function sync(cluster: Cluster, recorder: Recorder, budget: PodDisruptionBudget): void {
  const { metadata, spec } = budget;
  const matches = labelSelector(spec.selector);
  const pods = cluster.list('pods', metadata.namespace).filter((pod) => matches(pod.metadata.labels) && !isOver(pod));
  if (pods.length === 0) recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  const { minAvailable, maxUnavailable } = spec;
  const isCounted = maxUnavailable === undefined && typeof minAvailable !== 'string';
  const expectedPods = isCounted ? pods.length : expectedOf(cluster, pods);
  const desiredHealthy =
    maxUnavailable === undefined
      ? resolved(minAvailable ?? 1, expectedPods, Math.ceil)
      : Math.max(expectedPods - resolved(maxUnavailable, expectedPods, Math.ceil), 0);
  const currentHealthy = pods.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
  const disruptionsAllowed = expectedPods > 0 ? Math.max(currentHealthy - desiredHealthy, 0) : 0;
  const observedGeneration = metadata.generation ?? 1;
  const isAllowed = disruptionsAllowed > 0;
  const conditions = withCondition(
    budget.status?.conditions,
    {
      type: 'DisruptionAllowed',
      status: isAllowed ? 'True' : 'False',
      reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration,
    },
    cluster.now(),
  );
  cluster.setStatus('poddisruptionbudgets.policy', budget, {
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    observedGeneration,
    conditions,
  });
}
