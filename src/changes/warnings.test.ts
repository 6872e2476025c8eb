import { describe, expect, test } from 'vitest';

import { KindIndex, type KubernetesObject, type ResourceKind } from '../kubernetes/index.ts';
import type { WarningCode } from './plan.ts';
import { WARNINGS, warningsOn, type Scene } from './warnings.ts';

const kindOf = (kind: string, more: Partial<ResourceKind> = {}): ResourceKind => ({
  group: '',
  version: 'v1',
  kind,
  resource: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  subresources: [],
  preferred: true,
  ...more,
});

const step: Scene['step'] = { action: 'apply', cluster: 'prod', object: {} };
const calm: Scene = {
  step,
  kind: kindOf('ConfigMap'),
  effect: 'create',
  changes: [],
  conflicts: [],
  forced: false,
  before: null,
  after: {},
  index: new KindIndex({ kinds: [], broken: [] }),
  keepsSecrets: true,
  hidden: false,
};
const deleting: Scene['step'] = { action: 'delete', cluster: 'prod', subject: { apiVersion: 'v1', kind: 'X', name: 'x' } };
const podded = (image: string, more: object = {}): KubernetesObject => ({
  spec: { template: { spec: { containers: [{ name: 'web', image, ...more }] } } },
});
const limited = { resources: { limits: { memory: '1Gi' } } };
const beta = kindOf('CronJob', { group: 'batch', version: 'v1beta1', preferred: false });
const apps = kindOf('Deployment', { group: 'apps' });

const CASES: readonly (readonly [code: WarningCode, scene: Partial<Scene>, text: string])[] = [
  [
    'deprecated-api',
    { kind: beta, index: new KindIndex({ kinds: [kindOf('CronJob', { group: 'batch' }), beta], broken: [] }) },
    'batch/v1 is served',
  ],
  ['latest-tag', { after: podded('registry:5000/web', limited) }, 'registry:5000/web'],
  ['latest-tag', { after: podded('web:latest', limited) }, 'web:latest'],
  ['no-limits', { after: podded('web:1') }, 'web has no memory limit'],
  ['privileged', { after: podded('web:1', { ...limited, securityContext: { privileged: true } }) }, 'privileged containers'],
  [
    'privileged',
    { after: { spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a:1', ...limited }] } } },
    'hostNetwork',
  ],
  [
    'privileged',
    {
      before: { spec: { containers: [{ name: 'a' }] } },
      after: {
        spec: {
          containers: [{ name: 'a' }],
          ephemeralContainers: [{ name: 'b', image: 'b:1', securityContext: { capabilities: { add: ['CHOWN', 'NET_ADMIN'] } } }],
        },
      },
    },
    'its pods get capability NET_ADMIN',
  ],
  ['selector-change', { effect: 'change', changes: [{ path: 'spec.selector.app', before: 'a', after: 'b' }] }, 'left alone'],
  ['selector-change', { step: { ...deleting, propagation: 'Orphan' }, effect: 'delete' }, 'stays'],
  ['scale-to-zero', { effect: 'change', changes: [{ path: 'spec.replicas', before: 3, after: 0 }] }, 'zero'],
  ['replaces-pods', { effect: 'change', kind: apps, before: podded('web:1'), after: podded('web:2') }, '1 pod is replaced'],
  ['deletes-namespace', { step: deleting, effect: 'delete', kind: kindOf('Namespace') }, 'everything in it'],
  [
    'deletes-instances',
    {
      step: deleting,
      effect: 'delete',
      kind: kindOf('CustomResourceDefinition'),
      before: { spec: { names: { kind: 'Widget' } } },
    },
    'every Widget',
  ],
  ['deletes-data', { step: deleting, effect: 'delete', kind: kindOf('PersistentVolumeClaim') }, 'all data'],
  [
    'managed-elsewhere',
    { effect: 'change', before: { metadata: { annotations: { 'meta.helm.sh/release-name': 'shop' } } } },
    'Helm release shop',
  ],
  [
    'managed-elsewhere',
    { effect: 'change', before: { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } } },
    'Argo CD application shop',
  ],
  [
    'managed-elsewhere',
    {
      effect: 'change',
      before: {
        metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true }] },
      },
    },
    'ReplicaSet web-1',
  ],
  [
    'takes-fields',
    { effect: 'change', forced: true, conflicts: [{ field: 'spec.replicas', owner: 'kubectl' }] },
    'spec.replicas from kubectl',
  ],
  [
    'escalates',
    { kind: kindOf('RoleBinding', { group: 'rbac.authorization.k8s.io' }), after: { roleRef: { name: 'cluster-admin' } } },
    'cluster-admin',
  ],
  [
    'not-undoable',
    { step: deleting, effect: 'delete', kind: kindOf('Secret'), hidden: true, keepsSecrets: false },
    'secret values',
  ],
  [
    'not-undoable',
    {
      step: {
        action: 'patch',
        cluster: 'prod',
        subject: { apiVersion: 'v1', kind: 'Pod', name: 'x' },
        subresource: 'ephemeralcontainers',
        type: 'strategic',
        patch: {},
      },
      effect: 'change',
    },
    'stays in its pod',
  ],
];

describe('a warning', () => {
  test.each(CASES)('%s is given where it is due: %j', (code, scene, text) => {
    const found = warningsOn({ ...calm, ...scene }).filter((warning) => warning.code === code);
    expect(found).toEqual([{ code, text: expect.stringContaining(text) }]);
  });

  test('of every sort is tried here', () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(WARNINGS.map(({ code }) => code)));
  });

  test.each([
    ['a ConfigMap', {}],
    ['an image with a digest', { after: podded(`web@sha256:${'a'.repeat(64)}`, limited) }],
    ['an image that was there before', { effect: 'change', before: podded('web'), after: podded('web') }],
    ['a version that is the newest that there is', { kind: beta }],
    ['replicas that stay none', { effect: 'change', changes: [{ path: 'spec.replicas', before: 0, after: 0 }] }],
    ['a Secret where the journal has a key', { effect: 'change', hidden: true }],
  ] as const)('is not given for %s', (_, scene) => {
    expect(warningsOn({ ...calm, ...scene })).toEqual([]);
  });
});
