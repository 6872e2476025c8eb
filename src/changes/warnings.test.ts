import { describe, expect, test } from 'vitest';

import { kindNamed } from '../../test/support/kinds.ts';
import { KindIndex, type KubernetesObject } from '../kubernetes/index.ts';
import type { WarningCode } from './plan.ts';
import { WARNINGS, warningsOn, type Scene } from './warnings.ts';

const step: Scene['step'] = { action: 'apply', cluster: 'prod', object: {} };
const calm: Scene = {
  step,
  kind: kindNamed('ConfigMap'),
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
const beta = kindNamed('CronJob', { group: 'batch', version: 'v1beta1', preferred: false });
const apps = kindNamed('Deployment', { group: 'apps' });
const definition = kindNamed('CustomResourceDefinition', { group: 'apiextensions.k8s.io' });
const role = kindNamed('Role', { group: 'rbac.authorization.k8s.io' });
const templated = (metadata: object): KubernetesObject => ({
  spec: { template: { metadata, spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
});
const better = new KindIndex({ kinds: [kindNamed('CronJob', { group: 'batch' }), beta], broken: [] });
const evicting: Scene['step'] = { action: 'evict', cluster: 'prod', subject: { apiVersion: 'v1', kind: 'Pod', name: 'x' } };

const CASES: readonly (readonly [code: WarningCode, scene: Partial<Scene>, text: string])[] = [
  [
    'deprecated-api',
    { kind: beta, index: new KindIndex({ kinds: [kindNamed('CronJob', { group: 'batch' }), beta], broken: [] }) },
    'batch/v1 is served',
  ],
  ['latest-tag', { after: podded('registry:5000/web', limited) }, 'registry:5000/web'],
  ['latest-tag', { after: podded('web:latest', limited) }, 'web:latest'],
  ['latest-tag', { effect: 'change', before: podded('web:1'), after: podded('web') }, 'web names no fixed version'],
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
  ['selector-change', { effect: 'change', changes: [{ path: 'spec.selector', after: {} }] }, 'left alone'],
  ['scale-to-zero', { effect: 'change', changes: [{ path: 'spec.replicas', before: 3, after: 0 }] }, 'zero'],
  ['replaces-pods', { effect: 'change', kind: apps, before: podded('web:1'), after: podded('web:2') }, '1 pod is replaced'],
  [
    'replaces-pods',
    {
      effect: 'change',
      kind: apps,
      before: { spec: { ...(podded('web:1')['spec'] as object), replicas: 3 } },
      after: { spec: { ...(podded('web:2')['spec'] as object), strategy: { type: 'Recreate' } } },
    },
    '3 pods are replaced, all at once',
  ],
  [
    'replaces-pods',
    {
      effect: 'change',
      kind: kindNamed('DaemonSet', { group: 'apps' }),
      before: { ...podded('web:1'), status: { desiredNumberScheduled: 7 } },
      after: podded('web:2'),
    },
    '7 pods are replaced',
  ],
  ...['labels', 'annotations'].map(
    (field) =>
      [
        'replaces-pods',
        {
          effect: 'change',
          kind: apps,
          before: templated({ [field]: { at: '1' } }),
          after: templated({ [field]: { at: '2' } }),
        },
        '1 pod is replaced',
      ] as const,
  ),
  ['deletes-namespace', { step: deleting, effect: 'delete', kind: kindNamed('Namespace') }, 'everything in it'],
  [
    'deletes-instances',
    {
      step: deleting,
      effect: 'delete',
      kind: definition,
      before: { spec: { names: { kind: 'Widget' } } },
    },
    'every Widget',
  ],
  ['deletes-data', { step: deleting, effect: 'delete', kind: kindNamed('PersistentVolumeClaim') }, 'all data'],
  ['deletes-instances', { step: deleting, effect: 'delete', kind: definition, before: {} }, 'every object'],
  [
    'deletes-data',
    {
      step: deleting,
      effect: 'delete',
      kind: kindNamed('StatefulSet', { group: 'apps' }),
      before: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } },
    },
    'its claims are deleted',
  ],
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
    { kind: kindNamed('RoleBinding', { group: 'rbac.authorization.k8s.io' }), after: { roleRef: { name: 'cluster-admin' } } },
    'cluster-admin',
  ],
  ['escalates', { kind: role, after: { rules: [{ verbs: ['*'], resources: ['pods'] }] } }, 'gives all rights on something'],
  ['escalates', { kind: role, after: { rules: [{ verbs: ['get'], resources: ['pods'] }] } }, 'what its bearers may do'],
  ...[kindNamed('Namespace'), definition].map(
    (kind) => ['not-undoable', { step: deleting, effect: 'delete', kind }, 'nothing of what goes with it'] as const,
  ),
  ['not-undoable', { effect: 'change', hidden: true, keepsSecrets: false }, 'secret values'],
  [
    'not-undoable',
    { step: deleting, effect: 'delete', kind: kindNamed('Secret'), hidden: true, keepsSecrets: false },
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
    ['a Secret that is only made, or stays as it is', { effect: 'create', hidden: true, keepsSecrets: false }],
    ['a Secret that stays as it is', { effect: 'none', hidden: true, keepsSecrets: false }],
    ['a version that is old and still the one to use', { kind: { ...beta, preferred: true }, index: better }],
    ['an older version that is stable', { kind: { ...beta, version: 'v1' }, index: better }],
    ['a kind of another group with the same name', { kind: { ...beta, group: 'shop.test' }, index: better }],
    ['an image with a longer tag', { after: podded('web:1.27.3-alpine', limited) }],
    ['an image with a tag in a registry with a port', { after: podded('registry:5000/web:1', limited) }],
    ['a container without a limit that was there before', { effect: 'change', before: podded('a:1'), after: podded('a:1') }],
    [
      'a container that was privileged before',
      {
        effect: 'change',
        before: podded('a:1', { securityContext: { privileged: true } }),
        after: podded('a:1', { securityContext: { privileged: true } }),
      },
    ],
    ['a new object with a selector', { effect: 'create', changes: [{ path: 'spec.selector.app', after: 'b' }] }],
    ['a field that is only called like a selector', { effect: 'change', changes: [{ path: 'spec.selectorless', after: 1 }] }],
    ['a selector elsewhere', { effect: 'change', changes: [{ path: 'metadata.spec.selector', after: 1 }] }],
    ['a deletion that takes along what it owns', { step: { ...deleting, propagation: 'Foreground' }, effect: 'delete' }],
    ['replicas that are more than none', { effect: 'change', changes: [{ path: 'spec.replicas', before: 3, after: 1 }] }],
    ['another number that is zero', { effect: 'change', changes: [{ path: 'spec.minReadySeconds', before: 3, after: 0 }] }],
    ['an object that is made with no replicas', { effect: 'create', changes: [{ path: 'spec.replicas', after: 0 }] }],
    ['a template that stays', { effect: 'change', kind: apps, before: podded('a:1'), after: podded('a:1') }],
    ['a workload that is made', { effect: 'create', kind: apps, after: podded('a:1', limited) }],
    [
      'a ReplicaSet, which leaves its pods as they are',
      { effect: 'change', kind: kindNamed('ReplicaSet', { group: 'apps' }), before: podded('a:1'), after: podded('a:2') },
    ],
    [
      'a Job, which keeps its pods',
      { effect: 'change', kind: kindNamed('Job', { group: 'batch' }), before: podded('a:1'), after: podded('a:2') },
    ],
    ['a Namespace that is changed', { effect: 'change', kind: kindNamed('Namespace') }],
    ...['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim'].map(
      (kind) =>
        [
          `a ${kind} of somebody else`,
          { step: deleting, effect: 'delete', kind: kindNamed(kind, { group: 'shop.test' }) },
        ] as const,
    ),
    ['a definition that is changed', { effect: 'change', kind: definition }],
    ['a claim that is changed', { effect: 'change', kind: kindNamed('PersistentVolumeClaim') }],
    [
      'a StatefulSet whose claims stay',
      { step: deleting, effect: 'delete', kind: kindNamed('StatefulSet', { group: 'apps' }), before: {} },
    ],
    [
      'what is managed elsewhere and stays as it is',
      { effect: 'none', before: { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } } },
    ],
    ['what belongs to nobody', { effect: 'change', before: { metadata: { labels: { app: 'web' } } } }],
    ['fields that are not taken', { effect: 'change', conflicts: [{ field: 'spec.replicas', owner: 'kubectl' }] }],
    ['force that takes nothing', { effect: 'change', forced: true }],
    ['rights that are taken away', { step: deleting, effect: 'delete', kind: role, before: { rules: [] } }],
    [
      'an eviction of a pod that its controller makes anew, as it is meant to',
      {
        step: evicting,
        effect: 'delete',
        before: {
          metadata: {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true }],
          },
        },
      },
    ],
    ['an eviction, which says so itself', { step: evicting, effect: 'delete', hidden: true, keepsSecrets: false }],
  ] as const)('is not given for %s', (_, scene) => {
    expect(warningsOn({ ...calm, ...scene })).toEqual([]);
  });
});

test('pods that are replaced one after the other are not said to go all at once', () => {
  const rolled = { ...calm, effect: 'change', kind: apps, before: podded('web:1'), after: podded('web:2') } as const;
  expect(warningsOn(rolled)).toEqual([{ code: 'replaces-pods', text: 'its pod template changes: 1 pod is replaced' }]);
});

test('many are counted, and a few are named', () => {
  const fields = ['a', 'b', 'c', 'd', 'e', 'f'].map((field) => ({ field, owner: 'x' }));
  const said = (conflicts: Scene['conflicts']): string | undefined =>
    warningsOn({ ...calm, effect: 'change', forced: true, conflicts })[0]?.text;
  expect(said(fields)).toBe('takes a from x, b from x, c from x, d from x and 2 more');
  expect(said(fields.slice(0, 4))).toBe('takes a from x, b from x, c from x, d from x');
});
