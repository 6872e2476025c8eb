import { expect, test } from 'vitest';

import { recreated } from './recreate.ts';

test('an object is made anew from what it was, without what the cluster gave it', () => {
  const service = {
    kind: 'Service',
    metadata: { name: 'web', uid: 'u', resourceVersion: '1' },
    spec: { clusterIP: '10.0.0.1' },
    status: {},
  };
  expect(recreated(service)).toEqual({ kind: 'Service', metadata: { name: 'web' }, spec: { clusterIP: '10.0.0.1' } });
});

test('a pod is scheduled anew, and a claim finds its volume anew', () => {
  expect(recreated({ kind: 'Pod', spec: { nodeName: 'n1', containers: [] } })).toMatchObject({ spec: { containers: [] } });
  expect(recreated({ kind: 'Pod', spec: { nodeName: 'n1' } })['spec']).toEqual({});
  expect(recreated({ kind: 'PersistentVolumeClaim', spec: { volumeName: 'pv', storageClassName: 'x' } })['spec']).toEqual({
    storageClassName: 'x',
  });
});

test.each([
  [
    'PersistentVolume',
    { spec: { claimRef: { name: 'data', uid: 'u', resourceVersion: '1' } } },
    { spec: { claimRef: { name: 'data' } } },
  ],
  ['ServiceAccount', { secrets: [{ name: 'token' }], imagePullSecrets: [] }, { imagePullSecrets: [] }],
  ['Namespace', { spec: { finalizers: ['kubernetes'] } }, { spec: {} }],
  [
    'PersistentVolumeClaim',
    {
      metadata: {
        name: 'data',
        annotations: {
          'pv.kubernetes.io/bind-completed': 'yes',
          'pv.kubernetes.io/bound-by-controller': 'yes',
          mine: 'x',
        },
      },
      spec: { volumeName: 'pv' },
    },
    { metadata: { name: 'data', annotations: { mine: 'x' } }, spec: {} },
  ],
])('a %s loses what the cluster gives anew, and nothing else', (kind, before, after) => {
  expect(recreated({ kind, ...before })).toEqual({ kind, metadata: {}, ...after });
  // An object of another kind keeps fields of the same name.
  expect(recreated({ kind: 'Widget', ...before })).toMatchObject(before);
});

test('an object of which nothing was given is made anew as it was', () => {
  expect(recreated({ kind: 'Pod', spec: {} })).toMatchObject({ kind: 'Pod', spec: {} });
  expect(recreated({ kind: 'PersistentVolume' })).toEqual({ kind: 'PersistentVolume', metadata: {} });
});

test('a Job gets a selector of its own, unless somebody chose it', () => {
  const JOB = { apiVersion: 'batch/v1', kind: 'Job' };
  const given = { 'controller-uid': 'u', 'job-name': 'x' };
  const prefixed = { 'batch.kubernetes.io/controller-uid': 'u', 'batch.kubernetes.io/job-name': 'x' };
  const labels = { ...given, ...prefixed, app: 'web' };
  const spec = { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { metadata: { labels } } };
  expect(recreated({ ...JOB, spec })['spec']).toEqual({ template: { metadata: { labels: { app: 'web' } } } });
  expect(recreated({ ...JOB, metadata: { name: 'x', labels }, spec })['metadata']).toEqual({
    name: 'x',
    labels: { app: 'web' },
  });
  const chosen = { ...spec, manualSelector: true };
  expect(recreated({ ...JOB, spec: chosen })['spec']).toEqual(chosen);
  expect(recreated({ apiVersion: 'apps/v1', kind: 'Deployment', spec })['spec']).toEqual(spec);
  // Volcano's, with rules of its own.
  expect(recreated({ ...JOB, apiVersion: 'batch.volcano.sh/v1alpha1', spec })['spec']).toEqual(spec);
});
