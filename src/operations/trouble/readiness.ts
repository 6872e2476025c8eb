import { at, listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { sayProbe } from './container.ts';
import { sayContainer, type ContainerView } from './containers.ts';
import { newestWarning, type EventView } from './events.ts';
import { conditionOf, hasCondition, podFinding, refOf, secondsSince, type Finding } from './finding.ts';
import { oneLine } from './words.ts';

/** From a container's start to ready, when its probes say nothing else; in seconds. */
const START = 30;

export const PROBE_EVENTS = new Set(['Unhealthy', 'ProbeWarning', 'ProbeError']);

/** Running and not ready, for longer than its probes need to find out. */
export function readyTrouble(
  pod: KubernetesObject,
  containers: readonly ContainerView[],
  now: number,
  events: readonly EventView[],
): Finding[] {
  if (textAt(pod, 'status', 'phase') !== 'Running' || !hasCondition(pod, 'Ready', 'False')) return [];
  const condition = conditionOf(pod, 'Ready');
  const since = textAt(condition, 'lastTransitionTime');
  if (hasCondition(pod, 'ContainersReady', 'True')) {
    const gates = listAt(pod, 'spec', 'readinessGates').flatMap((gate) => textAt(gate, 'conditionType') ?? []);
    const open = gates.filter((type) => !hasCondition(pod, type, 'True'));
    return [
      podFinding(pod, 'broken', 'not-ready', 'its containers are ready, the pod is not', {
        why: `readiness gates: ${open.join(', ')}`,
        since,
      }),
    ];
  }
  return containers.flatMap((container) => {
    if (container.ready || container.state.is !== 'running' || container.role === 'init' || container.role === 'ephemeral')
      return [];
    const running = secondsSince(container.state.since, now);
    if (running < graceOf(container)) return [];
    const starting = !container.started && at(container.spec, 'startupProbe') !== undefined;
    const probe = at(container.spec, starting ? 'startupProbe' : 'readinessProbe');
    const wanted = starting ? /^Startup/ : /^Readiness/;
    const event = newestWarning(
      events.filter(({ message }) => wanted.test(message)),
      PROBE_EVENTS,
      container.name,
    );
    const why = probe === undefined ? undefined : `its ${starting ? 'startup' : 'readiness'} probe ${sayProbe(probe)} fails`;
    const what = `${sayContainer(container)} runs and is not ready`;
    return [
      {
        ...podFinding(pod, 'broken', 'not-ready', what, { why, quote: event && probeText(event.message), since }),
        subject: { ...refOf(pod), container: container.name },
        evidence: { path: `${container.path}.ready`, value: 'false' },
      },
    ];
  });
}

/** How long its probes may take until they have decided, in seconds. */
function graceOf(container: ContainerView): number {
  const probes = [at(container.spec, 'startupProbe'), at(container.spec, 'readinessProbe')];
  const seconds = probes.map((probe) => {
    const value = (key: string, byDefault: number): number => Number(at(probe, key) ?? byDefault);
    return probe === undefined ? 0 : value('initialDelaySeconds', 0) + value('periodSeconds', 10) * value('failureThreshold', 3);
  });
  // A failing readiness probe is told from its first round on: the grace is for a start, not for a fault.
  return Math.max(
    Math.min(
      seconds.reduce((a, b) => a + b, 0),
      300,
    ),
    START,
  );
}

/** `HTTP probe failed with statuscode: 503` of `Readiness probe failed: HTTP probe failed with statuscode: 503`. */
export function probeText(message: string): string | undefined {
  return oneLine(message.replace(/^\w+ probe (?:failed|errored|warning)(?: and resulted in \w+ state)?: /, ''));
}
