import { expect, test } from 'vitest';

import { before, event, NOW, object, pod, type Fields } from './objects.fake.ts';
import { pvcTrouble, pvTrouble } from './storage.ts';

const claim = (spec: Fields, status: Fields = { phase: 'Pending' }, metadata: Fields = {}) =>
  object('v1', 'PersistentVolumeClaim', 'data', { spec, status }, metadata);
const storageClass = (fields: Fields) =>
  object('storage.k8s.io/v1', 'StorageClass', 'fast', {
    provisioner: 'csi.example.com',
    volumeBindingMode: 'Immediate',
    ...fields,
  });
const FAST = { storageClassName: 'fast' };
const why = (...args: Parameters<typeof pvcTrouble>) => pvcTrouble(...args).map((finding) => finding.why ?? finding.quote);

test('a claim that is bound, or waits for its first pod, is well', () => {
  expect(why(claim(FAST, { phase: 'Bound' }), NOW)).toEqual([]);
  expect(why(claim(FAST), NOW, { storageClass: storageClass({ volumeBindingMode: 'WaitForFirstConsumer' }), users: [] })).toEqual(
    [],
  );
});

test('of what was not looked at nothing is said', () => {
  expect(why(claim(FAST), NOW)).toEqual([]);
});

test('why a claim waits', () => {
  expect(why(claim(FAST), NOW, { storageClass: null })).toEqual(['StorageClass fast does not exist']);
  const gone = event(claim(FAST), 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');
  expect(why(claim(FAST), NOW, { events: [gone] })).toEqual(['StorageClass fast does not exist']);
  const failed = event(claim(FAST), 'ProvisioningFailed', 'quota of disks exceeded');
  expect(pvcTrouble(claim(FAST), NOW, { events: [failed] })).toMatchObject([
    { why: 'ProvisioningFailed', quote: 'quota of disks exceeded' },
  ]);
  expect(why(claim({}), NOW)).toEqual(['it names no StorageClass, and none is the default']);
  expect(why(claim({ storageClassName: '' }), NOW)).toEqual([
    'no free PersistentVolume fits (storageClassName is "": nothing is provisioned)',
  ]);
  expect(why(claim(FAST), NOW, { storageClass: storageClass({ provisioner: 'kubernetes.io/no-provisioner' }) })).toEqual([
    'no free PersistentVolume of class fast fits',
  ]);
  expect(why(claim(FAST), NOW, { storageClass: storageClass({}) })).toEqual([
    'provisioner csi.example.com has not made a volume',
  ]);
  const waits = storageClass({ volumeBindingMode: 'WaitForFirstConsumer' });
  expect(why(claim(FAST), NOW, { storageClass: waits, users: [pod()] })).toEqual(['its pod has no node yet: see the pod']);
  expect(
    why(claim(FAST, { phase: 'Pending' }, { creationTimestamp: before(5) }), NOW, { storageClass: storageClass({}) }),
  ).toEqual([]);
});

test('lost, released, failed', () => {
  expect(why(claim({ volumeName: 'pv-1' }, { phase: 'Lost' }), NOW)).toEqual(['volume pv-1 is gone']);
  const volume = (phase: string) =>
    object('v1', 'PersistentVolume', 'pv-1', {
      spec: { persistentVolumeReclaimPolicy: 'Retain', claimRef: { namespace: 'shop', name: 'data' } },
      status: { phase },
    });
  expect(pvTrouble(volume('Available'))).toEqual([]);
  expect(pvTrouble(volume('Released'))).toMatchObject([
    { severity: 'warning', what: 'is released: its claim shop/data is gone' },
  ]);
  expect(pvTrouble(volume('Failed'))).toMatchObject([{ severity: 'broken' }]);
});
