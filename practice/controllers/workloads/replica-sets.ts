import type { Cancel, Store } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { StatusError } from '../../status.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../cluster.ts';
import { objectQueue } from '../object-queue.ts';
import { withCondition, withoutCondition } from '../conditions.ts';
import { eventRecorder } from '../event-recorder.ts';
import { isOver } from '../pod-phase.ts';
import type { Condition, Pod, ReplicaSet } from '../shapes.ts';
import type { WorkQueue } from '../work-queue.ts';
import { BURST, podControl, podFrom, type PodControl } from './pod-control.ts';
import {
  availableIn,
  claimPods,
  controllerOf,
  followPods,
  GATHER_MS,
  isActive,
  isGoing,
  isReady,
  OrphanPods,
} from './pods-of.ts';
import { victimsOf } from './victims.ts';

/** Keeps as many pods of each ReplicaSet as it wants. */
export function startReplicaSets(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const control = podControl(cluster, eventRecorder(cluster, 'replicaset-controller'));
  const orphans = new OrphanPods();
  const queue = objectQueue(cluster, 'replicasets.apps', (set, own) => sync(cluster, control, orphans, own, set));
  const stopPods = followPods(
    cluster,
    'ReplicaSet',
    (key) => queue.addAfter(key, GATHER_MS),
    (change) => {
      orphans.note(change);
      const { object: pod } = change;
      if (controllerOf(pod) !== undefined || !isActive(pod)) return;
      for (const set of cluster.list('replicasets.apps', pod.metadata.namespace))
        if (labelSelector(set.spec.selector)(pod.metadata.labels)) queue.add(keyOf(set));
    },
  );
  return cancelAll(stopPods, () => queue.stop());
}

function sync(cluster: Cluster, control: PodControl, orphans: OrphanPods, queue: WorkQueue, set: ReplicaSet): void {
  const { namespace, name } = set.metadata;
  const pods = claimPods(cluster, set, set.spec.selector, orphans);
  const failure = isGoing(set) ? undefined : manage(control, set, pods.filter(isActive));
  const current = cluster.get('replicasets.apps', namespace, name) ?? set;
  const now = cluster.clock.now();
  const owned = cluster.ownedBy<'pods'>('Pod', set.metadata.uid);
  cluster.setStatus('replicasets.apps', current, statusOf(current, owned, failure, now, cluster.now()));
  const waits = owned.flatMap((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now) ?? []).filter((wait) => wait > 0);
  if (waits.length > 0) queue.addAfter(keyOf(set), Math.min(...waits));
  if (failure !== undefined) throw failure.error;
}

interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly error: StatusError;
}

/** Makes the number of pods right. @returns what kept it from doing so */
function manage(control: PodControl, set: ReplicaSet, active: readonly Pod[]): Failure | undefined {
  const missing = (set.spec.replicas ?? 1) - active.length;
  let reason: Failure['reason'] = 'FailedCreate';
  try {
    for (let created = 0; created < Math.min(missing, BURST); created++) control.create(set, podFrom(set.spec.template, set));
    reason = 'FailedDelete';
    if (missing < 0) for (const pod of victimsOf(active, -missing)) control.delete(set, pod);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return { reason, error };
    throw error;
  }
}

function statusOf(
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: Failure | undefined,
  now: number,
  timestamp: string,
): ReplicaSet['status'] {
  const { minReadySeconds = 0, template } = set.spec;
  const active = pods.filter(isActive);
  const labelled = labelSelector({ matchLabels: template.metadata?.labels ?? {} });
  const count = (name: string, number: number) => (number === 0 ? {} : { [name]: number });
  const conditions = conditionsOf(set, failure, timestamp);
  return {
    replicas: active.length,
    ...count('fullyLabeledReplicas', active.filter(({ metadata }) => labelled(metadata.labels)).length),
    ...count('readyReplicas', active.filter(isReady).length),
    ...count('availableReplicas', active.filter((pod) => availableIn(pod, minReadySeconds, now) === 0).length),
    terminatingReplicas: pods.filter((pod) => isGoing(pod) && !isOver(pod)).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
}

function conditionsOf({ status }: ReplicaSet, failure: Failure | undefined, now: string): readonly Condition[] {
  if (failure === undefined) return withoutCondition(status?.conditions, 'ReplicaFailure');
  const { reason, error } = failure;
  return withCondition(status?.conditions, { type: 'ReplicaFailure', status: 'True', reason, message: error.message }, now);
}
