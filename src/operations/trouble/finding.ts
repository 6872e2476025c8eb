import { textAt, type KubernetesObject } from '../../kubernetes/index.ts';

/**
 * `broken`: it does not do its work, or will not without somebody acting. `warning`: it works, and something about it
 * is likely to hurt.
 */
export type Severity = 'broken' | 'warning';

/** What can be the matter. Programs may rely on these. */
export type FindingCode =
  // Containers and pods
  | 'crash-loop'
  | 'oom-killed'
  | 'container-failed'
  | 'restarting'
  | 'image-pull'
  | 'config-missing'
  | 'container-start'
  | 'unschedulable'
  | 'scheduling-gated'
  | 'stuck-creating'
  | 'not-ready'
  | 'liveness'
  | 'init-running'
  | 'evicted'
  | 'pod-failed'
  | 'node-lost'
  | 'stuck-terminating'
  // Workloads
  | 'rollout-stuck'
  | 'replicas-missing'
  | 'replica-failure'
  | 'paused'
  | 'job-failed'
  | 'job-retrying'
  | 'no-success'
  // Network
  | 'no-endpoints'
  | 'port-mismatch'
  | 'load-balancer-pending'
  | 'backend-missing'
  | 'class-missing'
  // Storage, nodes, policies
  | 'claim-pending'
  | 'claim-lost'
  | 'volume-failed'
  | 'node-not-ready'
  | 'node-pressure'
  | 'node-cordoned'
  | 'cannot-scale'
  | 'scale-limited'
  | 'blocks-eviction'
  | 'quota-full'
  // Any kind
  | 'condition'
  | 'not-observed';

/** Which object, as short as it can be named. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The object, or the container of it, that a finding is about. */
export interface Subject extends ObjectRef {
  readonly container?: string | undefined;
}

/** Where in the object it stands. */
export interface Evidence {
  readonly path: string;
  readonly value: string | number;
}

/**
 * One thing that is the matter with one object. `what` and `why` are our words, with names and numbers taken from the
 * cluster; `quote` is the cluster's own text, not cleaned, and must be shown as such.
 */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly subject: Subject;
  /** What is seen: `exits again and again (CrashLoopBackOff, 7 restarts)`. */
  readonly what: string;
  /** What it comes from, as far as the objects tell: `exit 1`, `limit 16Mi reached`. */
  readonly why?: string | undefined;
  /** The telling part of the cluster's own text, on one line, at most 240 characters. */
  readonly quote?: string | undefined;
  /** RFC 3339; since when, or when it happened last. */
  readonly since?: string | undefined;
  readonly evidence?: Evidence | undefined;
  /** How many objects of the same sort it was found at. @default 1 */
  readonly count?: number | undefined;
}

export function refOf(object: KubernetesObject): ObjectRef {
  return {
    kind: object.kind ?? '',
    ...(object.metadata?.namespace !== undefined && { namespace: object.metadata.namespace }),
    name: object.metadata?.name ?? '',
  };
}

/** Milliseconds since the epoch, or undefined for what is no time. */
export function timeOf(timestamp: unknown): number | undefined {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Seconds since a time; 0 when it is unknown, so that nothing is called long that may be short. */
export function secondsSince(timestamp: unknown, now: number): number {
  const at = timeOf(timestamp);
  return at === undefined ? 0 : (now - at) / 1000;
}

/** The condition of a type. */
export function conditionOf(object: unknown, type: string): unknown {
  const status = (object as { readonly status?: { readonly conditions?: unknown } } | undefined)?.status;
  const conditions: unknown = status?.conditions;
  return Array.isArray(conditions) ? conditions.find((condition) => textAt(condition, 'type') === type) : undefined;
}

/** True when the condition is there and has this status. */
export function hasCondition(object: unknown, type: string, status: 'True' | 'False' | 'Unknown'): boolean {
  return textAt(conditionOf(object, type), 'status') === status;
}

/** Causes before what follows from them, the broken before the warnings; the order within each stays. */
export function ranked(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** Findings that say what follows from others: told after them. */
const EFFECTS: ReadonlySet<FindingCode> = new Set([
  'rollout-stuck',
  'replicas-missing',
  'job-retrying',
  'no-endpoints',
  'blocks-eviction',
  'scale-limited',
]);

function rank(finding: Finding): number {
  return (finding.severity === 'broken' ? 0 : 2) + (EFFECTS.has(finding.code) ? 1 : 0);
}

export function isEffect(finding: Finding): boolean {
  return EFFECTS.has(finding.code);
}

/** One finding for all that say the same of objects of one sort; the first one's subject stands for all. */
export function folded(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const finding of findings) {
    const { kind, container = '' } = finding.subject;
    const key = [finding.severity, finding.code, kind, container, finding.why ?? finding.quote ?? ''].join('\u0000');
    const first = groups.get(key);
    if (first === undefined) groups.set(key, finding);
    else groups.set(key, { ...first, count: (first.count ?? 1) + (finding.count ?? 1) });
  }
  return [...groups.values()];
}

/** A finding about a pod as a whole. */
export function podFinding(
  pod: KubernetesObject,
  severity: Severity,
  code: FindingCode,
  what: string,
  rest: Pick<Finding, 'why' | 'quote' | 'since' | 'evidence'>,
): Finding {
  return { severity, code, subject: refOf(pod), what, ...rest };
}
