import type { Json } from '../../kubernetes/index.ts';
import type { ConditionView, Finding, ObjectRef, Replicas } from '../trouble/index.ts';

/** What `describeObject` finds out about one object. Plain data, in the order in which it is told. */
export interface Description {
  readonly cluster: string;
  readonly apiVersion: string;
  readonly subject: ObjectRef;
  /** RFC 3339. */
  readonly createdAt?: string | undefined;
  readonly verdict: Verdict;
  /** What is the matter, the cause first. */
  readonly causes: readonly Cause[];
  readonly facts: Facts;
  readonly events: readonly EventFact[];
  /** What could not be found out. */
  readonly unknown: readonly Unknown[];
}

/**
 * `idle`: does nothing because it was asked to (scaled to 0, suspended). `unknown`: what it would take to judge could
 * not be read, or cannot be judged; never called healthy. `lasting`: a kind that has no status to be judged by.
 */
export type Health = 'healthy' | 'lasting' | 'progressing' | 'warning' | 'broken' | 'idle' | 'terminating' | 'unknown';

export interface Verdict {
  readonly health: Health;
  /** The object's own word for it: `Running`, `Bound`, `Complete`. */
  readonly status?: string | undefined;
  /** RFC 3339; since when it is broken. */
  readonly since?: string | undefined;
  readonly replicas?: Replicas | undefined;
  /** Of a rollout that is not done: how the pods of the new template do, and how many old ones serve. */
  readonly rollout?:
    | { readonly newReady: number; readonly newPods: number; readonly oldReady: number; readonly stuck: boolean }
    | undefined;
}

/** A finding with what was found out by looking further. */
export interface Cause extends Finding {
  /** What it comes from in turn: the claim behind a pod that cannot be scheduled. */
  readonly because?: readonly Finding[];
  /** Our words: what is there instead, how much would fit. */
  readonly hints?: readonly string[];
  readonly log?: LogTail | undefined;
}

/** The telling end of a container's log. Text from the cluster: redacted, not cleaned. */
export interface LogTail {
  readonly pod: string;
  readonly container: string;
  /** True when it is of the instance that ended, not of the one that runs. */
  readonly previous: boolean;
  readonly lines: readonly string[];
}

/** What could not be found out, and why not: `events`, `forbidden`. */
export interface Unknown {
  readonly what: string;
  readonly reason: string;
}

export interface EventFact {
  readonly warning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly last: string | undefined;
  /** The object it is about, when that is not the one described. */
  readonly on?: string | undefined;
}

/** Everything that is told beside the verdict; what is missing is not there or was not asked. */
export interface Facts {
  /** What it was asked to be, as far as that is not told elsewhere. */
  readonly spec?: Readonly<Record<string, Json>>;
  /** What is so, of kinds that have no section of their own. */
  readonly status?: Readonly<Record<string, Json>>;
  readonly containers?: readonly ContainerFacts[];
  readonly volumes?: readonly VolumeFacts[];
  readonly placement?: Readonly<Record<string, Json>>;
  readonly conditions?: readonly ConditionView[];
  /** From its owner up to the root. */
  readonly owners?: readonly ObjectRef[];
  readonly revisions?: readonly RevisionFacts[];
  readonly changed?: ChangeFacts | undefined;
  readonly pods?: PodsFacts | undefined;
  readonly services?: readonly ServiceFacts[];
  readonly ingresses?: readonly IngressFacts[];
  readonly autoscalers?: readonly AutoscalerFacts[];
  readonly budgets?: readonly BudgetFacts[];
  readonly jobs?: readonly JobFacts[];
  readonly allocation?: AllocationFacts | undefined;
  readonly quotas?: readonly QuotaFacts[];
  /** Who uses it: pods that mount a claim or read a ConfigMap, folded by workload. */
  readonly usedBy?: readonly string[];
}

export interface ContainerFacts {
  readonly name: string;
  readonly role: 'init' | 'sidecar' | 'app' | 'ephemeral';
  readonly image: string;
  /** As given: `100m`, `128Mi`. */
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  /** `GET :8080/healthz` by `readiness`, `liveness`, `startup`. */
  readonly probes: Readonly<Record<string, string>>;
  /** `http 8080`. */
  readonly ports: readonly string[];
  /** Names of variables with a value of their own; values are not told. */
  readonly env: readonly string[];
  readonly envFrom: readonly EnvSource[];
  /** Of a pod: what became of it. */
  readonly state?: string | undefined;
  readonly stateSince?: string | undefined;
  readonly ready?: boolean | undefined;
  readonly restarts?: number | undefined;
  /** How it ended the time before: `OOMKilled, exit 137`. */
  readonly last?: string | undefined;
  readonly lastAt?: string | undefined;
}

/** Where variables come from. */
export interface EnvSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Missing when all of it is taken. */
  readonly keys?: readonly string[];
  readonly optional: boolean;
  /** Keys, or `*` for the object, that the cluster says are not there. */
  readonly missing?: readonly string[];
}

export interface VolumeFacts {
  readonly name: string;
  /** `ConfigMap`, `Secret`, `PersistentVolumeClaim`, `emptyDir`, `hostPath`. */
  readonly source: string;
  /** Name of the source, or its path. */
  readonly from?: string | undefined;
}

export interface RevisionFacts {
  readonly name: string;
  readonly revision: number;
  readonly ready: number;
  readonly wanted: number;
  readonly newest: boolean;
}

/** What the last change of a template was. */
export interface ChangeFacts {
  readonly revision: number;
  readonly at: string | undefined;
  /** `image checkout:2.3.1 → checkout:2.4.0`. */
  readonly differences: readonly Difference[];
  /** How many more there are. */
  readonly more: number;
  /** The annotation `kubernetes.io/change-cause`. */
  readonly cause?: string | undefined;
}

export interface Difference {
  /** `app.image`, `app.env.PAYMENT_URL`. */
  readonly path: string;
  /** Undefined: was not there, or its value is not told. */
  readonly was?: string | undefined;
  readonly is?: string | undefined;
  readonly sort: 'added' | 'removed' | 'changed';
}

export interface PodsFacts {
  readonly total: number;
  readonly ready: number;
  /** False when there are more than were looked at. */
  readonly complete: boolean;
  /** The abnormal first. */
  readonly groups: readonly PodGroup[];
}

/** Pods in the same state. */
export interface PodGroup {
  /** As kubectl says it: `Running`, `CrashLoopBackOff`. */
  readonly status: string;
  readonly ready: boolean;
  readonly count: number;
  /** The first few names. */
  readonly names: readonly string[];
  readonly restarts: number;
  readonly nodes: readonly string[];
}

export interface ServiceFacts {
  readonly name: string;
  readonly type: string;
  /** `80→8080`, `80→http`. */
  readonly ports: readonly string[];
  readonly ready?: number | undefined;
  readonly notReady?: number | undefined;
}

export interface IngressFacts {
  readonly name: string;
  readonly className?: string | undefined;
  /** `shop.example.com/api → checkout:80`. */
  readonly routes: readonly string[];
}

export interface AutoscalerFacts {
  readonly name: string;
  readonly target: string;
  readonly min: number;
  readonly max: number;
  readonly current?: number | undefined;
  readonly desired?: number | undefined;
  /** `cpu 12%/70%`. */
  readonly metrics: readonly string[];
}

export interface BudgetFacts {
  readonly name: string;
  /** `min 2`, `max unavailable 1`. */
  readonly rule: string;
  readonly allowed?: number | undefined;
  readonly healthy?: number | undefined;
  readonly expected?: number | undefined;
}

export interface JobFacts {
  readonly name: string;
  readonly status: string;
  readonly at: string | undefined;
}

export interface AllocationFacts {
  readonly pods: number;
  /** False when there are more pods than were looked at. */
  readonly complete: boolean;
  readonly maxPods?: number | undefined;
  readonly resources: readonly {
    readonly name: string;
    readonly requested: number;
    readonly limits: number;
    readonly allocatable: number;
  }[];
  /** The pods that are not well, named. */
  readonly notReady: readonly string[];
}

export interface QuotaFacts {
  readonly name: string;
  readonly rows: readonly { readonly resource: string; readonly used: string; readonly hard: string }[];
}
