import { at, listAt, mapAt, numberAt, textAt, type Json, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  conditionOf,
  conditionsOf,
  folded,
  podTrouble,
  ranked,
  replicasOf,
  selectorText,
  workloadTrouble,
  type Finding,
} from '../trouble/index.ts';
import { containerFacts, templateOf, volumeFacts } from './containers.ts';
import { deepen } from './deepen.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Facts, Health, Verdict, VolumeFacts } from './facts.ts';
import type { Found, Lookup } from './lookup.ts';
import { ownersOf } from './owners.ts';
import { placementOf } from './placement.ts';
import { isOwnedBy, isReady, podsFacts } from './pods.ts';
import { readReach } from './reach.ts';
import { byRevision, changeFacts, revisionFacts } from './revisions.ts';
import { healthOf, withEffectsLast, type Told } from './told.ts';

/** Told in the line about its spec, with the value that goes without saying: what decides how it rolls out. */
const SPEC_FIELDS: Readonly<Record<string, Json>> = {
  serviceName: '',
  podManagementPolicy: 'OrderedReady',
  minReadySeconds: 0,
  paused: false,
};

/** What a rolling update does when nothing else is said, for all kinds. */
const ROLLING: Readonly<Record<string, readonly (string | number)[]>> = {
  maxUnavailable: ['25%', 1],
  maxSurge: ['25%', 0],
  partition: [0],
};

/** A Deployment, ReplicaSet, StatefulSet, DaemonSet or ReplicationController with everything around it. */
export async function describeWorkload(workload: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace, uid } = workload.metadata ?? {};
  const template = templateOf(workload);
  const labels = template.metadata?.labels ?? {};
  const selector =
    workload.kind === 'ReplicationController'
      ? sayPlain(mapAt(workload, 'spec', 'selector'))
      : selectorText(at(workload, 'spec', 'selector'));
  const isDeployment = workload.kind === 'Deployment';
  const [selected, replicaSets, reach, events, owners] = await Promise.all([
    look.list('', 'Pod', { namespace, labels: selector }),
    isDeployment ? look.list('apps', 'ReplicaSet', { namespace, labels: selector }) : undefined,
    readReach(look, workload, labels, now),
    readEvents(look, workload),
    ownersOf(look, workload),
  ]);
  const sets = byRevision((replicaSets?.items ?? []).filter((entry) => isOwnedBy(entry, uid)));
  const pods = ofWorkload(
    selected,
    [uid, ...sets.map((entry) => entry.metadata?.uid)],
    isDeployment && replicaSets === undefined,
  );
  const findings = folded(ranked((pods?.items ?? []).flatMap((pod) => podTrouble(pod, now))));
  const deep = await deepen(findings, pods?.items ?? [], look, now);
  const own = [...workloadTrouble(workload, now), ...newestSetTrouble(workload, sets[0], now)];
  const causes = withEffectsLast(ranked([...deep.causes, ...own, ...reach.findings]));
  const idle = replicasOf(workload).wanted === 0;
  return {
    verdict: verdictOf(workload, causes, pods, sets, idle),
    causes: idle ? [] : causes,
    facts: {
      spec: specOf(workload),
      containers: containerFacts(template, false).map((container) => withMissing(container, pods?.items ?? [])),
      volumes: [...volumeFacts(template), ...claimTemplates(workload)],
      placement: placementOf(template),
      conditions: conditionsOf(workload),
      owners,
      ...(isDeployment && replicaSets !== undefined && { revisions: revisionFacts(sets), changed: changeFacts(sets, workload) }),
      ...(pods && { pods: podsFacts(pods) }),
      ...reach.facts,
    } satisfies Facts,
    events: eventFacts([...(events ?? []), ...deep.events], workload),
  };
}

/** A StatefulSet makes a claim of its own for each pod. */
function claimTemplates(workload: KubernetesObject): VolumeFacts[] {
  return listAt(workload, 'spec', 'volumeClaimTemplates').map((claim) => ({
    name: textAt(claim, 'metadata', 'name') ?? '',
    source: 'a claim a pod',
    from: [textAt(claim, 'spec', 'resources', 'requests', 'storage'), textAt(claim, 'spec', 'storageClassName')]
      .filter((part) => part !== undefined)
      .join(' '),
  }));
}

/** Of the pods that its selector finds, its own: a selector may find those of others. */
function ofWorkload(
  selected: Found | undefined,
  owners: readonly (string | undefined)[],
  ownersUnknown: boolean,
): Found | undefined {
  if (selected === undefined || ownersUnknown) return selected;
  return { ...selected, items: selected.items.filter((pod) => owners.some((uid) => isOwnedBy(pod, uid))) };
}

/** A quota or admission that refuses pods is told by the ReplicaSet first. */
function newestSetTrouble(workload: KubernetesObject, newest: KubernetesObject | undefined, now: number): Finding[] {
  if (newest === undefined || textAt(conditionOf(workload, 'ReplicaFailure'), 'status') === 'True') return [];
  return workloadTrouble(newest, now).filter(({ code }) => code === 'replica-failure');
}

function verdictOf(
  workload: KubernetesObject,
  findings: readonly Finding[],
  pods: Found | undefined,
  sets: readonly KubernetesObject[],
  idle: boolean,
): Verdict {
  const replicas = replicasOf(workload);
  const calm = calmHealth(workload, idle);
  const newest = sets[0];
  const newPods = newest === undefined ? [] : (pods?.items ?? []).filter((pod) => isOwnedBy(pod, newest.metadata?.uid));
  const newReady = newPods.filter(isReady).length;
  const oldReady = (pods?.items ?? []).filter(isReady).length - newReady;
  const underWay =
    newest !== undefined && pods !== undefined && (oldReady > 0 || replicas.updated < replicas.wanted) && replicas.wanted > 0;
  const stuck = textAt(conditionOf(workload, 'Progressing'), 'reason') === 'ProgressDeadlineExceeded';
  const broken = findings.filter(({ severity }) => severity === 'broken');
  return {
    health: idle ? 'idle' : healthOf(findings, calm, pods === undefined),
    replicas,
    since:
      textAt(conditionOf(workload, 'Available'), 'status') === 'False'
        ? textAt(conditionOf(workload, 'Available'), 'lastTransitionTime')
        : oldest(broken),
    ...(underWay && { rollout: { newReady, newPods: newPods.length, oldReady, stuck } }),
  };
}

/** What it is without any finding: at work on a change, or done. */
function calmHealth(workload: KubernetesObject, idle: boolean): Health {
  if (idle) return 'idle';
  const { wanted, ready, updated, total } = replicasOf(workload);
  return ready < wanted || updated < wanted || total > wanted ? 'progressing' : 'healthy';
}

function oldest(findings: readonly Finding[]): string | undefined {
  return findings
    .flatMap(({ since }) => since ?? [])
    .toSorted()
    .at(0);
}

function specOf(workload: KubernetesObject): NonNullable<Facts['spec']> {
  const strategy = at(workload, 'spec', workload.kind === 'Deployment' ? 'strategy' : 'updateStrategy');
  const fields = Object.entries(SPEC_FIELDS).flatMap(([key, usual]) => {
    const value = at(workload, 'spec', key);
    return value !== usual && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      ? [[key, value] as const]
      : [];
  });
  const rolling = at(strategy, 'rollingUpdate');
  const limits = Object.entries(ROLLING).flatMap(([key, usual]) => {
    const value = numberAt(rolling, key) ?? textAt(rolling, key);
    return value === undefined || usual.includes(value) ? [] : [`${key} ${value}`];
  });
  const type = textAt(strategy, 'type');
  const isUsual = limits.length === 0 && type === 'RollingUpdate';
  return {
    ...(workload.kind !== 'DaemonSet' && { replicas: numberAt(workload, 'spec', 'replicas') ?? 1 }),
    ...(type !== undefined && !isUsual && { strategy: [type, ...limits].join(' ') }),
    ...Object.fromEntries(fields),
  };
}

/** What the kubelet says is missing stands at the pods; it is told at the template that asks for it. */
function withMissing(
  container: ReturnType<typeof containerFacts>[number],
  pods: readonly KubernetesObject[],
): ReturnType<typeof containerFacts>[number] {
  if (container.envFrom.length === 0) return container;
  const seen = pods.slice(0, 20).flatMap((pod) =>
    containerFacts(pod, false)
      .filter(({ name }) => name === container.name)
      .flatMap(({ envFrom }) => envFrom),
  );
  return {
    ...container,
    envFrom: container.envFrom.map((source) => {
      const missing = seen.find(
        (entry) => entry.kind === source.kind && entry.name === source.name && entry.missing !== undefined,
      )?.missing;
      return missing === undefined ? source : { ...source, missing };
    }),
  };
}

function sayPlain(labels: Readonly<Record<string, string>>): string | undefined {
  const parts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? undefined : parts.join(',');
}
