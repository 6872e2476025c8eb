import { describe, expect, it } from 'vitest';

import { conditionOf } from '../conditions.ts';
import { pod, testCluster, type TestCluster } from '../testing.ts';

const nodeOf = (cluster: TestCluster, name: string) => cluster.find('pods', name).spec.nodeName;
const whyNot = (cluster: TestCluster, name: string) =>
  conditionOf(cluster.find('pods', name).status?.conditions, 'PodScheduled')?.message;
const needs = (cpu: string, memory = '1Gi') => ({ resources: { requests: { cpu, memory } } });
const claim = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const withClaim = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

describe('the scheduler', () => {
  it('says of every node why it does not take a pod, and whether preemption could help', () => {
    const cluster = testCluster({
      nodes: [
        { name: 'small', cpu: '2', memory: '2Gi' },
        { name: 'busy', cpu: '4', memory: '4Gi' },
        { name: 'tainted', taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
      ],
    });
    cluster.apply('pods', pod('first', needs('3', '3Gi')));
    cluster.pass(1);
    cluster.apply('pods', pod('second', needs('3', '3Gi')));
    cluster.pass(1);
    expect(nodeOf(cluster, 'first')).toBe('busy');
    const message =
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.';
    expect(whyNot(cluster, 'second')).toBe(message);
    expect(cluster.said('second')).toEqual([`Warning FailedScheduling ×1 ${message}`]);
  });

  it('tries again when there is room', () => {
    const cluster = testCluster({ nodes: [{ name: 'only', cpu: '2' }] });
    cluster.apply('pods', pod('first', needs('2')));
    cluster.apply('pods', pod('second', needs('2')));
    cluster.pass(5);
    expect(nodeOf(cluster, 'second')).toBeUndefined();
    cluster.delete('pods', cluster.find('pods', 'first'));
    cluster.pass(15);
    expect(nodeOf(cluster, 'second')).toBe('only');
  });

  it('spreads the pods of one owner over the nodes', () => {
    const cluster = testCluster({ nodes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
    const template = { metadata: { labels: { app: 'web' } }, spec: pod('web')['spec'] };
    cluster.apply('replicasets.apps', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
    });
    cluster.pass(1);
    expect(cluster.list('pods').map(({ spec }) => spec.nodeName)).toHaveLength(3);
    expect(new Set(cluster.list('pods').map(({ spec }) => spec.nodeName)).size).toBe(3);
  });

  it('keeps to selectors, affinity, tolerations and cordons', () => {
    const cluster = testCluster({
      nodes: [
        { name: 'disk', labels: { disk: 'nvme' } },
        { name: 'gpu', labels: { gpu: 'a100' }, taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
        { name: 'plain' },
      ],
    });
    const plain = cluster.find('nodes', 'plain');
    cluster.update('nodes', { ...plain, spec: { ...plain.spec, unschedulable: true } });
    const terms = [{ matchExpressions: [{ key: 'gpu', operator: 'In' as const, values: ['a100', 'h100'] }] }];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
    cluster.apply('pods', pod('on-disk', {}, { nodeSelector: { disk: 'nvme' } }));
    cluster.apply('pods', pod('on-gpu', {}, { affinity, tolerations: [{ key: 'gpu', operator: 'Exists' }] }));
    cluster.apply('pods', pod('nowhere', {}, { nodeSelector: { disk: 'tape' } }));
    cluster.pass(1);
    expect(nodeOf(cluster, 'on-disk')).toBe('disk');
    expect(nodeOf(cluster, 'on-gpu')).toBe('gpu');
    expect(whyNot(cluster, 'nowhere')).toMatch(
      /^0\/3 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector, 1 node\(s\) had untolerated taint\(s\), 1 node\(s\) were unschedulable\./,
    );
  });

  it('keeps pods apart that do not want to be together', () => {
    const cluster = testCluster({ nodes: [{ name: 'a' }, { name: 'b' }] });
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    for (const name of ['one', 'two', 'three']) cluster.apply('pods', pod(name, {}, { affinity }));
    cluster.pass(1);
    expect(nodeOf(cluster, 'one')).not.toBe(nodeOf(cluster, 'two'));
    expect(whyNot(cluster, 'three')).toContain("2 node(s) didn't match pod anti-affinity rules");
  });

  it('waits for claims: those that are missing, those that nobody binds, and those that wait for it', () => {
    const cluster = testCluster();
    const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'practice.fairlead.dev/disk' };
    const local = { ...storageClass, metadata: { name: 'local' }, volumeBindingMode: 'WaitForFirstConsumer' };
    cluster.apply('storageclasses.storage.k8s.io', local);
    cluster.apply('persistentvolumeclaims', claim('unbound', { storageClassName: 'fast-ssd' }));
    cluster.apply('persistentvolumeclaims', claim('late', { storageClassName: 'local' }));
    for (const name of ['gone', 'unbound', 'late']) cluster.apply('pods', pod(name, {}, withClaim(name)));
    cluster.pass(30);
    expect(whyNot(cluster, 'gone')).toBe('0/1 nodes are available: persistentvolumeclaim "gone" not found. not found');
    expect(whyNot(cluster, 'unbound')).toBe(
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
    expect(cluster.find('persistentvolumeclaims', 'late').status?.phase).toBe('Bound');
    expect(cluster.find('pods', 'late').status?.phase).toBe('Running');
  });
});
