import { textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionsOf, folded, podTrouble, ranked, type Finding } from '../trouble/index.ts';
import { containerFacts, volumeFacts } from './containers.ts';
import { deepen } from './deepen.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Health } from './facts.ts';
import type { Lookup } from './lookup.ts';
import { ownersOf } from './owners.ts';
import { placementOf } from './placement.ts';
import { isReady, podStatus } from './pods.ts';
import { readNetwork } from './reach.ts';
import { healthOf, type Told } from './told.ts';

/** Conditions that say again what the containers' states say. */
const TOLD_BY_STATE: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  'PodScheduled',
  'Ready',
]);

/** A pod: its containers, what it needs, what leads to it. */
export async function describePod(pod: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace, labels } = pod.metadata ?? {};
  const [events, owners, network] = await Promise.all([
    readEvents(look, pod),
    ownersOf(look, pod),
    readNetwork(look, namespace, labels ?? {}),
  ]);
  const findings = folded(ranked(podTrouble(pod, now, events ?? [])));
  const { causes } = await deepen(findings, [pod], look, now, events ?? []);
  const spec = {
    node: textAt(pod, 'spec', 'nodeName') ?? null,
    ip: textAt(pod, 'status', 'podIP') ?? null,
    qos: textAt(pod, 'status', 'qosClass') ?? null,
    ...(textAt(pod, 'spec', 'restartPolicy') !== 'Always' && { restartPolicy: textAt(pod, 'spec', 'restartPolicy') ?? null }),
  };
  return {
    verdict: { health: healthOf(causes, calmHealth(pod)), status: podStatus(pod), since: sinceOf(causes, pod) },
    causes,
    facts: {
      spec,
      containers: containerFacts(pod, true),
      volumes: volumeFacts(pod),
      placement: placementOf(pod),
      conditions: conditionsOf(pod).filter(({ type }) => !TOLD_BY_STATE.has(type)),
      owners,
      ...network,
    },
    events: eventFacts(events ?? [], pod),
  };
}

function calmHealth(pod: KubernetesObject): Health {
  if (pod.metadata?.deletionTimestamp !== undefined) return 'terminating';
  if (textAt(pod, 'status', 'phase') === 'Succeeded') return 'healthy';
  return isReady(pod) ? 'healthy' : 'progressing';
}

function sinceOf(causes: readonly Finding[], pod: KubernetesObject): string | undefined {
  return causes.length === 0 ? textAt(pod, 'status', 'startTime') : causes[0]?.since;
}
