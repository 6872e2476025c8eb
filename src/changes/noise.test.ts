import { expect, test } from 'vitest';

import { meaningful, withoutServerFields } from './noise.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    uid: 'u',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [{ manager: 'x' }],
    annotations: { 'deployment.kubernetes.io/revision': '3', note: 'ours' },
    finalizers: ['kubernetes.io/pvc-protection', 'ours.test/cleanup'],
  },
  spec: { replicas: 1 },
  status: { replicas: 1 },
};

test('what somebody wanted of an object is left, and what the server and controllers wrote is not', () => {
  expect(meaningful(deployment)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { note: 'ours' }, finalizers: ['ours.test/cleanup'] },
    spec: { replicas: 1 },
  });
});

test('the status stays where it is what is changed', () => {
  expect(meaningful(deployment, 'status')).toMatchObject({ status: { replicas: 1 } });
});

test("an object can be made anew from what the server has not set, controllers' notes included", () => {
  const { metadata, ...rest } = withoutServerFields(deployment);
  expect(metadata).toEqual({
    name: 'web',
    annotations: deployment.metadata.annotations,
    finalizers: deployment.metadata.finalizers,
  });
  expect(rest).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 1 } });
});
