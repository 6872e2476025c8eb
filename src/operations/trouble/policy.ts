import { at, mapAt, numberAt, quantityOf, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionOf, refOf, secondsSince, type Finding, type FindingCode } from './finding.ts';
import { oneLine } from './words.ts';

/** Pods that have just come have no metrics yet, in seconds. */
const METRICS_GRACE = 120;

/** How the controller begins, whatever it was unable to do: what it failed of comes after it. */
const UNABLE = /^the HPA (?:controller )?was unable to [^:]{1,80}: /;

/** What is the matter with a HorizontalPodAutoscaler. */
export function hpaTrouble(hpa: KubernetesObject, now: number): Finding[] {
  const found: Finding[] = [];
  for (const type of ['AbleToScale', 'ScalingActive']) {
    const condition = conditionOf(hpa, type);
    const reason = textAt(condition, 'reason');
    // A target that was scaled to nothing by hand switches its autoscaler off, as documented.
    if (textAt(condition, 'status') !== 'False' || reason === 'ScalingDisabled') continue;
    if (secondsSince(textAt(condition, 'lastTransitionTime'), now) < METRICS_GRACE) continue;
    found.push({
      ...of(hpa, 'broken', 'cannot-scale', 'cannot scale'),
      why: reason,
      quote: oneLine(textAt(condition, 'message')?.replace(UNABLE, '')),
      since: textAt(condition, 'lastTransitionTime'),
      evidence: { path: `status.conditions[${type}].status`, value: 'False' },
    });
  }
  const limited = conditionOf(hpa, 'ScalingLimited');
  // At its minimum it rests; at its maximum it wants more than it may.
  if (textAt(limited, 'status') === 'True' && textAt(limited, 'reason') === 'TooManyReplicas') {
    const max = numberAt(hpa, 'spec', 'maxReplicas') ?? 0;
    found.push({
      ...of(hpa, 'warning', 'scale-limited', `wants more than its maximum of ${max} pods`),
      since: textAt(limited, 'lastTransitionTime'),
    });
  }
  return found;
}

/** What is the matter with a PodDisruptionBudget: no pod may be evicted now, so no node of theirs can be drained. */
export function pdbTrouble(pdb: KubernetesObject): Finding[] {
  const condition = conditionOf(pdb, 'DisruptionAllowed');
  if (textAt(condition, 'reason') === 'SyncFailed') {
    return [
      {
        ...of(pdb, 'broken', 'blocks-eviction', 'cannot be worked out, so no pod may be evicted'),
        quote: oneLine(textAt(condition, 'message')),
      },
    ];
  }
  const expected = numberAt(pdb, 'status', 'expectedPods') ?? 0;
  const allowed = numberAt(pdb, 'status', 'disruptionsAllowed');
  if (expected === 0 || allowed === undefined || allowed > 0) return [];
  const healthy = numberAt(pdb, 'status', 'currentHealthy') ?? 0;
  const desired = numberAt(pdb, 'status', 'desiredHealthy') ?? 0;
  const why =
    desired >= expected
      ? `it demands ${desired} of ${expected} pods at all times`
      : `${healthy} of ${expected} pods healthy, ${desired} demanded`;
  return [
    {
      ...of(pdb, 'warning', 'blocks-eviction', 'allows no eviction: a drain would wait'),
      why,
      since: textAt(condition, 'lastTransitionTime'),
    },
  ];
}

/** Quotas of which nothing is left, for resources that something was asked of. */
export function quotaTrouble(quota: KubernetesObject): Finding[] {
  const hard = mapAt(quota, 'status', 'hard');
  const used = mapAt(quota, 'status', 'used');
  return Object.entries(hard).flatMap(([resource, limit]) => {
    const most = quantityOf(limit);
    const now = quantityOf(used[resource]);
    // A limit of 0 forbids a thing on purpose.
    if (most === undefined || now === undefined || most === 0 || now < most) return [];
    return [{ ...of(quota, 'warning', 'quota-full', `${resource} is used up`), why: `${used[resource] ?? ''} of ${limit}` }];
  });
}

/** What keeps a namespace from going, in the words of its controller. */
const REMAINS: Readonly<Record<string, string>> = {
  NamespaceContentRemaining: 'objects are left in it',
  NamespaceFinalizersRemaining: 'objects wait for their finalizers',
  NamespaceDeletionContentFailure: 'objects could not be deleted',
  NamespaceDeletionDiscoveryFailure: 'what is in it cannot be found out: an aggregated API does not answer',
  NamespaceDeletionGroupVersionParsingFailure: 'an API of the cluster has an unreadable name',
};

/** What is the matter with a namespace: it should be gone and is not. */
export function namespaceTrouble(namespace: KubernetesObject): Finding[] {
  if (textAt(namespace, 'status', 'phase') !== 'Terminating') return [];
  const since = namespace.metadata?.deletionTimestamp;
  const causes = Object.entries(REMAINS).flatMap(([type, why]) => {
    const condition = conditionOf(namespace, type);
    return textAt(condition, 'status') === 'True' ? [{ type, why, quote: oneLine(textAt(condition, 'message')) }] : [];
  });
  // Finalizers tell more than that there is content.
  const best =
    causes.find(({ type }) => type === 'NamespaceFinalizersRemaining') ??
    causes.find(({ type }) => type !== 'NamespaceContentRemaining') ??
    causes[0];
  const own = at(namespace, 'spec', 'finalizers');
  const why = best?.why ?? (Array.isArray(own) && own.length > 0 ? 'its content is being deleted' : undefined);
  return [
    {
      ...of(namespace, best === undefined ? 'warning' : 'broken', 'stuck-terminating', 'is being deleted'),
      why,
      quote: best?.quote,
      since,
    },
  ];
}

function of(object: KubernetesObject, severity: Finding['severity'], code: FindingCode, what: string) {
  return { severity, code, subject: refOf(object), what };
}
