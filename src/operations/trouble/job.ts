import { shortDuration } from '../../platform/index.ts';
import { at, listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionOf, refOf, secondsSince, type Finding, type FindingCode } from './finding.ts';
import { counted, oneLine } from './words.ts';

/** Why the Job controller gave up; the rest is quoted as it comes. */
const FAILURES: Readonly<Record<string, (job: KubernetesObject) => string>> = {
  BackoffLimitExceeded: (job) => {
    const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
    return limit === 0 ? 'it may not be tried again (backoffLimit 0)' : `failed more often than its backoffLimit of ${limit}`;
  },
  DeadlineExceeded: (job) =>
    `took longer than its activeDeadlineSeconds of ${numberAt(job, 'spec', 'activeDeadlineSeconds') ?? '?'}`,
  PodFailurePolicy: () => 'its podFailurePolicy ends it at this failure',
  FailedIndexes: (job) => `indexes ${textAt(job, 'status', 'failedIndexes') ?? '?'} failed`,
  MaxFailedIndexesExceeded: () => 'more indexes failed than it allows',
};

/** What is the matter with a Job. One that is suspended, or succeeded after failed tries, is well. */
export function jobTrouble(job: KubernetesObject): Finding[] {
  const failed = conditionOf(job, 'Failed');
  const attempts = numberAt(job, 'status', 'failed') ?? 0;
  if (textAt(failed, 'status') === 'True') {
    const reason = textAt(failed, 'reason') ?? 'Failed';
    const say = FAILURES[reason];
    return [
      {
        ...of(
          job,
          'broken',
          'job-failed',
          `failed for good (${reason}${attempts > 0 ? `, ${counted(attempts, 'failed pod')}` : ''})`,
        ),
        ...(say === undefined ? { quote: oneLine(textAt(failed, 'message')) } : { why: say(job) }),
        since: textAt(failed, 'lastTransitionTime'),
        evidence: { path: 'status.conditions[Failed].reason', value: reason },
      },
    ];
  }
  if (attempts === 0 || isDone(job) || at(job, 'spec', 'suspend') === true) return [];
  const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
  return [
    {
      ...of(job, 'warning', 'job-retrying', `${counted(attempts, 'try', 'tries')} failed, tries again`),
      why: `gives up after ${limit + 1}`,
    },
  ];
}

function isDone(job: KubernetesObject): boolean {
  return ['Complete', 'SuccessCriteriaMet'].some((type) => textAt(conditionOf(job, type), 'status') === 'True');
}

/** A day: a job that is run more seldom may well not have had its second try. */
const LONG_WITHOUT_SUCCESS = 86_400;

/**
 * What is the matter with a CronJob: its newest finished Job failed, or none ever succeeded. One that is suspended is
 * as it was asked to be.
 * @param jobs those that it owns, when they are known
 */
export function cronJobTrouble(cronJob: KubernetesObject, now: number, jobs: readonly KubernetesObject[] = []): Finding[] {
  if (at(cronJob, 'spec', 'suspend') === true) return [];
  const newest = jobs
    .filter((job) => isDone(job) || textAt(conditionOf(job, 'Failed'), 'status') === 'True')
    .toSorted((a, b) => (b.metadata?.creationTimestamp ?? '').localeCompare(a.metadata?.creationTimestamp ?? ''))[0];
  if (newest !== undefined) return jobTrouble(newest).filter((finding) => finding.severity === 'broken');
  const scheduled = textAt(cronJob, 'status', 'lastScheduleTime');
  if (scheduled === undefined || textAt(cronJob, 'status', 'lastSuccessfulTime') !== undefined) return [];
  if (listAt(cronJob, 'status', 'active').length > 0) return [];
  const age = secondsSince(cronJob.metadata?.creationTimestamp, now);
  if (age < LONG_WITHOUT_SUCCESS) return [];
  return [
    {
      ...of(cronJob, 'warning', 'no-success', `no job of it ever succeeded in ${shortDuration(age)}`),
      since: cronJob.metadata?.creationTimestamp,
    },
  ];
}

function of(object: KubernetesObject, severity: Finding['severity'], code: FindingCode, what: string) {
  return { severity, code, subject: refOf(object), what };
}
