import { describe, expect, test } from 'vitest';

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

describe('what of the node a pod may touch', () => {
  const touched = (more: object): string[] => privilegesOf({ spec: { containers: [{ name: 'a' }], ...more } });
  const running = (securityContext: object, field = 'containers'): object => ({ [field]: [{ name: 'a', securityContext }] });

  test.each([
    ['its network', { hostNetwork: true }, ['hostNetwork']],
    ['its processes', { hostPID: true }, ['hostPID']],
    ['its shared memory', { hostIPC: true }, ['hostIPC']],
    ['its files', { volumes: [{ hostPath: { path: '/' } }, { emptyDir: {} }] }, ['hostPath /']],
    ['all of it', running({ privileged: true }), ['privileged containers']],
    ['all of it, by an init container', running({ privileged: true }, 'initContainers'), ['privileged containers']],
    ['all of it, by an ephemeral container', running({ privileged: true }, 'ephemeralContainers'), ['privileged containers']],
    ['what a capability allows', running({ capabilities: { add: ['SYS_ADMIN'] } }), ['capability SYS_ADMIN']],
    ['what all of them allow', running({ capabilities: { add: ['ALL'] } }), ['capability ALL']],
    ['nothing, where it says so', { hostNetwork: false, hostPID: false, ...running({ privileged: false }) }, []],
    ['nothing, where capabilities are dropped', running({ capabilities: { drop: ['ALL'] } }), []],
  ] as const)('is told: %s', (_, more, told) => {
    expect(touched(more)).toEqual(told);
  });

  test('is nothing by the capabilities that the baseline policy lets everybody add', () => {
    const baseline =
      'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT';
    expect(touched(running({ capabilities: { add: baseline.split(' ') } }))).toEqual([]);
    // Each of these once let a container out, and none is in the baseline.
    for (const name of ['NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'SYS_MODULE', 'DAC_READ_SEARCH', 'BPF', 'SYS_TIME'])
      expect(touched(running({ capabilities: { add: ['CHOWN', name] } }))).toEqual([`capability ${name}`]);
  });
});

test('limits and images are told by the container', () => {
  const limits = { memory: '1Gi' };
  expect(containersOf({ spec: { containers: [{ name: 'a', image: 'a:1', resources: { limits } }, {}] } })).toEqual([
    { name: 'a', image: 'a:1', limits },
    { name: '', image: undefined, limits: {} },
  ]);
});
