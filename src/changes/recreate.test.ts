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

test('a Job gets a selector of its own, unless somebody chose it', () => {
  const labels = { 'controller-uid': 'u', 'job-name': 'x', app: 'web' };
  const spec = { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { metadata: { labels } } };
  expect(recreated({ kind: 'Job', spec })['spec']).toEqual({ template: { metadata: { labels: { app: 'web' } } } });
  const chosen = { ...spec, manualSelector: true };
  expect(recreated({ kind: 'Job', spec: chosen })['spec']).toEqual(chosen);
});
