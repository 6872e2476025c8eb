import { expect, test } from 'vitest';

import { before, NOW, object, type Fields } from './objects.fake.ts';
import { hpaTrouble, namespaceTrouble, pdbTrouble, quotaTrouble } from './policy.ts';

const hpa = (...conditions: Fields[]) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { minReplicas: 2, maxReplicas: 4 },
    status: { conditions },
  });
const condition = (type: string, status: string, reason: string, seconds = 600) => ({
  type,
  status,
  reason,
  message: `about ${reason}`,
  lastTransitionTime: before(seconds),
});

test('an autoscaler at its minimum, switched off, or just started is well', () => {
  expect(
    hpaTrouble(hpa(condition('AbleToScale', 'True', 'x'), condition('ScalingLimited', 'True', 'TooFewReplicas')), NOW),
  ).toEqual([]);
  expect(hpaTrouble(hpa(condition('ScalingActive', 'False', 'ScalingDisabled')), NOW)).toEqual([]);
  expect(hpaTrouble(hpa(condition('ScalingActive', 'False', 'FailedGetResourceMetric', 20)), NOW)).toEqual([]);
});

test('an autoscaler that cannot scale, or wants more than it may', () => {
  expect(hpaTrouble(hpa(condition('ScalingActive', 'False', 'FailedGetResourceMetric')), NOW)).toMatchObject([
    { severity: 'broken', code: 'cannot-scale', why: 'FailedGetResourceMetric', quote: 'about FailedGetResourceMetric' },
  ]);
  expect(hpaTrouble(hpa(condition('ScalingLimited', 'True', 'TooManyReplicas')), NOW)).toMatchObject([
    { severity: 'warning', what: 'wants more than its maximum of 4 pods' },
  ]);
});

test('a budget that allows no eviction', () => {
  const pdb = (status: Fields) => object('policy/v1', 'PodDisruptionBudget', 'web', { status });
  expect(pdbTrouble(pdb({ expectedPods: 3, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 }))).toEqual([]);
  expect(pdbTrouble(pdb({ expectedPods: 0, currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0 }))).toEqual([]);
  expect(pdbTrouble(pdb({ expectedPods: 3, currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0 }))[0]?.why).toBe(
    'it demands 3 of 3 pods at all times',
  );
  expect(pdbTrouble(pdb({ expectedPods: 3, currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0 }))[0]?.why).toBe(
    '1 of 3 pods healthy, 2 demanded',
  );
});

test('a quota that is used up', () => {
  const quota = (hard: Fields, used: Fields) => object('v1', 'ResourceQuota', 'team', { status: { hard, used } });
  expect(quotaTrouble(quota({ pods: '10', 'count/secrets': '0' }, { pods: '9', 'count/secrets': '0' }))).toEqual([]);
  expect(quotaTrouble(quota({ 'requests.cpu': '2' }, { 'requests.cpu': '2000m' }))).toMatchObject([
    { what: 'requests.cpu is used up', why: '2000m of 2' },
  ]);
});

test('a namespace that does not go', () => {
  const namespace = (phase: string, ...conditions: Fields[]) =>
    object('v1', 'Namespace', 'old', { status: { phase, conditions } }, { deletionTimestamp: before(600) });
  expect(namespaceTrouble(namespace('Active'))).toEqual([]);
  const content = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    message: 'Some resources are remaining: shops.example.com has 1 resource instances',
  };
  const finalizers = {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    message: 'Some content in the namespace has finalizers remaining: example.com/hook in 1 resource instances',
  };
  expect(namespaceTrouble(namespace('Terminating', content, finalizers))).toMatchObject([
    {
      severity: 'broken',
      code: 'stuck-terminating',
      why: 'objects wait for their finalizers',
      since: before(600),
      quote: finalizers.message,
    },
  ]);
});

test('an autoscaler says what it failed of, and not that it was unable', () => {
  const failed = (message: string) =>
    hpaTrouble(hpa({ ...condition('ScalingActive', 'False', 'Failed'), message }), NOW)[0]?.quote;
  expect(failed('the HPA was unable to compute the replica count: failed to get cpu utilization: none')).toBe(
    'failed to get cpu utilization: none',
  );
  expect(failed('the HPA controller was unable to get the target\'s current scale: deployments.apps "x" not found')).toBe(
    'deployments.apps "x" not found',
  );
  expect(failed('something else: happened')).toBe('something else: happened');
});
