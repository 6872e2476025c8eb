import { expect, test } from 'vitest';

import { cronJobTrouble, jobTrouble } from './job.ts';
import { before, NOW, object, type Fields } from './objects.fake.ts';

const job = (status: Fields, spec: Fields = {}, metadata: Fields = {}) =>
  object('batch/v1', 'Job', 'import', { spec: { backoffLimit: 3, ...spec }, status }, metadata);

const failed = (reason: string, message = 'a message') => ({
  failed: 4,
  conditions: [{ type: 'Failed', status: 'True', reason, message, lastTransitionTime: before(60) }],
});

const complete = { conditions: [{ type: 'Complete', status: 'True' }] };

test('a Job that succeeded in the end, or was never meant to run now, is well', () => {
  expect(jobTrouble(job({ ...complete, succeeded: 1, failed: 2 }))).toEqual([]);
  expect(jobTrouble(job({ active: 1 }))).toEqual([]);
  expect(jobTrouble(job({ failed: 1 }, { suspend: true }))).toEqual([]);
});

test('why it was given up', () => {
  expect(jobTrouble(job(failed('BackoffLimitExceeded')))).toMatchObject([
    {
      severity: 'broken',
      code: 'job-failed',
      what: 'failed for good (BackoffLimitExceeded, 4 failed pods)',
      why: 'failed more often than its backoffLimit of 3',
      since: before(60),
    },
  ]);
  expect(jobTrouble(job(failed('BackoffLimitExceeded'), { backoffLimit: 0 }))[0]?.why).toBe(
    'it may not be tried again (backoffLimit 0)',
  );
  expect(jobTrouble(job(failed('DeadlineExceeded'), { activeDeadlineSeconds: 30 }))[0]?.why).toBe(
    'took longer than its activeDeadlineSeconds of 30',
  );
  expect(jobTrouble(job(failed('Other')))[0]).toMatchObject({ quote: 'a message' });
});

test('one that tries again is warned of', () => {
  expect(jobTrouble(job({ failed: 1, active: 1 }))).toMatchObject([
    { severity: 'warning', code: 'job-retrying', what: '1 try failed, tries again', why: 'gives up after 4' },
  ]);
});

test('a CronJob is as well as its newest finished Job', () => {
  const cron = (spec: Fields = {}, status: Fields = {}) =>
    object('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '0 3 * * *', ...spec }, status });
  const old = job(failed('BackoffLimitExceeded'), {}, { creationTimestamp: before(90_000) });
  const young = job(complete, {}, { creationTimestamp: before(3600) });
  expect(cronJobTrouble(cron(), NOW, [old, young])).toEqual([]);
  expect(
    cronJobTrouble(cron(), NOW, [
      young,
      old,
      job(failed('BackoffLimitExceeded'), {}, { creationTimestamp: before(60), name: 'new' }),
    ]),
  ).toMatchObject([{ code: 'job-failed', subject: { name: 'new' } }]);
  expect(cronJobTrouble(cron({ suspend: true }), NOW, [old])).toEqual([]);
});

test('a CronJob that never succeeded is warned of after a day', () => {
  const cron = (age: number) =>
    object(
      'batch/v1',
      'CronJob',
      'nightly',
      { spec: {}, status: { lastScheduleTime: before(600) } },
      { creationTimestamp: before(age) },
    );
  expect(cronJobTrouble(cron(3600), NOW)).toEqual([]);
  expect(cronJobTrouble(cron(200_000), NOW)).toMatchObject([{ severity: 'warning', code: 'no-success' }]);
});
