import { shortDuration } from '../../platform/index.ts';
import { listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { refOf, secondsSince, type Finding } from './finding.ts';
import { oneLine } from './words.ts';

/** Between being told and being done, a controller may take this long; in seconds. */
const GRACE = 60;

interface ConditionRule {
  /** Types it is about. */
  readonly types: readonly string[];
  /** The status that is bad. */
  readonly bad: 'True' | 'False';
  readonly why: string;
}

/**
 * Condition types whose meaning is agreed upon. Others are not judged: their bad state cannot be known from their name,
 * and a healthy object must have no findings.
 */
const RULES: readonly ConditionRule[] = [
  {
    types: [
      'Ready',
      'Available',
      'Synced',
      'Healthy',
      'Established',
      'NamesAccepted',
      'Reconciled',
      'Programmed',
      'Accepted',
      'ResolvedRefs',
      'Succeeded',
      'Initialized',
      'Valid',
      'Deployed',
      'Released',
    ],
    bad: 'False',
    why: 'kstatus, Crossplane (Synced), Gateway API, apiextensions, Flux',
  },
  {
    types: [
      'Stalled',
      'Degraded',
      'Failed',
      'Failure',
      'ReconcileError',
      'ReconcileFailed',
      'ReplicaFailure',
      'SyncError',
      'ComparisonError',
      'InvalidSpecError',
      'NonStructuralSchema',
      'Conflicted',
    ],
    bad: 'True',
    why: 'kstatus (Stalled), OpenShift (Degraded), Argo CD (…Error)',
  },
];

/** Reasons with which a condition that is not in its good state is only on its way. */
const UNDER_WAY =
  /^(?:Progressing|Reconciling|InProgress|Pending|Creating|Installing|Provisioning|Waiting\w*|DependencyNotReady|NewGeneration|ArtifactOutdated)$/;

/** Words in `status.phase`, `status.state` and the like that say it went wrong. */
const BAD_PHASE =
  /^(?:failed|failure|error|errored|degraded|unhealthy|broken|invalid|unavailable|crashloopbackoff|stalled|lost|missing)$/i;

const PHASES = [
  ['phase'],
  ['state'],
  ['health', 'status'],
  ['health', 'state'],
  ['healthStatus'],
  ['operationState', 'phase'],
] as const;

export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly since: string | undefined;
  /** `unjudged`: nothing is agreed about the type, so neither state is good or bad. */
  readonly state: 'good' | 'bad' | 'unknown' | 'unjudged';
}

/** The conditions of any object, each judged by its type where that can be. */
export function conditionsOf(object: KubernetesObject): ConditionView[] {
  return listAt(object, 'status', 'conditions').flatMap((condition) => {
    const type = textAt(condition, 'type');
    const status = textAt(condition, 'status') ?? '';
    if (type === undefined) return [];
    return {
      type,
      status,
      reason: textAt(condition, 'reason'),
      message: textAt(condition, 'message'),
      since: textAt(condition, 'lastTransitionTime'),
      state: stateOf(type, status),
    };
  });
}

function stateOf(type: string, status: string): ConditionView['state'] {
  const rule = RULES.find(({ types }) => types.includes(type));
  if (rule === undefined) return 'unjudged';
  if (status === rule.bad) return 'bad';
  // An Unknown that is bad when True is the usual "not yet looked".
  return status === 'Unknown' && rule.bad === 'False' ? 'unknown' : 'good';
}

/** What is the matter with an object of any kind, by the conventions of its status. */
export function conditionsTrouble(object: KubernetesObject, now: number): Finding[] {
  const subject = refOf(object);
  const leaving = leavingTrouble(object, now);
  if (leaving !== undefined) return leaving;
  const found = conditionsOf(object).flatMap((condition): Finding[] => {
    const { type, status, reason, message, since, state } = condition;
    const waits = state === 'unknown' || (state === 'bad' && reason !== undefined && UNDER_WAY.test(reason));
    if (state === 'good' || state === 'unjudged') return [];
    if (waits && secondsSince(since ?? object.metadata?.creationTimestamp, now) < GRACE) return [];
    return [
      {
        severity: waits ? 'warning' : 'broken',
        code: 'condition',
        subject,
        what: `${type} is ${status}`,
        why: reason,
        quote: oneLine(message),
        since,
        evidence: { path: `status.conditions[${type}].status`, value: status },
      },
    ];
  });
  const told = withoutEchoes(found);
  return [...told, ...(told.length === 0 ? phaseTrouble(object) : []), ...observedTrouble(object, now)];
}

/** Of conditions that say the same with the same words, the first; the most telling type stands first. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const said = new Set<string>();
  return findings.filter((finding) => {
    const key = finding.quote ?? finding.why ?? finding.what;
    return !said.has(key) && said.add(key);
  });
}

function leavingTrouble(object: KubernetesObject, now: number): Finding[] | undefined {
  const since = object.metadata?.deletionTimestamp;
  if (since === undefined) return undefined;
  const seconds = secondsSince(since, now);
  if (seconds < GRACE) return [];
  const finalizers = object.metadata?.finalizers ?? [];
  const why = finalizers.length === 0 ? undefined : `finalizers: ${finalizers.join(', ')}`;
  return [
    {
      severity: 'broken',
      code: 'stuck-terminating',
      subject: refOf(object),
      what: `should be gone for ${shortDuration(seconds)}`,
      why,
      since,
    },
  ];
}

function phaseTrouble(object: KubernetesObject): Finding[] {
  for (const path of PHASES) {
    const phase = textAt(object, 'status', ...path);
    if (phase === undefined || !BAD_PHASE.test(phase)) continue;
    const message =
      textAt(object, 'status', ...path.slice(0, -1), 'message') ??
      textAt(object, 'status', 'message') ??
      textAt(object, 'status', 'error');
    const where = `status.${path.join('.')}`;
    return [
      {
        severity: 'broken',
        code: 'condition',
        subject: refOf(object),
        what: `${where} is ${phase}`,
        why: textAt(object, 'status', 'reason'),
        quote: oneLine(message),
        evidence: { path: where, value: phase },
      },
    ];
  }
  return [];
}

/** The controller has not looked at what was last asked for. */
export function observedTrouble(object: KubernetesObject, now: number): Finding[] {
  const generation = object.metadata?.generation;
  const observed = numberAt(object, 'status', 'observedGeneration');
  if (generation === undefined || observed === undefined || observed >= generation) return [];
  if (secondsSince(object.metadata?.creationTimestamp, now) < GRACE) return [];
  return [
    {
      severity: 'warning',
      code: 'not-observed',
      subject: refOf(object),
      what: 'its controller has not seen the last change',
      why: `generation ${generation}, observed ${observed}`,
    },
  ];
}
