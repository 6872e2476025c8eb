import { shortDuration } from '../../platform/index.ts';
import { at, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { observedTrouble } from './conditions.ts';
import { conditionOf, refOf, secondsSince, type Finding, type FindingCode } from './finding.ts';
import { parseRejection } from './rejection.ts';
import { oneLine } from './words.ts';

/** A rollout that is younger than this is under way, not in trouble; in seconds. */
const GRACE = 60;

/** How many pods a workload wants and has, from its own status. */
export interface Replicas {
  readonly wanted: number;
  readonly ready: number;
  /** Of the newest template. */
  readonly updated: number;
  readonly available: number;
  /** All that there are, old ones included. */
  readonly total: number;
}

export function replicasOf(workload: KubernetesObject): Replicas {
  const count = (...keys: readonly string[]): number => {
    for (const key of keys) {
      const value = numberAt(workload, 'status', key);
      if (value !== undefined) return value;
    }
    return 0;
  };
  if (workload.kind === 'DaemonSet') {
    return {
      wanted: count('desiredNumberScheduled'),
      ready: count('numberReady'),
      updated: count('updatedNumberScheduled'),
      available: count('numberAvailable'),
      total: count('currentNumberScheduled'),
    };
  }
  return {
    wanted: numberAt(workload, 'spec', 'replicas') ?? 1,
    ready: count('readyReplicas'),
    updated: count('updatedReplicas'),
    available: count('availableReplicas'),
    total: count('replicas'),
  };
}

/** All pods are of the newest template, and enough of them serve. */
export function isRolledOut(workload: KubernetesObject): boolean {
  const { wanted, updated, available, total } = replicasOf(workload);
  return updated >= wanted && available >= wanted && total <= updated;
}

/**
 * What is the matter with a Deployment, ReplicaSet, StatefulSet, DaemonSet or ReplicationController, by its own status.
 * That pods are missing is what follows; why they do, `podTrouble` of its pods tells.
 */
export function workloadTrouble(workload: KubernetesObject, now: number): Finding[] {
  const failure = failureTrouble(workload);
  const stuck = stuckTrouble(workload);
  const missing = stuck.length > 0 ? [] : missingTrouble(workload, now);
  return [...failure, ...stuck, ...missing, ...pausedTrouble(workload), ...observedTrouble(workload, now)];
}

/** Pods that could not even be created: quota, limits, admission, a missing service account. */
function failureTrouble(workload: KubernetesObject): Finding[] {
  const condition = conditionOf(workload, 'ReplicaFailure');
  if (textAt(condition, 'status') !== 'True') return [];
  const message = textAt(condition, 'message');
  const why = parseRejection(message);
  return [
    {
      ...base(workload, 'broken', 'replica-failure', 'its pods cannot be created'),
      ...(why === undefined ? { quote: oneLine(message) } : { why }),
      since: textAt(condition, 'lastTransitionTime'),
      evidence: { path: 'status.conditions[ReplicaFailure].reason', value: textAt(condition, 'reason') ?? 'True' },
    },
  ];
}

function stuckTrouble(workload: KubernetesObject): Finding[] {
  const condition = conditionOf(workload, 'Progressing');
  if (textAt(condition, 'status') !== 'False') return [];
  const reason = textAt(condition, 'reason') ?? 'False';
  // Once all new pods serve, a rollout is done, whatever a condition from before still says.
  if (isRolledOut(workload)) return [];
  // The two other reasons come with ReplicaFailure, which says more.
  const what = reason === 'ProgressDeadlineExceeded' ? 'its rollout is stuck' : `its rollout does not progress (${reason})`;
  return [
    {
      ...base(workload, 'broken', 'rollout-stuck', what),
      why: deadlineOf(workload, reason),
      since: textAt(condition, 'lastUpdateTime') ?? textAt(condition, 'lastTransitionTime'),
      evidence: { path: 'status.conditions[Progressing].reason', value: reason },
    },
  ];
}

function deadlineOf(workload: KubernetesObject, reason: string): string | undefined {
  if (reason !== 'ProgressDeadlineExceeded') return undefined;
  const seconds = numberAt(workload, 'spec', 'progressDeadlineSeconds') ?? 600;
  return `no progress within ${shortDuration(seconds)}`;
}

function missingTrouble(workload: KubernetesObject, now: number): Finding[] {
  const { wanted, ready, available } = replicasOf(workload);
  if (ready >= wanted) return [];
  const condition = conditionOf(workload, 'Available');
  // A rolling update may take some away: as long as enough serve, it is at work.
  if (
    textAt(condition, 'status') === 'True' &&
    textAt(conditionOf(workload, 'Progressing'), 'reason') !== 'NewReplicaSetAvailable'
  )
    return [];
  const since = textAt(condition, 'lastTransitionTime') ?? workload.metadata?.creationTimestamp;
  if (secondsSince(since, now) < GRACE) return [];
  const none = ready === 0;
  return [
    {
      ...base(workload, none ? 'broken' : 'warning', 'replicas-missing', `${ready} of ${wanted} pods ready`),
      ...(available < ready && { why: `${available} available` }),
      since: textAt(condition, 'status') === 'False' ? textAt(condition, 'lastTransitionTime') : undefined,
      evidence: { path: workload.kind === 'DaemonSet' ? 'status.numberReady' : 'status.readyReplicas', value: ready },
    },
  ];
}

/** A paused Deployment does what it was told, which is easily forgotten once its template has changed. */
function pausedTrouble(workload: KubernetesObject): Finding[] {
  const { wanted, updated } = replicasOf(workload);
  if (workload.kind !== 'Deployment' || at(workload, 'spec', 'paused') !== true || updated >= wanted) return [];
  return [
    {
      ...base(workload, 'warning', 'paused', 'its rollout is paused'),
      why: `${updated} of ${wanted} pods have the new template`,
    },
  ];
}

function base(workload: KubernetesObject, severity: Finding['severity'], code: FindingCode, what: string) {
  return { severity, code, subject: refOf(workload), what };
}
