import { withCondition } from '../conditions.ts';
import { sumOf } from '../quantity.ts';
import type { Condition, Pod, PodStatus } from '../shapes.ts';
import { statusOf, type ContainerRun } from './container-run.ts';
import { phaseOf } from './phase.ts';
import { podConditions } from './pod-conditions.ts';

/** Why a pod was ended by its kubelet. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  /** What it says of the disruption, if it was one. */
  readonly disruption?: Condition;
}

/** What a kubelet knows of a pod. */
export interface Known {
  readonly inits: readonly ContainerRun[];
  readonly mains: readonly ContainerRun[];
  /** Ephemeral ones, in the order in which they were added. */
  readonly added: readonly ContainerRun[];
  /** Its network is there. */
  readonly hasSandbox: boolean;
  /** Nothing is started any more. */
  readonly isEnding: boolean;
  readonly failure: Failure | undefined;
  readonly ip: string | undefined;
  readonly hostIP: string;
  readonly startTime: string;
}

/** A pod's status as its kubelet writes it. What others wrote into it stays. */
export function podStatus(pod: Pod, known: Known, now: string): PodStatus {
  const { failure, ip, hostIP, startTime } = known;
  const initStatuses = known.inits.map(statusOf);
  const statuses = known.mains.map(statusOf);
  const phase = failure ? 'Failed' : phaseOf(pod.spec, statuses, initStatuses, known.isEnding);
  const hasSandbox = known.hasSandbox && phase !== 'Failed' && phase !== 'Succeeded';
  const conditions = podConditions({ pod, phase, hasSandbox, statuses, initStatuses }, now);
  return {
    ...pod.status,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: failure?.disruption === undefined ? conditions : withCondition(conditions, failure.disruption, now),
    ...(failure !== undefined && { reason: failure.reason, message: failure.message }),
    ...resourcesOf(pod),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip !== undefined && { podIP: ip, podIPs: [{ ip }] }),
    startTime,
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
    ...(known.added.length > 0 && { ephemeralContainerStatuses: known.added.map(statusOf) }),
  };
}

/** What a pod was given of its node. */
function resourcesOf({ spec }: Pod): Pick<PodStatus, 'allocatedResources' | 'resources'> {
  const requests = sumOf(spec.containers.map(({ resources }) => resources?.requests));
  const limits = sumOf(spec.containers.map(({ resources }) => resources?.limits));
  return {
    ...(requests !== undefined && { allocatedResources: requests }),
    resources: { ...(limits !== undefined && { limits }), ...(requests !== undefined && { requests }) },
  };
}
