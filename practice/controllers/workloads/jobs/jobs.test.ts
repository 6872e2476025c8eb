import { describe, expect, it } from 'vitest';

import { START, testCluster, type TestCluster } from '../../testing.ts';
import { nextTime, parseCron } from './cron.ts';
import { formatIndexes, parseIndexes } from './indexes.ts';

const images = {
  fine: { exit: { afterSeconds: 5, code: 0 } },
  bad: { exit: { afterSeconds: 1, code: 2 } },
  long: { exit: { afterSeconds: 1000, code: 0 } },
};
const template = (image: string) => ({ spec: { restartPolicy: 'Never', containers: [{ name: 'app', image }] } });
const job = (image: string, spec: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'import' },
  spec: { completions: 1, parallelism: 1, template: template(image), ...spec },
});
const outcome = (cluster: TestCluster) =>
  cluster.find('jobs.batch', 'import').status?.conditions?.map(({ type, reason, message }) => ({ type, reason, message }));

describe('a Job', () => {
  it('is complete when enough pods have succeeded, no more than so many at a time', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('fine', { completions: 5, parallelism: 2 }));
    let most = 0;
    for (let second = 0; second < 60; second++) {
      cluster.pass(1);
      most = Math.max(most, cluster.find('jobs.batch', 'import').status?.active ?? 0);
    }
    expect(most).toBe(2);
    const { status } = cluster.find('jobs.batch', 'import');
    expect(status).toMatchObject({ succeeded: 5, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status?.completionTime).toBeDefined();
    expect(outcome(cluster)?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
    expect(cluster.said('import').at(-1)).toBe('Normal Completed ×1 Job completed');
    expect(cluster.list('pods').every(({ metadata }) => (metadata.finalizers ?? []).length === 0)).toBe(true);
  });

  it('fails when its pods fail too often', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('bad', { backoffLimit: 1 }));
    cluster.pass(60);
    const said = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
    expect(outcome(cluster)).toEqual([
      { type: 'FailureTarget', ...said },
      { type: 'Failed', ...said },
    ]);
    expect(cluster.find('jobs.batch', 'import').status).toMatchObject({ failed: 2 });
    expect(cluster.list('pods')).toHaveLength(2);
    expect(cluster.said('import').at(-1)).toBe(`Warning ${said.reason} ×1 ${said.message}`);
  });

  it('fails at its deadline, and takes its pods along', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('long', { activeDeadlineSeconds: 20 }));
    cluster.pass(30);
    expect(outcome(cluster)?.at(-1)).toEqual({
      type: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    });
    expect(cluster.list('pods')).toEqual([]);
  });

  it('rests while it is suspended', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('fine', { suspend: true }));
    cluster.pass(10);
    expect(cluster.list('pods')).toEqual([]);
    cluster.change('jobs.batch', 'import', { suspend: false });
    cluster.pass(30);
    expect(outcome(cluster)?.at(-1)?.type).toBe('Complete');
  });

  it('goes away when its time after the end is over', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('fine', { ttlSecondsAfterFinished: 60 }));
    cluster.pass(30);
    expect(cluster.list('jobs.batch')).toHaveLength(1);
    cluster.pass(60);
    expect(cluster.list('jobs.batch')).toEqual([]);
    expect(cluster.list('pods')).toEqual([]);
  });

  it('runs each index once', () => {
    const cluster = testCluster({ images });
    cluster.apply('jobs.batch', job('fine', { completions: 3, parallelism: 3, completionMode: 'Indexed' }));
    cluster.pass(30);
    expect(cluster.find('jobs.batch', 'import').status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    expect(
      cluster
        .list('pods')
        .map(({ spec }) => spec.hostname)
        .toSorted((one = '', other = '') => one.localeCompare(other)),
    ).toEqual(['import-0', 'import-1', 'import-2']);
  });
});

describe('a CronJob', () => {
  it('makes its Jobs on time, and keeps as many as it may', () => {
    const cluster = testCluster({ images });
    cluster.apply('cronjobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'report' },
      spec: { schedule: '*/10 * * * *', successfulJobsHistoryLimit: 2, jobTemplate: { spec: { template: template('fine') } } },
    });
    cluster.pass(3600);
    const { status } = cluster.find('cronjobs.batch', 'report');
    expect(status?.lastScheduleTime).toBe('2026-11-20T13:00:00Z');
    expect(status?.active).toHaveLength(1);
    cluster.pass(30);
    expect(cluster.find('cronjobs.batch', 'report').status).toEqual({
      lastScheduleTime: '2026-11-20T13:00:00Z',
      lastSuccessfulTime: expect.stringMatching(/^2026-11-20T13:00:/) as string,
    });
    expect(cluster.list('jobs.batch').map(({ metadata }) => metadata.name)).toEqual([
      `report-${(START + 3_000_000) / 60_000}`,
      `report-${(START + 3_600_000) / 60_000}`,
    ]);
    expect(cluster.said('report').at(-1)).toMatch(/^Normal SuccessfulDelete ×1 Deleted job report-\d+$/);
  });

  it('does not start a Job beside one that runs where that is forbidden', () => {
    const cluster = testCluster({ images });
    cluster.apply('cronjobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'report' },
      spec: { schedule: '* * * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: template('long') } } },
    });
    cluster.pass(300);
    expect(cluster.list('jobs.batch')).toHaveLength(1);
    expect(cluster.said('report').at(-1)).toContain('Normal JobAlreadyActive');
  });
});

describe('cron lines', () => {
  const next = (line: string, after: string, zone?: string): string | undefined => {
    const schedule = parseCron(line);
    const time = schedule && nextTime(schedule, Date.parse(after), zone);
    return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
  };

  it.each([
    ['*/15 * * * *', '2026-11-20T12:00:00Z', '2026-11-20T12:15'],
    ['0 3 * * *', '2026-11-20T12:00:00Z', '2026-11-21T03:00'],
    ['30 8 1 * *', '2026-11-20T12:00:00Z', '2026-12-01T08:30'],
    ['0 9 * * mon-fri', '2026-11-20T12:00:00Z', '2026-11-23T09:00'],
    ['0 0 13 * 5', '2026-11-14T00:00:00Z', '2026-11-20T00:00'],
    ['@hourly', '2026-11-20T12:30:00Z', '2026-11-20T13:00'],
    ['0 0 29 2 *', '2026-11-20T12:00:00Z', '2028-02-29T00:00'],
    ['0 0 30 2 *', '2026-11-20T12:00:00Z', undefined],
    ['61 * * * *', '2026-11-20T12:00:00Z', undefined],
    ['* * * *', '2026-11-20T12:00:00Z', undefined],
  ])('%s after %s is %s', (line, after, expected) => {
    expect(next(line, after)).toBe(expected);
  });

  it('are read in their zone, through the changes of its clocks', () => {
    expect(next('0 6 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T04:00');
    expect(next('0 6 * * *', '2026-03-27T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-28T05:00');
  });
});

describe('indexes', () => {
  it('are written as ranges and read back', () => {
    expect(formatIndexes([5, 0, 1, 2, 7, 8])).toBe('0-2,5,7,8');
    expect([...parseIndexes('0-2,5,7,8')]).toEqual([0, 1, 2, 5, 7, 8]);
    expect([...parseIndexes('')]).toEqual([]);
  });
});
