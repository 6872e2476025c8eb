import { describe, expect, it } from 'vitest';

import { pod, testCluster } from '../testing.ts';

const claim = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, ...spec },
});
const volume = (name: string, storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
});
const storageClass = (name: string, rest: object = {}) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'practice.fairlead.dev/disk',
  ...rest,
});

describe('a claim', () => {
  it('gets the smallest free volume that is large enough', () => {
    const cluster = testCluster();
    for (const [name, size] of Object.entries({ large: '100Gi', small: '1Gi', right: '10Gi' }))
      cluster.apply('persistentvolumes', volume(name, size));
    cluster.pass(1);
    cluster.apply('persistentvolumeclaims', claim({ storageClassName: '' }));
    cluster.pass(1);
    expect(cluster.find('persistentvolumeclaims', 'data')).toMatchObject({
      spec: { volumeName: 'right' },
      status: { phase: 'Bound', capacity: { storage: '10Gi' } },
    });
    expect(cluster.find('persistentvolumes', 'right').status?.phase).toBe('Bound');
    cluster.delete('persistentvolumeclaims', cluster.find('persistentvolumeclaims', 'data'));
    cluster.pass(1);
    expect(cluster.list('persistentvolumeclaims')).toEqual([]);
    expect(cluster.find('persistentvolumes', 'right').status?.phase).toBe('Released');
  });

  it('waits for the volume that it names, and takes it from nobody', () => {
    const cluster = testCluster();
    cluster.apply('storageclasses.storage.k8s.io', storageClass('fast'));
    cluster.apply('persistentvolumeclaims', claim({ storageClassName: 'fast', volumeName: 'mine' }));
    cluster.pass(20);
    expect(cluster.list('persistentvolumes')).toEqual([]);
    const claimRef = { namespace: 'shop', name: 'other', uid: 'of-the-other' };
    const { spec, ...rest } = volume('mine', '10Gi');
    cluster.apply('persistentvolumes', { ...rest, spec: { ...spec, claimRef } });
    cluster.pass(20);
    expect(cluster.find('persistentvolumeclaims', 'data').status?.phase).toBe('Pending');
    expect(cluster.find('persistentvolumes', 'mine').spec.claimRef).toMatchObject(claimRef);
  });

  it('gets a volume of its class, which goes with it', () => {
    const cluster = testCluster();
    cluster.apply('storageclasses.storage.k8s.io', storageClass('fast'));
    cluster.apply('persistentvolumeclaims', claim({ storageClassName: 'fast' }));
    cluster.pass(5);
    expect(cluster.find('persistentvolumeclaims', 'data').status?.phase).toBe('Bound');
    const { uid } = cluster.find('persistentvolumeclaims', 'data').metadata;
    expect(cluster.said('data').at(-1)).toBe(`Normal ProvisioningSucceeded ×1 Successfully provisioned volume pvc-${uid}`);
    cluster.delete('persistentvolumeclaims', cluster.find('persistentvolumeclaims', 'data'));
    cluster.pass(1);
    expect(cluster.list('persistentvolumes')).toEqual([]);
  });

  it.each([
    ['fast-ssd', [], 'Warning ProvisioningFailed ×3 storageclass.storage.k8s.io "fast-ssd" not found'],
    ['', [], 'Normal FailedBinding ×3 no persistent volumes available for this claim and no storage class is set'],
    [
      'late',
      [storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' })],
      'Normal WaitForFirstConsumer ×3 waiting for first consumer to be created before binding',
    ],
  ])('of class "%s" says what it waits for', (storageClassName, classes, said) => {
    const cluster = testCluster();
    for (const one of classes) cluster.apply('storageclasses.storage.k8s.io', one);
    cluster.apply('persistentvolumeclaims', claim({ storageClassName }));
    cluster.pass(40);
    expect(cluster.find('persistentvolumeclaims', 'data').status?.phase).toBe('Pending');
    expect(cluster.said('data')).toEqual([said]);
  });

  it('stays as long as a pod uses it', () => {
    const cluster = testCluster();
    cluster.apply('storageclasses.storage.k8s.io', storageClass('fast'));
    cluster.apply('persistentvolumeclaims', claim({ storageClassName: 'fast' }));
    cluster.apply('pods', pod('user', {}, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }));
    cluster.pass(30);
    expect(cluster.find('pods', 'user').status?.phase).toBe('Running');
    cluster.delete('persistentvolumeclaims', cluster.find('persistentvolumeclaims', 'data'));
    cluster.pass(30);
    expect(cluster.list('persistentvolumeclaims')).toHaveLength(1);
    cluster.delete('pods', cluster.find('pods', 'user'));
    cluster.pass(30);
    expect(cluster.list('persistentvolumeclaims')).toEqual([]);
  });
});
