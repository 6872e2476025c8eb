import { shortDuration } from '../../platform/index.ts';
import { at, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { containerTrouble, sayProbe } from './container.ts';
import { containersOf, type ContainerView } from './containers.ts';
import { eventOf, newestWarning, type EventView } from './events.ts';
import { conditionOf, podFinding, secondsSince, type Finding } from './finding.ts';
import { PROBE_EVENTS, probeText, readyTrouble } from './readiness.ts';
import { creatingTrouble, initTrouble, schedulingTrouble } from './starting.ts';
import { oneLine } from './words.ts';

/** How long after it should be gone a pod may still be there, in seconds. */
const GRACE = 30;

/**
 * What is the matter with a pod, told from the pod alone as far as that can be; its events (`KubernetesObject`s of kind
 * Event, of this pod only) add what the kubelet writes nowhere else: why a probe or a mount fails.
 * @param now milliseconds since the epoch
 */
export function podTrouble(pod: KubernetesObject, now: number, events: readonly KubernetesObject[] = []): Finding[] {
  const seen = events.map(eventOf);
  const leaving = deletionTrouble(pod, now);
  if (leaving !== undefined) return leaving;
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded') return [];
  const containers = containersOf(pod);
  if (phase === 'Failed') return failedTrouble(pod, containers, now);
  const unscheduled = schedulingTrouble(pod);
  if (unscheduled !== undefined) return unscheduled;
  const lost = lostTrouble(pod);
  if (lost !== undefined) return [lost];
  const found = containers.flatMap((container) => withKill(containerTrouble(pod, container, now), container, seen));
  // One that cannot start is the cause; that others wait for it, or are not ready, follows.
  if (found.some((finding) => finding.severity === 'broken')) return found;
  return [
    ...creatingTrouble(pod, containers, now, seen),
    ...initTrouble(pod, containers, now),
    ...readyTrouble(pod, containers, now, seen),
    ...found,
  ];
}

/** A pod that is asked to go: nothing else of it matters any more. */
function deletionTrouble(pod: KubernetesObject, now: number): Finding[] | undefined {
  const deadline = pod.metadata?.deletionTimestamp;
  if (deadline === undefined) return undefined;
  const overdue = secondsSince(deadline, now);
  if (overdue <= GRACE) return [];
  const finalizers = pod.metadata?.finalizers ?? [];
  const why =
    finalizers.length > 0
      ? `finalizers: ${finalizers.join(', ')}`
      : `node ${textAt(pod, 'spec', 'nodeName') ?? '?'} has not confirmed`;
  return [
    podFinding(pod, 'broken', 'stuck-terminating', `should be gone for ${shortDuration(overdue)}`, { why, since: deadline }),
  ];
}

function failedTrouble(pod: KubernetesObject, containers: readonly ContainerView[], now: number): Finding[] {
  const reason = textAt(pod, 'status', 'reason');
  const message = oneLine(textAt(pod, 'status', 'message'));
  if (reason === 'Evicted')
    return [podFinding(pod, 'broken', 'evicted', 'was evicted', { quote: message, since: textAt(pod, 'status', 'startTime') })];
  const ended = containers
    .flatMap((container) => containerTrouble(pod, container, now))
    .filter((finding) => finding.severity === 'broken');
  if (ended.length > 0 && reason === undefined) return ended;
  return [
    podFinding(pod, 'broken', 'pod-failed', `failed${reason === undefined ? '' : ` (${reason})`}`, { quote: message }),
    ...ended,
  ];
}

/** A pod whose node does not answer is shown as it was last seen. */
function lostTrouble(pod: KubernetesObject): Finding | undefined {
  const condition = conditionOf(pod, 'Ready');
  const lost = textAt(pod, 'status', 'reason') === 'NodeLost' || textAt(pod, 'status', 'phase') === 'Unknown';
  if (!lost && textAt(condition, 'reason') !== 'NodeStatusUnknown') return undefined;
  return podFinding(pod, 'broken', 'node-lost', 'its state is unknown', {
    why: `node ${textAt(pod, 'spec', 'nodeName') ?? '?'} does not answer`,
    since: textAt(condition, 'lastTransitionTime'),
  });
}

/** A container that was killed says 137 or 143 and not why: the newest probe event does. */
function withKill(findings: readonly Finding[], container: ContainerView, events: readonly EventView[]): Finding[] {
  const exit = container.state.is === 'terminated' ? container.state.exit : container.last;
  if (exit?.killed !== true) return [...findings];
  const killing = newestWarning(
    events.filter((event) => /^(Liveness|Startup) probe failed/.test(event.message)),
    PROBE_EVENTS,
    container.name,
  );
  if (killing === undefined) return [...findings];
  const startup = killing.message.startsWith('Startup');
  const probe = sayProbe(at(container.spec, startup ? 'startupProbe' : 'livenessProbe'));
  return findings.map((finding) => ({
    ...finding,
    code: 'liveness',
    why: `its ${startup ? 'startup' : 'liveness'} probe ${probe} fails`,
    quote: probeText(killing.message),
  }));
}
