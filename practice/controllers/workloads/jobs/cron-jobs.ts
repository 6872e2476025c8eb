import type { Cancel, Store } from '../../../model.ts';
import { StatusError } from '../../../status.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../../cluster.ts';
import { objectQueue } from '../../object-queue.ts';
import { isTrue } from '../../conditions.ts';
import { eventRecorder, type Recorder } from '../../event-recorder.ts';
import type { CronJob, Job, ObjectRef } from '../../kinds.ts';
import { timestamp } from '../../../timestamp.ts';
import type { WorkQueue } from '../../work-queue.ts';
import { controllerOf, controllerRef, isGoing } from '../pods-of.ts';
import { nextTime, parseCron } from './cron.ts';
import { isFinished } from './jobs.ts';

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** So many missed times are looked through before a CronJob gives up on them. */
const MOST_MISSED = 100;

/** Makes the Jobs of CronJobs when their time has come. */
export function startCronJobs(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'cronjob-controller');
  const queue = objectQueue(cluster, 'cronjobs.batch', (cron, own) => {
    if (!isGoing(cron)) new CronRun(cluster, recorder, own, cron).sync();
  });
  const stops = [
    cluster.follow('jobs.batch', ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'CronJob') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}

/** One look at one CronJob. */
class CronRun {
  readonly #cluster: Cluster;
  readonly #recorder: Recorder;
  readonly #queue: WorkQueue;
  readonly #cron: CronJob;
  readonly #now: number;
  #active: readonly ObjectRef[];
  #lastSchedule: string | undefined;
  #lastSuccess: string | undefined;

  constructor(cluster: Cluster, recorder: Recorder, queue: WorkQueue, cron: CronJob) {
    this.#cluster = cluster;
    this.#recorder = recorder;
    this.#queue = queue;
    this.#cron = cron;
    this.#now = cluster.clock.now();
    this.#active = cron.status?.active ?? [];
    this.#lastSchedule = cron.status?.lastScheduleTime;
    this.#lastSuccess = cron.status?.lastSuccessfulTime;
  }

  sync(): void {
    this.#noteEnded();
    this.#forgetOld();
    this.#startDue();
    const { metadata } = this.#cron;
    const current = this.#cluster.get('cronjobs.batch', metadata.namespace, metadata.name);
    if (current === undefined) return;
    this.#cluster.setStatus('cronjobs.batch', current, {
      ...(this.#active.length > 0 && { active: this.#active }),
      ...(this.#lastSchedule !== undefined && { lastScheduleTime: this.#lastSchedule }),
      ...(this.#lastSuccess !== undefined && { lastSuccessfulTime: this.#lastSuccess }),
    });
  }

  get #jobs(): readonly Job[] {
    return this.#cluster.ownedBy<'jobs.batch'>('Job', this.#cron.metadata.uid);
  }

  #noteEnded(): void {
    const jobs = this.#jobs;
    this.#active = this.#active.filter(({ uid, name }) => {
      const job = jobs.find(({ metadata }) => metadata.uid === uid);
      if (job === undefined) {
        this.#recorder.event(this.#cron, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
        return false;
      }
      if (!isFinished(job)) return true;
      const condition = isTrue(job.status?.conditions, 'Complete') ? 'Complete' : 'Failed';
      this.#recorder.event(this.#cron, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`);
      return false;
    });
    const successes = jobs.flatMap(({ status }) => status?.completionTime ?? []).sort();
    this.#lastSuccess = successes.at(-1) ?? this.#lastSuccess;
  }

  #forgetOld(): void {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = this.#cron.spec;
    const finished = this.#jobs.filter((job) => isFinished(job) && !isGoing(job));
    const keep = (type: 'Complete' | 'Failed', limit: number): void => {
      const inOrder = finished
        .filter(({ status }) => isTrue(status?.conditions, type))
        .sort((one, other) => ((one.status?.startTime ?? '') < (other.status?.startTime ?? '') ? -1 : 1));
      for (const job of inOrder.slice(0, Math.max(inOrder.length - limit, 0))) this.#delete(job);
    };
    keep('Complete', successfulJobsHistoryLimit);
    keep('Failed', failedJobsHistoryLimit);
  }

  #delete(job: Job): void {
    this.#cluster.delete('jobs.batch', job, { propagation: 'Background' });
    this.#active = this.#active.filter(({ uid }) => uid !== job.metadata.uid);
    this.#recorder.event(this.#cron, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
  }

  #startDue(): void {
    const { schedule: line, timeZone, suspend, startingDeadlineSeconds } = this.#cron.spec;
    const schedule = parseCron(line);
    if (schedule === undefined) {
      const message = `unparseable schedule: "${line}" : expected exactly 5 fields, each in its range`;
      this.#recorder.event(this.#cron, 'Warning', 'UnparseableSchedule', message);
      return;
    }
    const next = nextTime(schedule, this.#now, timeZone);
    if (next !== undefined) this.#queue.addAfter(keyOf(this.#cron), next - this.#now);
    if (suspend === true) return;
    const deadline = startingDeadlineSeconds === undefined ? 0 : this.#now - startingDeadlineSeconds * 1000;
    const since = Math.max(Date.parse(this.#lastSchedule ?? this.#cron.metadata.creationTimestamp), deadline);
    let due: number | undefined;
    let missed = 0;
    for (
      let at = nextTime(schedule, since, timeZone);
      at !== undefined && at <= this.#now;
      at = nextTime(schedule, at, timeZone)
    ) {
      due = at;
      missed += 1;
      if (missed === MOST_MISSED) {
        const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
        this.#recorder.event(this.#cron, 'Warning', 'TooManyMissedTimes', `too many missed start times. ${advice}`);
        due = this.#now - (this.#now % 60_000);
        break;
      }
    }
    if (due !== undefined) this.#start(due);
  }

  #start(due: number): void {
    const { concurrencyPolicy = 'Allow', jobTemplate } = this.#cron.spec;
    const { metadata } = this.#cron;
    if (concurrencyPolicy === 'Forbid' && this.#active.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#recorder.event(this.#cron, 'Normal', 'JobAlreadyActive', message);
      return;
    }
    if (concurrencyPolicy === 'Replace')
      for (const job of this.#jobs) if (this.#active.some(({ uid }) => uid === job.metadata.uid)) this.#delete(job);
    const name = `${metadata.name}-${due / 60_000}`;
    try {
      const job = this.#cluster.create('jobs.batch', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {
          ...jobTemplate.metadata,
          name,
          ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
          annotations: { ...jobTemplate.metadata?.annotations, [SCHEDULED]: timestamp(due) },
          ownerReferences: [controllerRef(this.#cron)],
        },
        spec: jobTemplate.spec,
      });
      this.#recorder.event(this.#cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      const { namespace = '', uid, resourceVersion } = job.metadata;
      this.#active = [...this.#active, { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid, resourceVersion }];
      this.#lastSchedule = timestamp(due);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.status.reason === 'AlreadyExists') this.#lastSchedule = timestamp(due);
      else this.#recorder.event(this.#cron, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
    }
  }
}
