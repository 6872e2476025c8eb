import { conditionOf, withoutCondition } from '../../conditions.ts';
import type { Condition, Deployment, ReplicaSet } from '../../shapes.ts';
import { sizeOf, tolerances, totalOf } from './rolling.ts';

type Status = NonNullable<Deployment['status']>;

/** Reasons of the condition Progressing. */
export const REASONS = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** Puts a condition in, unless the one that is there says the same. It moves to the end when it changes, as a real one does. */
export function setCondition(conditions: readonly Condition[], condition: Condition, now: string): readonly Condition[] {
  const old = conditionOf(conditions, condition.type);
  if (old?.status === condition.status && old.reason === condition.reason) return conditions;
  const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  return [...withoutCondition(conditions, condition.type), { ...condition, lastUpdateTime: now, lastTransitionTime }];
}

const progressing = (status: Condition['status'], reason: string, message: string): Condition => ({
  type: 'Progressing',
  status,
  reason,
  message,
});

export const progressNote = (verb: 'Created' | 'Found', name: string): Condition =>
  progressing('True', verb === 'Created' ? REASONS.created : REASONS.found, `${verb} new replica set "${name}"`);

export const pauseNote = (paused: boolean): Condition =>
  progressing('Unknown', paused ? REASONS.paused : REASONS.resumed, `Deployment is ${paused ? 'paused' : 'resumed'}`);

/** The numbers of a Deployment, and whether it is available. */
export function numbersOf(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: string,
): Status {
  const { spec, metadata, status = {} } = deployment;
  const available = totalOf(sets, (set) => set.status?.availableReplicas);
  const isEnough = available >= (spec.replicas ?? 1) - tolerances(deployment).unavailable;
  const condition: Condition = isEnough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  const count = (name: string, number: number) => (number <= 0 ? {} : { [name]: number });
  return {
    observedGeneration: metadata.generation ?? 1,
    ...count(
      'replicas',
      totalOf(sets, (set) => set.status?.replicas),
    ),
    ...count('updatedReplicas', newest?.status?.replicas ?? 0),
    ...count(
      'readyReplicas',
      totalOf(sets, (set) => set.status?.readyReplicas),
    ),
    ...count('availableReplicas', available),
    ...count('unavailableReplicas', totalOf(sets, sizeOf) - available),
    terminatingReplicas: totalOf(sets, (set) => set.status?.terminatingReplicas),
    ...(status.collisionCount !== undefined && { collisionCount: status.collisionCount }),
    conditions: setCondition(status.conditions ?? [], condition, now),
  };
}

const value = (number: number | undefined): number => number ?? 0;

function isComplete({ spec: { replicas = 1 } }: Deployment, status: Status): boolean {
  return [status.updatedReplicas, status.replicas, status.availableReplicas].every((number) => value(number) === replicas);
}

function hasProgressed(before: Status, after: Status): boolean {
  const old = (status: Status): number => value(status.replicas) - value(status.updatedReplicas);
  return (
    value(after.updatedReplicas) > value(before.updatedReplicas) ||
    old(after) < old(before) ||
    value(after.readyReplicas) > value(before.readyReplicas) ||
    value(after.availableReplicas) > value(before.availableReplicas)
  );
}

/** When the Deployment has to have got on, if it has to. */
export function deadlineOf({ spec }: Deployment, conditions: readonly Condition[]): number | undefined {
  const current = conditionOf(conditions, 'Progressing');
  const waits = current?.reason !== REASONS.available && current?.reason !== REASONS.timedOut && current?.status !== 'Unknown';
  if (spec.progressDeadlineSeconds === undefined || current?.lastUpdateTime === undefined || !waits) return undefined;
  return Date.parse(current.lastUpdateTime) + spec.progressDeadlineSeconds * 1000;
}

/** The same status with the news of the rollout: it is through, gets on, or has stood still for too long. */
export function withProgress(
  deployment: Deployment,
  status: Status,
  about: { readonly newest: ReplicaSet | undefined; readonly now: number; readonly timestamp: string },
): Status {
  const conditions = status.conditions ?? [];
  const current = conditionOf(conditions, 'Progressing');
  const isThrough = value(status.replicas) === value(status.updatedReplicas) && current?.reason === REASONS.available;
  if (deployment.spec.progressDeadlineSeconds === undefined || isThrough) return status;
  const subject =
    about.newest === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${about.newest.metadata.name}"`;
  const say = (condition: Condition): Status => ({ ...status, conditions: setCondition(conditions, condition, about.timestamp) });
  if (isComplete(deployment, status))
    return say(progressing('True', REASONS.available, `${subject} has successfully progressed.`));
  if (hasProgressed(deployment.status ?? {}, status)) {
    const note = progressing('True', REASONS.updated, `${subject} is progressing.`);
    const lastTransitionTime = current?.status === 'True' ? (current.lastTransitionTime ?? about.timestamp) : about.timestamp;
    const others = withoutCondition(conditions, 'Progressing');
    return { ...status, conditions: [...others, { ...note, lastUpdateTime: about.timestamp, lastTransitionTime }] };
  }
  const deadline = deadlineOf(deployment, conditions);
  if (deadline === undefined || about.now <= deadline) return status;
  return say(progressing('False', REASONS.timedOut, `${subject} has timed out progressing.`));
}
