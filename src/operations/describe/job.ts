import { at, listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  conditionOf,
  conditionsOf,
  cronJobTrouble,
  folded,
  jobTrouble,
  podTrouble,
  ranked,
  selectorText,
  type Finding,
} from '../trouble/index.ts';
import { containerFacts, templateOf, volumeFacts } from './containers.ts';
import { deepen, type Deepened } from './deepen.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Cause, Health, JobFacts } from './facts.ts';
import type { Lookup } from './lookup.ts';
import { ownersOf } from './owners.ts';
import { placementOf } from './placement.ts';
import { isOwnedBy, podsFacts } from './pods.ts';
import { healthOf, type Told } from './told.ts';

/** Jobs of a CronJob that are told. */
const JOBS = 5;

export async function describeJob(job: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace } = job.metadata ?? {};
  const template = templateOf(job);
  const [pods, events, owners] = await Promise.all([
    look.list('', 'Pod', { namespace, labels: selectorText(at(job, 'spec', 'selector')) }),
    readEvents(look, job),
    ownersOf(look, job),
  ]);
  const own = jobTrouble(job);
  const deep = await deepJob(job, own, pods?.items ?? [], look, now);
  const causes = causesOf(own, deep.causes);
  return {
    verdict: {
      health: healthOf(causes, calmHealth(job)),
      status: jobStatus(job),
      since: own[0]?.since ?? textAt(job, 'status', 'startTime'),
    },
    causes,
    facts: {
      spec: jobSpec(job),
      status: counts(job),
      containers: containerFacts(template, false),
      volumes: volumeFacts(template),
      placement: placementOf(template),
      owners,
      ...(pods && { pods: podsFacts(pods) }),
    },
    events: eventFacts([...(events ?? []), ...deep.events], job),
  };
}

/** That it was tried too often follows from what its pods did; a deadline of its own is a cause. */
function causesOf(own: readonly Finding[], deep: readonly Cause[]): Cause[] {
  const byItself = own.filter(({ evidence }) => evidence?.value === 'DeadlineExceeded');
  return ranked([...byItself, ...deep, ...own.filter((finding) => !byItself.includes(finding))]);
}

/** Why its pods fail. Those of a Job that succeeded in the end, or rests, are not asked: their failures are past. */
async function deepJob(
  job: KubernetesObject,
  own: readonly Finding[],
  pods: readonly KubernetesObject[],
  look: Lookup,
  now: number,
): Promise<Deepened> {
  if (own.length === 0 && calmHealth(job) !== 'progressing') return { causes: [], events: [] };
  const newest = pods.toSorted((a, b) =>
    (b.metadata?.creationTimestamp ?? '').localeCompare(a.metadata?.creationTimestamp ?? ''),
  );
  return deepen(folded(ranked(newest.flatMap((pod) => podTrouble(pod, now)))), pods, look, now);
}

/** Of a CronJob: its schedule, its last Jobs, and why the newest of them failed. */
export async function describeCronJob(cronJob: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace, uid } = cronJob.metadata ?? {};
  const [found, events] = await Promise.all([look.list('batch', 'Job', { namespace }), readEvents(look, cronJob)]);
  const jobs = (found?.items ?? [])
    .filter((job) => isOwnedBy(job, uid))
    .toSorted((a, b) => (b.metadata?.creationTimestamp ?? '').localeCompare(a.metadata?.creationTimestamp ?? ''));
  const own = cronJobTrouble(cronJob, now, jobs);
  const failed = jobs.find((job) => job.metadata?.name === own[0]?.subject.name);
  const pods =
    failed === undefined
      ? undefined
      : await look.list('', 'Pod', { namespace, labels: selectorText(at(failed, 'spec', 'selector')) });
  const deep = await deepen(
    folded(ranked((pods?.items ?? []).flatMap((pod) => podTrouble(pod, now)))),
    pods?.items ?? [],
    look,
    now,
  );
  const suspended = at(cronJob, 'spec', 'suspend') === true;
  const causes = causesOf(own, deep.causes);
  const template = templateOf(cronJob);
  return {
    verdict: {
      health: healthOf(causes, suspended ? 'idle' : 'healthy', found === undefined),
      status: suspended ? 'suspended' : listAt(cronJob, 'status', 'active').length > 0 ? 'running now' : 'waits for its time',
    },
    causes,
    facts: {
      spec: {
        schedule: textAt(cronJob, 'spec', 'schedule') ?? null,
        timeZone: textAt(cronJob, 'spec', 'timeZone') ?? null,
        concurrency: textAt(cronJob, 'spec', 'concurrencyPolicy') ?? null,
        ...jobSpec({ spec: at(cronJob, 'spec', 'jobTemplate', 'spec') }),
      },
      status: {
        lastScheduled: textAt(cronJob, 'status', 'lastScheduleTime') ?? null,
        lastSuccess: textAt(cronJob, 'status', 'lastSuccessfulTime') ?? null,
      },
      containers: containerFacts(template, false),
      volumes: volumeFacts(template),
      placement: placementOf(template),
      jobs: jobs.slice(0, JOBS).map(jobFacts),
    },
    events: eventFacts([...(events ?? []), ...deep.events], cronJob),
  };
}

function jobFacts(job: KubernetesObject): JobFacts {
  return {
    name: job.metadata?.name ?? '',
    status: jobStatus(job),
    at: textAt(job, 'status', 'startTime') ?? job.metadata?.creationTimestamp,
  };
}

function jobStatus(job: KubernetesObject): string {
  const done = conditionsOf(job).find(({ type, status }) => status === 'True' && /^(?:Complete|Failed|Suspended)$/.test(type));
  return done?.type ?? ((numberAt(job, 'status', 'active') ?? 0) > 0 ? 'Running' : 'Waiting');
}

function calmHealth(job: KubernetesObject): Health {
  if (at(job, 'spec', 'suspend') === true) return 'idle';
  return textAt(conditionOf(job, 'Complete'), 'status') === 'True' ? 'healthy' : 'progressing';
}

function jobSpec(job: KubernetesObject) {
  const fields = [
    'completions',
    'parallelism',
    'backoffLimit',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
    'completionMode',
  ].flatMap((key) => {
    const value = numberAt(job, 'spec', key) ?? textAt(job, 'spec', key);
    return value === undefined || value === 'NonIndexed' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(fields);
}

function counts(job: KubernetesObject) {
  return Object.fromEntries(
    ['active', 'succeeded', 'failed']
      .map((key) => [key, numberAt(job, 'status', key) ?? 0] as const)
      .filter(([, count]) => count > 0),
  );
}
