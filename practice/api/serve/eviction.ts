import type { KubeObject } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { StatusError } from '../../status.ts';
import { checkPreconditions } from '../state/deletion.ts';
import { timestamp } from '../../timestamp.ts';
import { readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const MANAGER = 'kube-apiserver';

interface Budget extends KubeObject {
  readonly spec: { readonly selector?: unknown; readonly unhealthyPodEvictionPolicy?: string };
  readonly status: {
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

interface EvictionBody {
  readonly deleteOptions?: {
    readonly gracePeriodSeconds?: number;
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
    readonly dryRun?: readonly string[];
  };
}

/** Answers `POST …/pods/{name}/eviction`: a delete that the pod's disruption budget may refuse. @throws StatusError (404, 409, 429, 500) */
export async function evict({ asked, store, kind, path }: Resource): Promise<void> {
  const { deleteOptions = {} } = ((await readBody(asked.request, OBJECTS)) ?? {}) as EvictionBody;
  const dryRun = (deleteOptions.dryRun ?? []).includes('All') || asked.query.getAll('dryRun').includes('All');
  const pod = store.existing(kind, path.namespace, path.name ?? '');
  checkPreconditions(kind, pod, deleteOptions.preconditions);
  const budget = countsForBudgets(pod) ? budgetOf(store.list(BUDGETS, path.namespace) as readonly Budget[], pod) : undefined;
  if (budget !== undefined && !mayGoUnhealthy(budget, pod)) {
    const { disruptionsAllowed, disruptedPods } = budget.status;
    if (disruptionsAllowed <= 0) throw violated(budget);
    const at = timestamp(store.clock.now());
    const status = {
      ...budget.status,
      disruptionsAllowed: disruptionsAllowed - 1,
      disruptedPods: { ...disruptedPods, [pod.metadata.name]: at },
    };
    if (!dryRun) store.update(BUDGETS, { ...budget, status }, MANAGER, 'status');
  }
  if (!dryRun) store.update('pods', marked(pod, timestamp(store.clock.now())), MANAGER, 'status');
  store.deleteAs(kind, path.namespace, pod.metadata.name, {
    gracePeriodSeconds: deleteOptions.gracePeriodSeconds,
    dryRun,
  });
  sendJson(asked, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const statusOf = (pod: KubeObject): PodStatus => pod['status'] ?? {};

/** Pods that have not begun, have ended or are going disturb nobody when they go. */
function countsForBudgets(pod: KubeObject): boolean {
  const { phase } = statusOf(pod);
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Pending' && phase !== 'Succeeded' && phase !== 'Failed';
}

function budgetOf(budgets: readonly Budget[], pod: KubeObject): Budget | undefined {
  const [budget, another] = budgets.filter(({ spec }) => labelSelector(spec.selector)(pod.metadata.labels));
  if (another === undefined) return budget;
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  throw new StatusError(500, 'InternalError', message, { name: pod.metadata.name, kind: 'pods' });
}

/** A pod that is not ready may go when the others are enough, or always where the budget says so. */
function mayGoUnhealthy({ spec, status }: Budget, pod: KubeObject): boolean {
  if (statusOf(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function violated({ metadata, status }: Budget): StatusError {
  const { desiredHealthy, currentHealthy } = status;
  const why = `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: why }],
  });
}

function marked(pod: KubeObject, at: string): KubeObject {
  const status = statusOf(pod);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    observedGeneration: pod.metadata.generation,
    lastProbeTime: null,
    lastTransitionTime: at,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...pod, status: { ...status, conditions: [...others, condition] } };
}
