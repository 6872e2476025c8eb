import { describe, expect, test } from 'vitest';

import { before, NOW, object, type Fields } from './objects.fake.ts';
import { whyOf } from './why.ts';
import { workloadTrouble } from './workload.ts';

const condition = (type: string, status: string, rest: Fields = {}) => ({
  type,
  status,
  lastTransitionTime: before(600),
  ...rest,
});

const deployment = (status: Fields, spec: Fields = {}, metadata: Fields = {}) =>
  object(
    'apps/v1',
    'Deployment',
    'web',
    { spec: { replicas: 3, ...spec }, status: { observedGeneration: 2, ...status } },
    { generation: 2, ...metadata },
  );

const codes = (...args: Parameters<typeof workloadTrouble>) =>
  workloadTrouble(...args).map(({ severity, code }) => `${severity} ${code}`);

const GOOD = {
  replicas: 3,
  readyReplicas: 3,
  updatedReplicas: 3,
  availableReplicas: 3,
  conditions: [condition('Available', 'True'), condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' })],
};

describe('what is well, or at work, has no findings', () => {
  test.each([
    ['all ready', deployment(GOOD)],
    ['scaled to nothing', deployment({}, { replicas: 0 })],
    [
      'rolling, enough serve',
      deployment({
        replicas: 4,
        readyReplicas: 2,
        updatedReplicas: 1,
        availableReplicas: 2,
        conditions: [condition('Available', 'True'), condition('Progressing', 'True', { reason: 'ReplicaSetUpdated' })],
      }),
    ],
    ['made a moment ago', deployment({ conditions: [condition('Available', 'False', { lastTransitionTime: before(10) })] })],
    ['paused with nothing to roll out', deployment(GOOD, { paused: true })],
    [
      'a deadline that passed before all became well',
      deployment({
        ...GOOD,
        conditions: [condition('Available', 'True'), condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })],
      }),
    ],
    [
      'a DaemonSet for which no node is meant',
      object('apps/v1', 'DaemonSet', 'x', { status: { desiredNumberScheduled: 0, numberReady: 0 } }),
    ],
  ])('%s', (_, workload) => {
    expect(workloadTrouble(workload, NOW)).toEqual([]);
  });
});

test('a rollout that is stuck, while old pods serve', () => {
  const stuck = deployment({
    replicas: 4,
    readyReplicas: 3,
    updatedReplicas: 1,
    availableReplicas: 3,
    conditions: [condition('Available', 'True'), condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })],
  });
  expect(workloadTrouble(stuck, NOW)).toMatchObject([
    { severity: 'broken', code: 'rollout-stuck', why: 'no progress within 10m', since: before(600) },
  ]);
});

test('a rollout of one pod that is stuck, while the old pod serves', () => {
  const progressing = (status: string) => condition('Progressing', status, { reason: 'ProgressDeadlineExceeded' });
  const counts = { readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1, conditions: [progressing('False')] };
  expect(codes(deployment({ ...counts, replicas: 2 }, { replicas: 1 }), NOW)).toEqual(['broken rollout-stuck']);
  expect(codes(deployment({ ...counts, replicas: 1 }, { replicas: 1 }), NOW)).toEqual([]);
});

test('pods that are missing', () => {
  const none = { conditions: [condition('Available', 'False')] };
  expect(codes(deployment(none), NOW)).toEqual(['broken replicas-missing']);
  expect(codes(deployment({ ...none, readyReplicas: 1 }), NOW)).toEqual(['warning replicas-missing']);
  expect(
    workloadTrouble(
      object('apps/v1', 'DaemonSet', 'x', { status: { desiredNumberScheduled: 3, numberReady: 2, numberAvailable: 2 } }),
      NOW,
    ),
  ).toMatchObject([{ what: '2 of 3 pods ready', severity: 'warning' }]);
});

test('paused in the middle, and a controller that does not look', () => {
  expect(codes(deployment({ ...GOOD, updatedReplicas: 1 }, { paused: true }), NOW)).toEqual(['warning paused']);
  expect(codes(deployment({ ...GOOD, observedGeneration: 1 }), NOW)).toEqual(['warning not-observed']);
});

describe('pods that cannot be created', () => {
  test.each([
    [
      'pods "web-5" is forbidden: exceeded quota: team, requested: cpu=2, used: cpu=9, limited: cpu=10',
      'quota team is full: requested cpu=2, used cpu=9, limited cpu=10',
    ],
    [
      'pods "web-5" is forbidden: failed quota: team: must specify limits.cpu for: app',
      'quota team demands limits.cpu of every container',
    ],
    [
      'pods "web-5" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
      'limit range: maximum memory usage per Container is 1Gi',
    ],
    [
      'pods "web-5" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found',
      'ServiceAccount robot does not exist',
    ],
    [
      'pods "web-5" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'PodSecurity restricted:latest forbids it: runAsNonRoot != true',
    ],
    [
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.svc:443/v": dial tcp 10.0.0.1:443: connect: connection refused',
      'admission webhook check.example.com cannot be called: connection refused',
    ],
    ['something of another sort', '"something of another sort"'],
  ])('%s', (message, why) => {
    const failing = deployment({
      conditions: [condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message }), condition('Available', 'False')],
    });
    expect(codes(failing, NOW)).toEqual(['broken replica-failure', 'broken replicas-missing']);
    expect(whyOf(failing, NOW)).toBe(why);
  });

  test('a message that somebody made to keep us busy does not', () => {
    const message = `exceeded quota: q, requested: ${', used: , limited: '.repeat(1_500)}\n`;
    const failing = deployment({ conditions: [condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message })] });
    expect(whyOf(failing, NOW)).toMatch(/^quota q is full: /);
  });
});
