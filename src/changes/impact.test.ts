import { expect, test } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
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

const near: Neighbours = {
  list: async (_, kind, namespace) =>
    OBJECTS.filter((object) => object.kind === kind && object.metadata?.namespace === namespace),
  count: async (_, kind) => OBJECTS.filter((object) => object.kind === kind).length,
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

test('what cannot be read is told as unknown, never as nothing', async () => {
  const blind: Neighbours = { list: async () => undefined, count: async () => undefined };
  const found = await impactOf({ object: find('Service', 'web'), group: '', deletes: false, near: blind });
  expect(found).toEqual({ impact: [], unknown: ['selects', 'routed-from'] });
});
