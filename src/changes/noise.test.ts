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

const annotated = (name: string) => ({ metadata: { name: 'x', annotations: { [name]: '1' } } });
const held = (name: string) => ({ metadata: { name: 'x', finalizers: [name] } });
const bare = { metadata: { name: 'x' } };

test.each([
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'pv.kubernetes.io/bind-completed',
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
  'kubectl.kubernetes.io/last-applied-configuration',
  'control-plane.alpha.kubernetes.io/leader',
  'endpoints.kubernetes.io/last-change-trigger-time',
])('the annotation %s comes and goes by itself, and is no change', (name) => {
  expect(meaningful(annotated(name))).toEqual(bare);
  expect(meaningful(annotated(`our.${name}`))).toEqual(annotated(`our.${name}`));
});

test.each([
  'kubernetes.io/pvc-protection',
  'kubernetes.io/pv-protection',
  'service.kubernetes.io/load-balancer-cleanup',
  'foregroundDeletion',
  'orphan',
  'batch.kubernetes.io/job-tracking',
])('the finalizer %s comes and goes by itself, and is no change', (name) => {
  expect(meaningful(held(name))).toEqual(bare);
  for (const own of [`our.${name}`, `${name}-of-ours`]) expect(meaningful(held(own))).toEqual(held(own));
});

test.each([
  'shop.test/deployment.kubernetes.io/x',
  'kubectl.kubernetes.io/restartedAt',
  'deprecated.daemonset.template.generation-of-ours',
  'kubectl.kubernetes.io/last-applied-configuration-of-ours',
  'kubernetes.io/change-cause',
  'mypv.kubernetes.io/x',
  'our.endpoints.kubernetes.io/x',
])('the annotation %s is what somebody wanted', (name) => {
  expect(meaningful(annotated(name))).toEqual(annotated(name));
});

test.each([
  'shop.test/orphan',
  'orphans',
  'foregroundDeletion.shop.test',
  'shop.test/kubernetes.io/pvc-protection',
  'kubernetes.io/pvc-protection2',
])('the finalizer %s is what somebody wanted', (name) => {
  expect(meaningful(held(name))).toEqual(held(name));
});

test('a label is what somebody wanted, however it is called, and so is a field that the server does not set', () => {
  const object = {
    metadata: { name: 'x', labels: { 'deployment.kubernetes.io/x': '1' }, generateName: 'x-' },
    data: { uid: 'u' },
  };
  expect(meaningful(object)).toEqual(object);
  expect(withoutServerFields(object)).toEqual(object);
});

test('what the server sets is left out, all of it', () => {
  const set = {
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: 't',
    deletionTimestamp: 't',
    deletionGracePeriodSeconds: 30,
    managedFields: [],
    selfLink: '/x',
  };
  for (const field of Object.keys(set)) {
    const object = { metadata: { name: 'x', [field]: set[field as keyof typeof set] } };
    expect([field, meaningful(object), withoutServerFields(object)]).toEqual([field, bare, bare]);
  }
});

test('an object without metadata, or with metadata of another form, is taken as it is', () => {
  expect(meaningful({ kind: 'X', status: {} })).toEqual({ kind: 'X', metadata: {} });
  const odd = { metadata: { annotations: null, finalizers: 'none' } } as unknown as Parameters<typeof meaningful>[0];
  expect(meaningful(odd)).toEqual(odd);
});
