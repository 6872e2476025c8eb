import type { Cancel, DraftObject, Store } from '../../../model.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../../cluster.ts';
import { objectQueue } from '../../object-queue.ts';
import { isTrue } from '../../conditions.ts';
import { eventRecorder, type Recorder } from '../../event-recorder.ts';
import type { Job } from '../../kinds.ts';
import type { Condition, Pod } from '../../shapes.ts';
import type { WorkQueue } from '../../work-queue.ts';
import { BURST, podControl, podFrom, type PodControl } from '../pod-control.ts';
import { isOver } from '../../pod-phase.ts';
import { controllerOf, followPods, GATHER_MS, isActive, isGoing, isReady } from '../pods-of.ts';
import { formatIndexes, indexAnnotation, indexOf, parseIndexes } from './indexes.ts';

/** Keeps a pod until its Job has counted how it ended. */
const TRACKING = 'batch.kubernetes.io/job-tracking';
/** The wait after a pod that failed doubles with each failure. */
const BACK_OFF = { firstMs: 10_000, longestMs: 600_000 } as const;

/** How a Job is over, and what it says then. */
interface Outcome {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

const OUTCOMES = {
  complete: { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
  failures: { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
  deadline: { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
} as const satisfies Record<string, Outcome>;

export const isFinished = ({ status }: Job): boolean =>
  isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

/** Runs the pods of Jobs until enough of them have succeeded, or too many failed. */
export function startJobs(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'job-controller');
  const control = podControl(cluster, recorder);
  const queue = objectQueue(cluster, 'jobs.batch', (job, own) =>
    new JobRun({ cluster, recorder, control, queue: own }, job).sync(),
  );
  const stops = [
    followPods(cluster, 'Job', (key) => queue.addAfter(key, GATHER_MS)),
    // A Job that is gone counts nothing any more: its pods are let go.
    cluster.follow('pods', ({ type, object: pod }) => {
      const owner = controllerOf(pod);
      if (type === 'DELETED' || !isGoing(pod) || pod.metadata.finalizers?.includes(TRACKING) !== true) return;
      if (owner?.kind !== 'Job' || cluster.get('jobs.batch', pod.metadata.namespace, owner.name)?.metadata.uid === owner.uid)
        return;
      store.clock.after(0, () => letGo(cluster, pod));
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}

function letGo(cluster: Cluster, { metadata: { namespace, name, uid } }: Pod): void {
  const pod = cluster.get('pods', namespace, name);
  if (pod?.metadata.uid !== uid) return;
  const finalizers = pod.metadata.finalizers?.filter((finalizer) => finalizer !== TRACKING) ?? [];
  if (finalizers.length === (pod.metadata.finalizers?.length ?? 0)) return;
  cluster.update('pods', { ...pod, metadata: { ...pod.metadata, finalizers } });
}

interface Tools {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly control: PodControl;
  readonly queue: WorkQueue;
}

type Status = NonNullable<Job['status']>;

/** One look at one Job. */
class JobRun {
  readonly #tools: Tools;
  readonly #job: Job;
  readonly #now: number;
  #pods: readonly Pod[];
  #succeeded: number;
  #failed: number;
  #indexes: Set<number>;

  constructor(tools: Tools, job: Job) {
    this.#tools = tools;
    this.#job = job;
    this.#now = tools.cluster.clock.now();
    this.#pods = tools.cluster.ownedBy<'pods'>('Pod', job.metadata.uid);
    this.#succeeded = job.status?.succeeded ?? 0;
    this.#failed = job.status?.failed ?? 0;
    this.#indexes = parseIndexes(job.status?.completedIndexes ?? '');
  }

  sync(): void {
    if (isFinished(this.#job)) return this.#expire();
    const isIndexed = this.#job.spec.completionMode === 'Indexed';
    const ended = this.#pods.filter((pod) => isOver(pod) && pod.metadata.finalizers?.includes(TRACKING) === true);
    for (const pod of ended) {
      const hasSucceeded = pod.status?.phase === 'Succeeded';
      const index = indexOf(pod);
      if (!hasSucceeded) this.#failed += 1;
      else if (!isIndexed) this.#succeeded += 1;
      else if (index !== undefined) this.#indexes.add(index);
    }
    if (isIndexed) this.#succeeded = this.#indexes.size;
    const outcome = this.#outcome();
    if (!isGoing(this.#job)) this.#manage(outcome);
    this.#report(outcome);
    for (const pod of ended) letGo(this.#tools.cluster, pod);
  }

  get #active(): readonly Pod[] {
    return this.#pods.filter(isActive);
  }

  #startedAt(): number | undefined {
    const { startTime } = this.#job.status ?? {};
    return startTime === undefined ? undefined : Date.parse(startTime);
  }

  #outcome(): Outcome | undefined {
    const { backoffLimit = 6, completions, activeDeadlineSeconds, suspend } = this.#job.spec;
    const restarts = this.#active.reduce((sum, pod) => sum + restartsOf(pod), 0);
    const restartsCount = this.#job.spec.template.spec.restartPolicy === 'OnFailure';
    if (this.#failed > backoffLimit || (restartsCount && restarts > 0 && restarts >= backoffLimit)) return OUTCOMES.failures;
    const startedAt = this.#startedAt();
    if (activeDeadlineSeconds !== undefined && startedAt !== undefined && suspend !== true) {
      const left = startedAt + activeDeadlineSeconds * 1000 - this.#now;
      if (left <= 0) return OUTCOMES.deadline;
      this.#tools.queue.addAfter(keyOf(this.#job), left);
    }
    if (completions !== undefined) return this.#succeeded >= completions ? OUTCOMES.complete : undefined;
    return this.#succeeded > 0 && this.#active.length === 0 ? OUTCOMES.complete : undefined;
  }

  #manage(outcome: Outcome | undefined): void {
    const { parallelism = 1, completions, suspend } = this.#job.spec;
    const active = this.#active;
    const wanted = outcome !== undefined || suspend === true ? 0 : this.#wanted(parallelism, completions, active.length);
    for (const pod of active.slice(wanted)) this.#tools.control.delete(this.#job, pod);
    const missing = wanted - active.length;
    if (missing <= 0) return;
    const wait = this.#backOffLeft();
    if (wait > 0) return this.#tools.queue.addAfter(keyOf(this.#job), wait);
    const taken = new Set([...this.#indexes, ...active.map(indexOf)]);
    let index = 0;
    for (let created = 0; created < Math.min(missing, BURST); created++) {
      while (taken.has(index)) index += 1;
      taken.add(index);
      this.#tools.control.create(this.#job, this.#draft(index));
    }
  }

  #wanted(parallelism: number, completions: number | undefined, active: number): number {
    if (completions === undefined) return this.#succeeded > 0 ? active : parallelism;
    return Math.min(parallelism, completions - this.#succeeded);
  }

  /** How long it is until the next pod may follow those that failed. */
  #backOffLeft(): number {
    if (this.#failed === 0) return 0;
    const ends = this.#pods.filter(({ status }) => status?.phase === 'Failed').map(endOf);
    const wait = Math.min(BACK_OFF.firstMs * 2 ** (this.#failed - 1), BACK_OFF.longestMs);
    return ends.length === 0 ? 0 : Math.max(...ends) + wait - this.#now;
  }

  #draft(index: number): DraftObject {
    const draft = podFrom(this.#job.spec.template, this.#job);
    const metadata = { ...draft.metadata, finalizers: [TRACKING] };
    if (this.#job.spec.completionMode !== 'Indexed') return { ...draft, metadata };
    const { spec } = this.#job.spec.template;
    const name = `${this.#job.metadata.name}-${index}`;
    const variable = {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
    };
    const containers = spec.containers.map((container) => ({ ...container, env: [...(container.env ?? []), variable] }));
    return {
      ...draft,
      metadata: {
        ...metadata,
        generateName: `${name}-`,
        annotations: { ...metadata.annotations, ...indexAnnotation(index) },
        labels: { ...metadata.labels, ...indexAnnotation(index) },
      },
      spec: { ...spec, containers, hostname: name },
    };
  }

  #report(outcome: Outcome | undefined): void {
    const { cluster, recorder } = this.#tools;
    const { metadata, spec } = this.#job;
    const current = cluster.get('jobs.batch', metadata.namespace, metadata.name);
    if (current === undefined) return;
    this.#pods = cluster.ownedBy<'pods'>('Pod', metadata.uid);
    const now = cluster.now();
    const suspended = this.#suspension(current, now);
    const { startTime = now } = current.status ?? {};
    const count = (name: string, number: number) => (number === 0 ? {} : { [name]: number });
    const status: Status = {
      ...(suspended.length > 0 && { conditions: suspended }),
      ...(outcome !== undefined && { conditions: [...suspended, ...outcomeConditions(outcome, now)] }),
      ...(spec.suspend !== true && { startTime }),
      ...(outcome?.type === 'Complete' && { completionTime: now }),
      ...count('active', this.#active.length),
      ...count('succeeded', this.#succeeded),
      ...count('failed', this.#failed),
      ...(this.#indexes.size > 0 && { completedIndexes: formatIndexes(this.#indexes) }),
      ready: this.#active.filter(isReady).length,
      terminating: this.#pods.filter((pod) => isGoing(pod) && !isOver(pod)).length,
      uncountedTerminatedPods: {},
    };
    const written = cluster.setStatus('jobs.batch', current, status);
    if (outcome?.type === 'Complete') recorder.event(written, 'Normal', 'Completed', 'Job completed');
    else if (outcome !== undefined) recorder.event(written, 'Warning', outcome.reason, outcome.message);
  }

  #suspension({ status, spec }: Job, now: string): readonly Condition[] {
    const before = status?.conditions ?? [];
    const isSuspended = isTrue(before, 'Suspended');
    if ((spec.suspend === true) === isSuspended) return before;
    this.#tools.recorder.event(
      this.#job,
      'Normal',
      isSuspended ? 'Resumed' : 'Suspended',
      `Job ${isSuspended ? 'resumed' : 'suspended'}`,
    );
    const others = before.filter(({ type }) => type !== 'Suspended');
    const [status_, reason, message] = isSuspended
      ? (['False', 'JobResumed', 'Job resumed'] as const)
      : (['True', 'JobSuspended', 'Job suspended'] as const);
    return [...others, { type: 'Suspended', status: status_, lastProbeTime: now, lastTransitionTime: now, reason, message }];
  }

  /** Takes away a Job that was over long enough ago. */
  #expire(): void {
    const { ttlSecondsAfterFinished } = this.#job.spec;
    for (const pod of this.#pods) if (isOver(pod)) letGo(this.#tools.cluster, pod);
    const end = this.#job.status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.lastTransitionTime;
    if (ttlSecondsAfterFinished === undefined || end === undefined || end === null || isGoing(this.#job)) return;
    const left = Date.parse(end) + ttlSecondsAfterFinished * 1000 - this.#now;
    if (left > 0) this.#tools.queue.addAfter(keyOf(this.#job), left);
    else this.#tools.cluster.delete('jobs.batch', this.#job, { propagation: 'Background' });
  }
}

const outcomeConditions = ({ type, reason, message }: Outcome, now: string): readonly Condition[] =>
  [type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', type].map((one) => ({
    type: one,
    status: 'True',
    lastProbeTime: now,
    lastTransitionTime: now,
    reason,
    message,
  }));

const restartsOf = ({ status }: Pod): number =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].reduce(
    (sum, one) => sum + one.restartCount,
    0,
  );

/** When the last container of a pod ended. */
const endOf = ({ status, metadata }: Pod): number => {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state.terminated?.finishedAt ?? ''));
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length === 0 ? Date.parse(metadata.creationTimestamp) : Math.max(...known);
};
