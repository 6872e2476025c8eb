import { expect, test } from 'vitest';

import { containersOf, privilegesOf, referencesOf } from './pod-spec.ts';

const spec = {
  serviceAccountName: 'runner',
  imagePullSecrets: [{ name: 'registry' }],
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'env' } }, { secretRef: { name: 'env-secret' } }],
      env: [{ valueFrom: { secretKeyRef: { name: 'key' } } }, { value: 'plain' }],
    },
  ],
  initContainers: [{ name: 'init', image: 'init:1', env: [{ valueFrom: { configMapKeyRef: { name: 'init-env' } } }] }],
  volumes: [
    { configMap: { name: 'files' } },
    { secret: { secretName: 'certificate' } },
    { persistentVolumeClaim: { claimName: 'data' } },
    { projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'projected-secret' } }] } },
    { hostPath: { path: '/var/run' } },
  ],
};

test.each([
  ['a Pod', { spec }],
  ['a Deployment', { spec: { template: { spec } } }],
  ['a CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }],
])('all that %s refers to is found, in volumes, variables and accounts', (_, object) => {
  expect([...referencesOf(object)].toSorted()).toEqual([
    'ConfigMap/env',
    'ConfigMap/files',
    'ConfigMap/init-env',
    'ConfigMap/projected',
    'PersistentVolumeClaim/data',
    'Secret/certificate',
    'Secret/env-secret',
    'Secret/key',
    'Secret/projected-secret',
    'Secret/registry',
    'ServiceAccount/runner',
  ]);
  expect(containersOf(object).map(({ name }) => name)).toEqual(['web', 'init']);
  expect(privilegesOf(object)).toEqual(['hostPath /var/run']);
});

test('what runs no pods has no containers and refers to nothing', () => {
  for (const object of [{ spec: { replicas: 1 } }, {}, undefined]) {
    expect(containersOf(object)).toEqual([]);
    expect(referencesOf(object).size).toBe(0);
  }
});
