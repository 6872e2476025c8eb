import { expect, test } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { podDemand } from './top-demand.ts';
import { topNodes } from './top-nodes.ts';
import { topPods } from './top-pods.ts';
import { fakeCluster } from './kinds.fake.ts';

const GI = 2 ** 30;
const MI = 2 ** 20;

const container = (name: string, requests?: object, limits?: object, more: object = {}): object => ({
  name,
  resources: { requests, limits },
  ...more,
});

function pod(name: string, node: string | undefined, containers: readonly object[], more: object = {}): KubernetesObject {
  return {
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: node, containers, ...more },
    status: { phase: node === undefined ? 'Pending' : 'Running' },
  };
}

const APP = container('app', { cpu: '250m', memory: '128Mi' }, { memory: '256Mi' });
const PODS = [
  pod('web-1', 'node-1', [APP, container('proxy', { cpu: '50m', memory: '64Mi' }, { cpu: '100m', memory: '64Mi' })]),
  pod('web-2', 'node-2', [APP]),
  pod('big', undefined, [container('app', { cpu: '64' })]),
];

const node = (name: string, ready: boolean, more: object = {}): object => ({
  metadata: { name },
  spec: {},
  status: {
    allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }],
  },
  ...more,
});

const list = (items: readonly object[]): object => ({ metadata: {}, items });

const CLUSTER = {
  'GET /api/v1/nodes': list([node('node-1', true), node('node-2', false, { spec: { unschedulable: true } })]),
  'GET /api/v1/pods': list(PODS),
  'GET /api/v1/namespaces/shop/pods': list(PODS),
};

const METRICS = {
  'GET /apis/metrics.k8s.io/v1beta1/nodes': list([
    { metadata: { name: 'node-1' }, usage: { cpu: '1234567890n', memory: '1048576Ki' } },
  ]),
  'GET /apis/metrics.k8s.io/v1beta1/namespaces/shop/pods': list([
    {
      metadata: { name: 'web-1', namespace: 'shop' },
      containers: [
        { name: 'app', usage: { cpu: '100m', memory: '200Mi' } },
        { name: 'proxy', usage: { cpu: '5m', memory: '10Mi' } },
      ],
    },
  ]),
};

test('a pod asks for what its containers ask for together, or for what starting needs', () => {
  expect(podDemand(pod('a', 'n', [APP, container('b', { cpu: '1' }, { cpu: '2', memory: '1Gi' })]))).toEqual({
    requests: { cpu: 1.25, memory: 128 * MI + GI },
    limits: { cpu: 2, memory: 256 * MI + GI },
    limited: { cpu: false, memory: true },
  });
  const sidecar = container('side', { cpu: '100m' }, {}, { restartPolicy: 'Always' });
  const init = container('init', { cpu: '2' });
  expect(podDemand(pod('a', 'n', [APP], { initContainers: [sidecar, init] })).requests.cpu).toBeCloseTo(2.1);
  expect(podDemand(pod('a', 'n', [APP], { initContainers: [init, sidecar] })).requests.cpu).toBe(2);
  expect(podDemand(pod('a', 'n', [APP], { overhead: { cpu: '250m' } })).requests.cpu).toBe(0.5);
  expect(podDemand(pod('a', 'n', [APP], { resources: { requests: { cpu: '4' }, limits: { memory: '1Gi' } } }))).toEqual({
    requests: { cpu: 4, memory: GI },
    limits: { cpu: 0, memory: GI },
    limited: { cpu: false, memory: true },
  });
});

test('nodes show usage beside the sums of their pods and what they have', async () => {
  const { connection, sent } = fakeCluster({ ...CLUSTER, ...METRICS });
  const found = await topNodes(connection);
  expect(found.metrics).toEqual({ state: 'ok' });
  expect(found.nodes).toMatchObject([
    {
      name: 'node-1',
      usage: { cpu: expect.closeTo(1.23456789), memory: GI },
      demand: { requests: { cpu: 0.3, memory: 192 * MI }, limits: { cpu: 0.1, memory: 320 * MI } },
      allocatable: { cpu: 2, memory: 4 * GI },
      pods: 1,
      podCapacity: 110,
      ready: true,
      schedulable: true,
    },
    { name: 'node-2', usage: undefined, pods: 1, ready: false, schedulable: false },
  ]);
  expect(found.waiting).toEqual({ pods: 1, requests: { cpu: 64, memory: 0 } });
  expect(sent).toContain('GET /api/v1/pods?fieldSelector=status.phase!=Succeeded,status.phase!=Failed&limit=500');
});

test('without a metrics API, requests are shown all the same, and it is said why', async () => {
  const { connection } = fakeCluster(CLUSTER);
  const found = await topNodes(connection);
  expect(found.metrics).toMatchObject({ state: 'missing' });
  expect(found.nodes.map((entry) => [entry.name, entry.usage, entry.demand?.requests.cpu])).toEqual([
    ['node-1', undefined, 0.3],
    ['node-2', undefined, 0.25],
  ]);
  const broken = await topNodes(fakeCluster({ ...CLUSTER, 'GET /apis/metrics.k8s.io/v1beta1/nodes': 503 }).connection);
  expect(broken.metrics).toMatchObject({ state: 'unavailable' });
  const forbidden = await topNodes(fakeCluster({ ...CLUSTER, 'GET /apis/metrics.k8s.io/v1beta1/nodes': 403 }).connection);
  expect(forbidden.metrics).toMatchObject({ state: 'forbidden', says: expect.stringContaining('may not list') });
});

test('without the right to list pods, nodes show what is left', async () => {
  const { connection } = fakeCluster({ ...CLUSTER, ...METRICS, 'GET /api/v1/pods': 403 });
  expect((await topNodes(connection)).nodes[0]).toMatchObject({ usage: { memory: GI }, demand: undefined, pods: undefined });
});

test('named nodes are asked for their own pods only, and wrong names are told', async () => {
  const { connection, sent } = fakeCluster({ ...CLUSTER, ...METRICS });
  const found = await topNodes(connection, { names: ['node-1', 'node-9'] });
  expect(found.nodes.map((entry) => entry.name)).toEqual(['node-1']);
  expect(found.gone).toEqual(['node-9']);
  expect(sent).toContain(
    'GET /api/v1/pods?fieldSelector=status.phase!=Succeeded,status.phase!=Failed,spec.nodeName=node-1&limit=500',
  );
});

test('pods and their containers show usage; what is not measured stands behind, by what it asks for', async () => {
  const { connection } = fakeCluster({ ...CLUSTER, ...METRICS });
  const found = await topPods(connection, { scope: ['shop'] });
  expect(found.pods.map((entry) => entry.name)).toEqual(['web-1', 'big', 'web-2']);
  expect(found.pods[0]).toMatchObject({
    node: 'node-1',
    usage: { memory: 210 * MI },
    demand: { requests: { cpu: 0.3 } },
    containers: [
      { name: 'app', usage: { cpu: 0.1, memory: 200 * MI } },
      { name: 'proxy', usage: { cpu: 0.005, memory: 10 * MI } },
    ],
  });
  expect((await topPods(connection, { scope: ['shop'], order: 'name' })).pods.map((entry) => entry.name)).toEqual([
    'big',
    'web-1',
    'web-2',
  ]);
});
