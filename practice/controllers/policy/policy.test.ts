import { describe, expect, it } from 'vitest';

import { podTemplate, testCluster, workload, type TestCluster } from '../testing.ts';

const scaler = (spec: object = {}) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    ...spec,
  },
});
const statusOf = (cluster: TestCluster) => cluster.find('horizontalpodautoscalers.autoscaling', 'web').status;
const conditionsOf = (cluster: TestCluster) =>
  Object.fromEntries((statusOf(cluster)?.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
const asks = (cpu: string) => podTemplate({ resources: { requests: { cpu } } });

describe('an autoscaler', () => {
  it('grows what is busy up to its limit', () => {
    const cluster = testCluster({ images: { web: { usage: { cpu: '90m', memory: '8Mi' } } } });
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2, template: asks('100m') }));
    cluster.pass(10);
    cluster.apply('horizontalpodautoscalers.autoscaling', scaler());
    cluster.pass(60);
    expect(cluster.find('deployments.apps', 'web').spec.replicas).toBe(4);
    expect(conditionsOf(cluster)).toEqual({
      AbleToScale: 'True ReadyForNewScale',
      ScalingActive: 'True ValidMetricFound',
      ScalingLimited: 'True TooManyReplicas',
    });
    expect(statusOf(cluster)?.currentMetrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } } },
    ]);
    expect(cluster.said('web')).toContain(
      'Normal SuccessfulRescale ×1 New size: 4; reason: cpu resource utilization (percentage of request) above target',
    );
  });

  it('shrinks what is idle, but only when it has been so for a while', () => {
    const cluster = testCluster();
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 4, template: asks('100m') }));
    cluster.pass(10);
    cluster.apply('horizontalpodautoscalers.autoscaling', scaler());
    cluster.pass(200);
    expect(cluster.find('deployments.apps', 'web').spec.replicas).toBe(4);
    expect(conditionsOf(cluster)['AbleToScale']).toBe('True ScaleDownStabilized');
    cluster.pass(200);
    expect(cluster.find('deployments.apps', 'web').spec.replicas).toBe(2);
  });

  it('wakes when something changes after hours in which nothing did, at the time at which it looks', () => {
    const cluster = testCluster({ images: { web: { usage: { cpu: '50m', memory: '8Mi' } } } });
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2, template: asks('100m') }));
    cluster.pass(10);
    cluster.apply('horizontalpodautoscalers.autoscaling', scaler());
    cluster.pass(3 * 3600 + 5);
    cluster.change('deployments.apps', 'web', { template: asks('30m') });
    cluster.pass(9);
    expect(cluster.find('deployments.apps', 'web').spec.replicas).toBe(2);
    cluster.pass(50);
    expect(cluster.find('deployments.apps', 'web').spec.replicas).toBe(4);
  });

  it('says what it cannot measure, and what it cannot find', () => {
    const cluster = testCluster();
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2 }));
    cluster.pass(10);
    cluster.apply('horizontalpodautoscalers.autoscaling', scaler());
    cluster.pass(20);
    expect(conditionsOf(cluster)['ScalingActive']).toBe('False FailedGetResourceMetric');
    const gone = { ...scaler({ scaleTargetRef: { kind: 'Deployment', name: 'gone' } }), metadata: { name: 'lost' } };
    cluster.apply('horizontalpodautoscalers.autoscaling', gone);
    cluster.pass(20);
    expect(cluster.said('lost')[0]).toContain('Warning FailedGetScale');
  });
});

describe('a disruption budget', () => {
  const budget = (spec: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });

  it.each([
    [{ minAvailable: 2 }, { disruptionsAllowed: 1, desiredHealthy: 2 }],
    [{ minAvailable: '50%' }, { disruptionsAllowed: 1, desiredHealthy: 2 }],
    [{ maxUnavailable: 2 }, { disruptionsAllowed: 2, desiredHealthy: 1 }],
    [{ maxUnavailable: 0 }, { disruptionsAllowed: 0, desiredHealthy: 3 }],
  ])('of %j of three pods allows %j', (spec, expected) => {
    const cluster = testCluster();
    cluster.apply('poddisruptionbudgets.policy', budget(spec));
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 3 }));
    cluster.pass(10);
    expect(cluster.find('poddisruptionbudgets.policy', 'web').status).toMatchObject({
      ...expected,
      currentHealthy: 3,
      expectedPods: 3,
      conditions: [
        { type: 'DisruptionAllowed', reason: expected.disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods' },
      ],
    });
  });
});
