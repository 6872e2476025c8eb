import { shortDuration } from '../../platform/index.ts';
import { listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { parseConfiguration, sayConfiguration } from './configuration.ts';
import { sayContainer, type ContainerView } from './containers.ts';
import { newestWarning, type EventView } from './events.ts';
import { conditionOf, hasCondition, podFinding, refOf, secondsSince, type Finding } from './finding.ts';
import { parseScheduling, sayScheduling } from './scheduling.ts';
import { oneLine, unwrapped } from './words.ts';

/** From its node being chosen to its first container, in seconds: volumes, network and images take their time. */
const CREATING = 60;

/** An init container may migrate a database; in seconds. */
const INIT = 600;

const MOUNT_EVENTS = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'FailedPreStopHook',
]);

/** No node takes it, or it is held back; undefined when it has its node. */
export function schedulingTrouble(pod: KubernetesObject): Finding[] | undefined {
  const condition = conditionOf(pod, 'PodScheduled');
  if (textAt(condition, 'status') !== 'False') return undefined;
  const since = textAt(condition, 'lastTransitionTime');
  const reason = textAt(condition, 'reason');
  const message = textAt(condition, 'message');
  if (reason === 'SchedulingGated') {
    const gates = listAt(pod, 'spec', 'schedulingGates').flatMap((gate) => textAt(gate, 'name') ?? []);
    return [
      podFinding(pod, 'warning', 'scheduling-gated', 'is held back by scheduling gates', {
        why: `gates: ${gates.join(', ')}`,
        since,
      }),
    ];
  }
  if (message === undefined) return [];
  const said = sayScheduling(parseScheduling(message));
  const evidence = { path: 'status.conditions[PodScheduled].reason', value: reason ?? 'False' };
  return [
    podFinding(pod, 'broken', 'unschedulable', 'no node takes it', {
      ...(said === undefined ? { quote: oneLine(message) } : { why: said }),
      since,
      evidence,
    }),
  ];
}

/** It has a node and no container: volumes, network or images keep it. */
export function creatingTrouble(
  pod: KubernetesObject,
  containers: readonly ContainerView[],
  now: number,
  events: readonly EventView[],
): Finding[] {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (textAt(pod, 'status', 'phase') !== 'Pending' || textAt(scheduled, 'status') !== 'True') return [];
  if (
    !containers.every(
      ({ state }) =>
        state.is === 'unknown' || (state.is === 'waiting' && /^(ContainerCreating|PodInitializing)$/.test(state.reason)),
    )
  )
    return [];
  const since = textAt(scheduled, 'lastTransitionTime');
  const event = newestWarning(events, MOUNT_EVENTS);
  if (event === undefined && secondsSince(since, now) < CREATING) return [];
  const missing = parseConfiguration(event?.message);
  if (missing !== undefined)
    return [
      podFinding(pod, 'broken', 'config-missing', 'a volume cannot be mounted (ContainerCreating)', {
        why: sayConfiguration(missing),
        since,
      }),
    ];
  const noNetwork = hasCondition(pod, 'PodReadyToStartContainers', 'False');
  return [
    podFinding(
      pod,
      'broken',
      'stuck-creating',
      `is being created for ${shortDuration(secondsSince(since, now))} (ContainerCreating)`,
      {
        why: event?.reason ?? (noNetwork ? 'its volumes or its network are not ready' : undefined),
        quote: event && oneLine(unwrapped(event.message)),
        since,
      },
    ),
  ];
}

/** An init container that runs and runs. */
export function initTrouble(pod: KubernetesObject, containers: readonly ContainerView[], now: number): Finding[] {
  if (!hasCondition(pod, 'Initialized', 'False')) return [];
  return containers.flatMap((container) => {
    if (container.role !== 'init' || container.state.is !== 'running') return [];
    const running = secondsSince(container.state.since, now);
    if (running < INIT) return [];
    const what = `${sayContainer(container)} has been running for ${shortDuration(running)}, and nothing else starts before it ends`;
    return [
      {
        ...podFinding(pod, 'warning', 'init-running', what, { since: container.state.since }),
        subject: { ...refOf(pod), container: container.name },
      },
    ];
  });
}
