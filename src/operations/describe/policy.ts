import { at, listAt, mapAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  conditionOf,
  conditionsOf,
  folded,
  hasCondition,
  hpaTrouble,
  namespaceTrouble,
  pdbTrouble,
  podTrouble,
  quotaTrouble,
  ranked,
  selectorText,
  type ConditionView,
  type Finding,
} from '../trouble/index.ts';
import { eventFacts, readEvents } from './events.ts';
import type { QuotaFacts } from './facts.ts';
import type { Lookup } from './lookup.ts';
import { controllerOf, podsFacts } from './pods.ts';
import { autoscalerFacts, budgetFacts } from './reach.ts';
import { healthOf, type Told } from './told.ts';

/** A HorizontalPodAutoscaler and whether what it scales exists. */
export async function describeAutoscaler(hpa: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace } = hpa.metadata ?? {};
  const ref = at(hpa, 'spec', 'scaleTargetRef');
  const name = textAt(ref, 'name') ?? '';
  const kind = look.ofObject(textAt(ref, 'apiVersion') ?? '', textAt(ref, 'kind') ?? '');
  const [target, events] = await Promise.all([look.get(kind, { namespace, name, metadataOnly: true }), readEvents(look, hpa)]);
  const missing: Finding[] =
    target === null
      ? [
          {
            severity: 'broken',
            code: 'cannot-scale',
            subject: { kind: hpa.kind ?? '', namespace, name: hpa.metadata?.name ?? '' },
            what: 'cannot scale',
            why: `${textAt(ref, 'kind') ?? ''} ${name} does not exist`,
          },
        ]
      : [];
  const causes = missing.length > 0 ? missing : hpaTrouble(hpa, now);
  return {
    verdict: { health: healthOf(causes, hasMetrics(hpa) ? 'healthy' : 'progressing'), since: causes[0]?.since },
    causes,
    facts: { conditions: conditionsOf(hpa).map(judged), autoscalers: [autoscalerFacts(hpa)] },
    events: eventFacts(events ?? [], hpa),
  };
}

/** It cannot decide anything before it has its first metrics. */
function hasMetrics(hpa: KubernetesObject): boolean {
  return (
    !hasCondition(hpa, 'ScalingActive', 'False') || textAt(conditionOf(hpa, 'ScalingActive'), 'reason') === 'ScalingDisabled'
  );
}

/** That it is not limited is good. */
function judged(condition: ConditionView): ConditionView {
  return condition.type === 'ScalingLimited' && condition.status === 'False' ? { ...condition, state: 'good' } : condition;
}

export async function describeBudget(pdb: KubernetesObject, look: Lookup): Promise<Told> {
  const { namespace } = pdb.metadata ?? {};
  const labels = selectorText(at(pdb, 'spec', 'selector'));
  const [pods, events] = await Promise.all([look.list('', 'Pod', { namespace, labels }), readEvents(look, pdb)]);
  const causes = pdbTrouble(pdb);
  return {
    verdict: { health: healthOf(causes), since: causes[0]?.since },
    causes,
    facts: {
      spec: {
        selector: labels ?? 'all pods',
        unhealthyPodEvictionPolicy: textAt(pdb, 'spec', 'unhealthyPodEvictionPolicy') ?? null,
      },
      budgets: [budgetFacts(pdb)],
      ...(pods && { pods: podsFacts(pods) }),
    },
    events: eventFacts(events ?? [], pdb),
  };
}

/** A namespace: its quotas, its pods, and what keeps it from going. */
export async function describeNamespace(namespace: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const name = namespace.metadata?.name;
  const [quotas, pods] = await Promise.all([
    look.list('', 'ResourceQuota', { namespace: name }),
    look.list('', 'Pod', { namespace: name }),
  ]);
  // That pods in it fail is not a fault of the namespace, and yet what one who looks at it wants to know.
  const inside = byOwner(pods?.items ?? [], now).map((finding) => ({
    ...finding,
    severity: 'warning' as const,
  }));
  const causes = [...namespaceTrouble(namespace), ...(quotas?.items ?? []).flatMap(quotaTrouble), ...inside];
  const status = textAt(namespace, 'status', 'phase');
  return {
    verdict: {
      health: status === 'Terminating' && causes.length === 0 ? 'terminating' : healthOf(causes),
      status,
      since: causes[0]?.since,
    },
    causes,
    facts: {
      spec: { labels: sayOwnLabels(namespace), finalizers: textsOf(namespace, 'spec', 'finalizers', 'kubernetes') },
      conditions: conditionsOf(namespace),
      ...(quotas && { quotas: quotas.items.map(quotaFacts) }),
      ...(pods && { pods: podsFacts(pods) }),
    },
    events: [],
  };
}

/** What is the matter with pods, alike ones of the same owner together. */
function byOwner(pods: readonly KubernetesObject[], now: number): Finding[] {
  const owners = Map.groupBy(pods, (pod) => controllerOf(pod)?.uid ?? pod.metadata?.uid);
  return ranked([...owners.values()].flatMap((own) => folded(own.flatMap((pod) => podTrouble(pod, now)))));
}

export async function describeQuota(quota: KubernetesObject, look: Lookup): Promise<Told> {
  const causes = quotaTrouble(quota);
  const events = await readEvents(look, quota);
  return {
    verdict: { health: healthOf(causes) },
    causes,
    facts: { quotas: [quotaFacts(quota)] },
    events: eventFacts(events ?? [], quota),
  };
}

function quotaFacts(quota: KubernetesObject): QuotaFacts {
  const used = mapAt(quota, 'status', 'used');
  const hard = { ...mapAt(quota, 'spec', 'hard'), ...mapAt(quota, 'status', 'hard') };
  return {
    name: quota.metadata?.name ?? '',
    rows: Object.entries(hard).map(([resource, limit]) => ({ resource, used: used[resource] ?? '?', hard: limit })),
  };
}

/** Labels that say something; the one that every namespace has does not. */
function sayOwnLabels(object: KubernetesObject): string | null {
  const labels = Object.entries(object.metadata?.labels ?? {}).filter(([key]) => key !== 'kubernetes.io/metadata.name');
  return labels.length === 0 ? null : labels.map(([key, value]) => `${key}=${value}`).join(', ');
}

function textsOf(object: KubernetesObject, parent: string, key: string, usual: string): string[] | null {
  const texts = listAt(object, parent, key).filter((entry): entry is string => typeof entry === 'string' && entry !== usual);
  return texts.length === 0 ? null : texts;
}
