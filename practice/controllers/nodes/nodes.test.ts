import { describe, expect, it } from 'vitest';

import { conditionOf } from '../conditions.ts';
import { pod, testCluster, workload, type TestCluster } from '../testing.ts';
import { TROUBLE } from './index.ts';

function trouble(cluster: TestCluster, name: string, what: string | undefined): void {
  const node = cluster.find('nodes', name);
  const { [TROUBLE]: _, ...annotations } = node.metadata.annotations ?? {};
  const changed = what === undefined ? annotations : { ...annotations, [TROUBLE]: what };
  cluster.update('nodes', { ...node, metadata: { ...node.metadata, annotations: changed } });
}

const readyOf = (cluster: TestCluster, name: string) => conditionOf(cluster.find('nodes', name).status?.conditions, 'Ready');
const taintsOf = (cluster: TestCluster, name: string) =>
  (cluster.find('nodes', name).spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

describe('a node', () => {
  it('that is not heard of is unknown after its grace, and loses its pods after theirs', () => {
    const cluster = testCluster({ nodes: [{ name: 'a' }, { name: 'b' }] });
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2 }));
    cluster.pass(30);
    trouble(cluster, 'a', 'stopped');
    cluster.pass(40);
    expect(readyOf(cluster, 'a')?.status).toBe('True');
    cluster.pass(20);
    expect(readyOf(cluster, 'a')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(taintsOf(cluster, 'a')).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    const lost = cluster.list('pods').find(({ spec }) => spec.nodeName === 'a');
    expect(conditionOf(lost?.status?.conditions, 'Ready')?.status).toBe('False');
    cluster.pass(320);
    expect(cluster.list('pods').filter(({ spec }) => spec.nodeName === 'b')).toHaveLength(2);
    const leaving = cluster.find('pods', lost?.metadata.name ?? '');
    expect(leaving.metadata.deletionTimestamp).toBeDefined();
    expect(conditionOf(leaving.status?.conditions, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
    trouble(cluster, 'a', undefined);
    cluster.pass(10);
    expect(readyOf(cluster, 'a')?.status).toBe('True');
    expect(taintsOf(cluster, 'a')).toEqual([]);
    expect(cluster.list('pods')).toHaveLength(2);
  });

  it('that is cordoned says so by a taint', () => {
    const cluster = testCluster();
    const node = cluster.find('nodes', 'node-1');
    cluster.update('nodes', { ...node, spec: { ...node.spec, unschedulable: true } });
    cluster.pass(1);
    expect(taintsOf(cluster, 'node-1')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
  });

  it('that is short of memory evicts pods that asked for none', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('modest', { resources: { requests: { memory: '64Mi' } } }));
    cluster.apply('pods', pod('careless'));
    cluster.pass(10);
    trouble(cluster, 'node-1', 'memory');
    cluster.pass(30);
    expect(conditionOf(cluster.find('nodes', 'node-1').status?.conditions, 'MemoryPressure')).toMatchObject({
      status: 'True',
      reason: 'KubeletHasInsufficientMemory',
    });
    expect(taintsOf(cluster, 'node-1')).toEqual(['node.kubernetes.io/memory-pressure:NoSchedule']);
    expect(cluster.find('pods', 'careless').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(cluster.find('pods', 'modest').status?.phase).toBe('Running');
    expect(
      cluster.said('careless').some((line) => line.startsWith('Warning Evicted ×1 The node was low on resource: memory.')),
    ).toBe(true);
  });
});

describe('events', () => {
  it('are forgotten an hour after they were written last', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web'));
    cluster.pass(3500);
    expect(cluster.said('web')).toHaveLength(5);
    cluster.pass(200);
    expect(cluster.said('web')).toEqual([]);
  });
});
