import { expect, test } from 'vitest';

import { textAt, type KubernetesObject } from '../kubernetes/index.ts';
import { impactOf } from './impact.ts';
import type { Neighbours } from './neighbours.ts';

const inShop = (kind: string, name: string, more: Partial<KubernetesObject> = {}): KubernetesObject => ({
  kind,
  ...more,
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more.metadata },
});
const ownedBy = (name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'X', name, uid: `uid-${name}`, controller: true }],
});
const labelled = { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } } };
const mounting = { template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'db' } } }] }] } } };

const OBJECTS: readonly KubernetesObject[] = [
  inShop('Deployment', 'web', { spec: { replicas: 2, ...labelled } }),
  inShop('Deployment', 'api', { spec: { replicas: 2, ...mounting } }),
  inShop('ReplicaSet', 'web-1', { metadata: ownedBy('web') }),
  inShop('Pod', 'web-1-a', { metadata: { ...ownedBy('web-1'), labels: { app: 'web' } }, spec: mounting.template.spec }),
  inShop('Pod', 'other'),
  inShop('Service', 'web', { spec: { selector: { app: 'web' } } }),
  inShop('Service', 'other', { spec: { selector: { app: 'other' } } }),
  inShop('Ingress', 'web', { spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] } }),
  inShop('HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } }),
  inShop('PodDisruptionBudget', 'web', {
    spec: { selector: { matchLabels: { app: 'web' } } },
    status: { disruptionsAllowed: 0 },
  }),
];

/** The groups of kinds that are not of the core group. */
const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
  Ingress: 'networking.k8s.io',
  HorizontalPodAutoscaler: 'autoscaling',
  PodDisruptionBudget: 'policy',
};
const ofKind = (objects: readonly KubernetesObject[], group: string, kind: string): readonly KubernetesObject[] =>
  group === (GROUPS[kind] ?? '') ? objects.filter((object) => object.kind === kind) : [];

const near: Neighbours = {
  list: async (group, kind, namespace) =>
    ofKind(OBJECTS, group, kind).filter(({ metadata }) => metadata?.namespace === namespace),
  count: async (group, kind) => ofKind(OBJECTS, group, kind).length,
};

async function touched(object: KubernetesObject, deletes: boolean, neighbours = near): Promise<Record<string, string>> {
  const group = object.kind === 'Deployment' ? 'apps' : '';
  const { impact } = await impactOf({ object, group, deletes, near: neighbours });
  return Object.fromEntries(impact.map(({ relation, what }) => [relation, what]));
}

const find = (kind: string, name: string): KubernetesObject =>
  OBJECTS.find((object) => object.kind === kind && object.metadata?.name === name) ?? {};

test('a workload: what sends requests to it, scales and protects it', async () => {
  expect(await touched(find('Deployment', 'web'), false)).toEqual({
    'selected-by': 'Service web',
    'scaled-by': 'HorizontalPodAutoscaler web',
    'protected-by': 'PodDisruptionBudget web (disruptions allowed now: 0)',
  });
});

test('what is deleted: all that it owns, and what that owns', async () => {
  expect(await touched(find('Deployment', 'web'), true)).toMatchObject({ owns: 'ReplicaSet web-1, Pod web-1-a' });
});

test('a Service: whom it reaches, and what leads to it', async () => {
  expect(await touched(find('Service', 'web'), false)).toEqual({ selects: 'Pod web-1-a', 'routed-from': 'Ingress web' });
});

test('a Secret: who uses it, told by what made the pods', async () => {
  expect(await touched(inShop('Secret', 'db'), false)).toEqual({ 'used-by': 'Deployment api' });
});

test('a Namespace that goes: what is counted in it', async () => {
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  expect(await touched(namespace, true)).toEqual({ holds: '2 Deployment, 2 Pod, 2 Service' });
});

test('a Node: the pods that run there, and no others', async () => {
  const asked: unknown[] = [];
  const onNode: Neighbours = { ...near, list: async (...question) => (asked.push(question), OBJECTS.slice(3, 5)) };
  expect(await touched({ kind: 'Node', metadata: { name: 'n1' } }, false, onNode)).toEqual({ holds: '2 Pod' });
  expect(asked).toEqual([['', 'Pod', undefined, 'spec.nodeName=n1']]);
});

test('what has a name of ours in a group of others is none of ours', async () => {
  const blind: Neighbours = { list: async () => undefined, count: async () => undefined };
  const touching = async (object: KubernetesObject, deletes = false): Promise<readonly unknown[]> => {
    const ground = { object, group: 'others.test', deletes };
    const [{ impact }, { unknown }] = [await impactOf({ ...ground, near }), await impactOf({ ...ground, near: blind })];
    return [...impact, ...unknown];
  };
  expect(await touching(find('Service', 'web'))).toEqual([]);
  expect(await touching(inShop('Secret', 'db'))).toEqual([]);
  expect(await touching({ kind: 'Namespace', metadata: { name: 'shop' } }, true)).toEqual([]);
  expect(await touching({ kind: 'Node', metadata: { name: 'n1' } })).toEqual([]);
});

test('what can own nothing is looked for nowhere', async () => {
  const asked: unknown[] = [];
  const asking: Neighbours = { ...near, list: async (...question) => (asked.push(question[1]), []) };
  await touched({ kind: 'StorageClass', metadata: { name: 'fast', uid: 'x' } }, true, asking);
  expect(asked).toEqual([]);
  await touched(find('Pod', 'web-1-a'), true, asking);
  expect(asked).toEqual(['Service', 'PodDisruptionBudget']);
});

test('what has several owners belongs to each of them', async () => {
  const [mine, theirs] = [ownedBy('web'), ownedBy('other')].map(({ ownerReferences }) => ownerReferences);
  const ownerReferences = [...(theirs ?? []), ...(mine ?? []).map((owner) => ({ ...owner, controller: false }))];
  const shared = inShop('ConfigMap', 'shared', { metadata: { ownerReferences } });
  const orphan = inShop('ConfigMap', 'orphan');
  const around = { ...near, list: async (group: string, kind: string) => ofKind([orphan, shared], group, kind) };
  expect(await touched(find('Deployment', 'web'), true, around)).toEqual({ owns: 'ConfigMap shared' });
  const pod = inShop('Pod', 'user', { metadata: { ownerReferences }, spec: mounting.template.spec });
  const users = { ...near, list: async (group: string, kind: string) => ofKind([pod], group, kind) };
  expect(await touched(inShop('Secret', 'db'), false, users)).toEqual({});
});

test('what cannot be read is told as unknown, never as nothing', async () => {
  const blind: Neighbours = { list: async () => undefined, count: async () => undefined };
  const found = await impactOf({ object: find('Service', 'web'), group: '', deletes: false, near: blind });
  expect(found).toEqual({ impact: [], unknown: ['selects', 'routed-from'] });
  expect((await impactOf({ object: inShop('Secret', 'db'), group: '', deletes: true, near: blind })).unknown).toEqual([
    'owns',
    'used-by',
  ]);
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  expect((await impactOf({ object: namespace, group: '', deletes: true, near: blind })).unknown).toEqual(['holds']);
});

test('a deletion is not warned of because Secrets cannot be read, which few may', async () => {
  const hidden = (kind: string): Neighbours => ({
    list: async (_, each) => (each === kind ? undefined : []),
    count: async (_, each) => (each === kind ? undefined : 0),
  });
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  for (const [object, group] of [
    [inShop('CronJob', 'nightly'), 'batch'],
    [namespace, ''],
  ] as const) {
    const unknown = async (kind: string) => (await impactOf({ object, group, deletes: true, near: hidden(kind) })).unknown;
    expect(await unknown('Secret')).toEqual([]);
    expect(await unknown('Job')).toHaveLength(1);
  }
});

test('a Secret is used by the pods that somebody made by hand, and whoever runs others', async () => {
  const using = { containers: [], volumes: [{ secret: { secretName: 'db' } }] };
  const users: readonly KubernetesObject[] = [
    inShop('Pod', 'by-hand', { spec: using }),
    inShop('StatefulSet', 'sets', { spec: { template: { spec: using } } }),
    inShop('DaemonSet', 'daemons', { spec: { template: { spec: using } } }),
    inShop('CronJob', 'nightly', { spec: { jobTemplate: { spec: { template: { spec: using } } } } }),
    inShop('Job', 'once', { spec: { template: { spec: using } } }),
    inShop('Job', 'nightly-1', { metadata: ownedBy('nightly'), spec: { template: { spec: using } } }),
    inShop('Deployment', 'another', { spec: { template: { spec: { containers: [] } } } }),
  ];
  const around = { ...near, list: async (group: string, kind: string) => ofKind(users, group, kind) };
  const found = await touched(inShop('Secret', 'db'), false, around);
  expect(found).toEqual({ 'used-by': 'StatefulSet sets, DaemonSet daemons, CronJob nightly, Job once, Pod by-hand' });
  expect(await touched(inShop('Widget', 'db'), false, around)).toEqual({});
  for (const kind of ['ConfigMap', 'PersistentVolumeClaim', 'ServiceAccount'])
    expect(await touched(inShop(kind, 'db'), false, { ...around, list: async () => undefined })).toEqual({});
});

test('what refers to a ConfigMap, a claim or an account is told', async () => {
  const spec = {
    containers: [{ envFrom: [{ configMapRef: { name: 'x' } }] }],
    volumes: [{ persistentVolumeClaim: { claimName: 'x' } }],
    serviceAccountName: 'x',
  };
  const around = { ...near, list: async (_: string, kind: string) => (kind === 'Pod' ? [inShop('Pod', 'user', { spec })] : []) };
  for (const kind of ['ConfigMap', 'PersistentVolumeClaim', 'ServiceAccount'])
    expect(await touched(inShop(kind, 'x'), false, around)).toEqual({ 'used-by': 'Pod user' });
  expect(await touched(inShop('Secret', 'x'), false, around)).toEqual({});
});

test('a definition that goes: how many objects of its kind there are, in all namespaces', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'x' },
    spec: { group: 'shop.test', names: { kind: 'Widget' } },
  };
  const counting = (count: number | undefined): Neighbours => ({
    ...near,
    count: async (group, kind, namespace) => (`${group}/${kind}/${namespace}` === 'shop.test/Widget/undefined' ? count : 99),
  });
  expect(await touched(definition, true, counting(3))).toEqual({ holds: '3 Widget' });
  expect(await touched(definition, true, counting(0))).toEqual({});
  expect(await touched(definition, false, counting(3))).toEqual({});
  const { unknown } = await impactOf({
    object: definition,
    group: 'apiextensions.k8s.io',
    deletes: true,
    near: counting(undefined),
  });
  expect(unknown).toEqual(['holds']);
});

test('a node that is changed or goes: how many pods it runs', async () => {
  const pods = ['n1', 'n1', 'n2'].map((nodeName, index) => inShop('Pod', `p${index}`, { spec: { nodeName } }));
  const around = (list: readonly KubernetesObject[] | undefined): Neighbours => ({
    ...near,
    list: async (_group, _kind, _namespace, fields) =>
      list?.filter((pod) => `spec.nodeName=${textAt(pod, 'spec', 'nodeName')}` === fields),
  });
  const node = (name: string) => ({ kind: 'Node', metadata: { name } });
  expect(await touched(node('n1'), false, around(pods))).toEqual({ holds: '2 Pod' });
  expect(await touched(node('n3'), true, around(pods))).toEqual({});
  const { unknown } = await impactOf({ object: node('n1'), group: '', deletes: true, near: around(undefined) });
  expect(unknown).toEqual(['holds']);
  expect(await touched({ ...node('n1'), kind: 'NodePool' }, true, around(pods))).toEqual({});
});

test('a Namespace that is only changed holds what it held, and one that goes counts what may be counted', async () => {
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  expect(await touched(namespace, false)).toEqual({});
  const some = { ...near, count: async (_: string, kind: string) => (kind === 'Secret' ? 4 : kind === 'Pod' ? undefined : 0) };
  expect(await touched(namespace, true, some)).toEqual({ holds: '4 Secret' });
  const asked: string[] = [];
  const counted = { ...near, count: async (_: string, kind: string) => asked.push(kind) };
  await touched(namespace, true, counted);
  expect(asked.toSorted()).toEqual(
    [
      'ConfigMap',
      'CronJob',
      'DaemonSet',
      'Deployment',
      'Job',
      'PersistentVolumeClaim',
      'Pod',
      'Secret',
      'Service',
      'StatefulSet',
    ].toSorted(),
  );
});

test('a pod that goes: what sends requests to it by its own labels, and never what it owns', async () => {
  expect(await touched(find('Pod', 'web-1-a'), true)).toEqual({
    'selected-by': 'Service web',
    'protected-by': 'PodDisruptionBudget web (disruptions allowed now: 0)',
  });
});

test('an autoscaler is told where it points to the object itself, by kind and name', async () => {
  const scaled = (kind: string, name: string) => touched(inShop(kind, name, { spec: { replicas: 1 } }), false);
  expect(await scaled('Deployment', 'web')).toEqual({ 'scaled-by': 'HorizontalPodAutoscaler web' });
  expect(await scaled('StatefulSet', 'web')).toEqual({});
  expect(await scaled('Deployment', 'other')).toEqual({});
});

test('an Ingress leads to the Service that it falls back to as well', async () => {
  const ingress = inShop('Ingress', 'all', { spec: { defaultBackend: { service: { name: 'lone' } } } });
  const around = { ...near, list: async (_: string, kind: string) => (kind === 'Ingress' ? [ingress] : []) };
  expect(await touched(inShop('Service', 'lone', { spec: {} }), false, around)).toEqual({ 'routed-from': 'Ingress all' });
  expect(await touched(inShop('Service', 'other', { spec: {} }), false, around)).toEqual({});
});

test('a budget whose controller has not looked yet is told so', async () => {
  const fresh = inShop('PodDisruptionBudget', 'new', { spec: { selector: { matchLabels: { app: 'web' } } } });
  const around = { ...near, list: async (_: string, kind: string) => (kind === 'PodDisruptionBudget' ? [fresh] : []) };
  expect(await touched(find('Deployment', 'web'), false, around)).toMatchObject({
    'protected-by': 'PodDisruptionBudget new (disruptions allowed now: unknown)',
  });
});

test('many are counted, and a few are named', async () => {
  const pods = (count: number): Neighbours => ({
    ...near,
    list: async (_, kind) =>
      kind === 'Pod'
        ? Array.from({ length: count }, (__, index) => inShop('Pod', `p${index}`, { metadata: { labels: { app: 'web' } } }))
        : [],
  });
  const { impact } = await impactOf({ object: find('Service', 'web'), group: '', deletes: false, near: pods(10) });
  expect(impact).toMatchObject([{ relation: 'selects', what: expect.stringMatching(/Pod p7 and 2 more$/), count: 10 }]);
  expect((await touched(find('Service', 'web'), false, pods(8)))['selects']).toMatch(/Pod p7$/);
});

test('what somebody else owns is not told as owned', async () => {
  expect(await touched(inShop('Deployment', 'stranger', { spec: {} }), true)).toEqual({});
  // What has no uid yet owns nothing, and neither does what no owner names.
  expect(await touched({ kind: 'Deployment', metadata: { namespace: 'shop', name: 'x' } }, true)).toEqual({});
});

test('a kind of somebody else that is called like one of Kubernetes is another', async () => {
  for (const kind of ['Service', 'Secret', 'ConfigMap', 'Namespace', 'Node']) {
    const object = { kind, metadata: { name: 'web' }, spec: { selector: { app: 'web' } } };
    const { impact, unknown } = await impactOf({ object, group: 'shop.test', deletes: true, near });
    expect([kind, impact, unknown]).toEqual([kind, [], []]);
  }
});

test('a budget that is about other pods is none for these', async () => {
  const other = inShop('Deployment', 'other', {
    spec: { template: { metadata: { labels: { app: 'other' } }, spec: { containers: [] } } },
  });
  expect(await touched(other, false)).toEqual({ 'selected-by': 'Service other' });
});

test('whatever an owner has made is told: services, settings and claims as well as pods', async () => {
  const kinds = ['Service', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ReplicaSet', 'StatefulSet', 'CronJob', 'Pod'];
  const around = {
    ...near,
    list: async (_: string, kind: string) => (kinds.includes(kind) ? [inShop(kind, 'own', { metadata: ownedBy('w') })] : []),
  };
  const { impact } = await impactOf({ object: inShop('Widget', 'w'), group: 'shop.test', deletes: true, near: around });
  expect(impact).toMatchObject([{ relation: 'owns', count: kinds.length }]);
});
