import { expect, test } from 'vitest';

import { Budget } from '../../../answers/index.ts';
import type { NodesTop, NodeTop, PodsTop, PodTop } from '../../../operations/index.ts';
import type { ToolContext } from '../tool.ts';
import { pageOf } from './paging.ts';
import { topTool } from './top.ts';
import type { TopScene } from './top-cells.ts';
import { nodesAnswer } from './top-nodes-answer.ts';
import { podsAnswer } from './top-pods-answer.ts';

const GI = 2 ** 30;
const MI = 2 ** 20;

const demand = (cpu: number, memory: number, limit = 0) => ({
  requests: { cpu, memory },
  limits: { cpu: 0, memory: limit },
  limited: { cpu: false, memory: limit > 0 },
});

const node = (name: string, more: Partial<NodeTop> = {}): NodeTop => ({
  name,
  usage: { cpu: 1.5, memory: 2 * GI },
  demand: demand(1, GI, 2 * GI),
  allocatable: { cpu: 2, memory: 4 * GI },
  pods: 12,
  podCapacity: 110,
  ready: true,
  schedulable: true,
  ...more,
});

const pod = (name: string, more: Partial<PodTop> = {}): PodTop => {
  const usage = { cpu: 0.1, memory: 120 * MI };
  const asked = demand(0.25, 64 * MI, 128 * MI);
  return {
    namespace: 'shop',
    name,
    node: 'n1',
    phase: 'Running',
    usage,
    demand: asked,
    containers: [{ name: 'app', usage, demand: asked }],
    ...more,
  };
};

const scene = (more: Partial<TopScene> = {}, input: { readonly limit?: number; readonly cursor?: string } = {}): TopScene => ({
  place: 'of cluster test',
  cluster: 'test',
  named: false,
  containers: false,
  page: pageOf('kube_top', input, 'test', { cursorKey: Buffer.alloc(32, 1) }),
  ...more,
});

const NODES: NodesTop = {
  nodes: [node('n1'), node('n2', { usage: undefined, ready: false, schedulable: false })],
  metrics: { state: 'ok' },
  waiting: { pods: 3, requests: { cpu: 64, memory: GI } },
  gone: [],
};

const idle = (namespace: string, name: string): PodTop => pod(name, { namespace, usage: undefined, containers: [] });
const PODS: PodsTop = {
  pods: [pod('web-7d4b9c6f5d-lm2zp'), idle('a', 'app-7d4b9c6f5d-lm2zp'), idle('b', 'app-7d4b9c6f5d-x2v9k'), idle('b', 'big')],
  metrics: { state: 'ok' },
  gone: ['nix'],
};

test('nodes: usage, requests and what there is', () => {
  expect(nodesAnswer(NODES, scene()).text(new Budget())).toMatchInlineSnapshot(`
    "2 nodes of cluster test. 1 measured: CPU 1.5 of 2 (75%), memory 2Gi of 4Gi (50%). Requested: CPU 2 of 4 (50%), memory 2Gi of 8Gi (25%). Shares are of allocatable.
    No metrics of 1 node (not ready, or not scraped); these stand last.
    3 pods without a node, asking for CPU 64, memory 1Gi.
    In all rows: CPU REQ 1 50%, CPU OF 2, MEM REQ 1Gi 25%, MEM LIM 50%, MEM OF 4Gi, PODS 12/110.
    NAME      CPU      MEM  STATUS
    n1    1.5 75%  2Gi 50%
    n2          -        -  NotReady, cordoned"
  `);
});

test('nodes without metrics and without the right to see pods', () => {
  const bare = {
    ...NODES,
    nodes: [node('n1', { usage: undefined, demand: undefined, pods: undefined })],
    waiting: { pods: 0, requests: { cpu: 0, memory: 0 } },
  };
  const text = nodesAnswer(
    { ...bare, metrics: { state: 'missing', says: 'the cluster serves no metrics API (metrics-server is not installed)' } },
    scene(),
  ).text(new Budget());
  expect(text).toMatchInlineSnapshot(`
    "1 node of cluster test. Requests are unknown, since pods may not be listed. Shares are of allocatable.
    No usage: the cluster serves no metrics API (metrics-server is not installed). Requests and limits are what the objects say.
    NAME  CPU OF  MEM OF
    n1         2     4Gi"
  `);
});

test('pods: shares of request and limit; those that nothing is known of are folded', () => {
  expect(podsAnswer(PODS, scene({ place: 'in all namespaces of cluster test' })).text(new Budget())).toMatchInlineSnapshot(`
    "4 pods in all namespaces of cluster test. 1 measured: CPU 100m, memory 120Mi. All together requested CPU 1, memory 256Mi.
    No metrics of 3 pods (not running, just started, or not scraped); these stand last.
    Not found: nix.
    Near the memory limit: shop/web-7d4b9c6f5d-lm2zp 94%.
    NAMESPACE     NAME                   CPU   CPU REQ    MEM    MEM REQ    MEM LIM
    shop          web-7d4b9c6f5d-lm2zp  100m  250m 40%  120Mi  64Mi 188%  128Mi 94%
    2 namespaces  app ×2                   -      250m      -       64Mi      128Mi
    b             big                      -      250m      -       64Mi      128Mi"
  `);
});

test('who is near the limit is named by what tells it apart', () => {
  const [container] = pod('api').containers;
  if (container === undefined) throw new Error('a pod has a container');
  const two = pod('api', { containers: [container, { ...container, name: 'side', usage: undefined }] });
  expect(podsAnswer({ ...PODS, pods: [pod('web'), two], gone: [] }, scene()).text(new Budget())).toContain(
    'Near the memory limit: web 94%, api app 94%.',
  );
});

test('containers have rows of their own, and named pods are never folded', () => {
  const text = podsAnswer({ ...PODS, gone: [] }, scene({ containers: true, named: true })).text(new Budget());
  expect(text).toMatch(/web-7d4b9c6f5d-lm2zp +app/);
  expect(podsAnswer(PODS, scene({ named: true })).text(new Budget())).toContain('app-7d4b9c6f5d-x2v9k');
});

test('pages go on where the last one ended', () => {
  const first = podsAnswer(PODS, scene({}, { limit: 1 })).text(new Budget());
  expect(first).toContain('… 3 more pods');
  const cursor = /next: cursor "(.+)"/.exec(first)?.[1] ?? '';
  const second = podsAnswer(PODS, scene({}, { limit: 1, cursor })).text(new Budget());
  expect(second).toContain('app ×2');
  expect(second).not.toContain('web-7d4b9c6f5d-lm2zp  ');
});

test('data has amounts in cores and bytes', () => {
  expect(nodesAnswer(NODES, scene({}, { limit: 1 })).data(new Budget())).toMatchObject({
    total: 2,
    metrics: { state: 'ok' },
    waitingPods: { pods: 3, cpu: 64, memory: GI },
    nodes: [
      {
        name: 'n1',
        usage: { cpu: 1.5, memory: 2 * GI },
        requests: { cpu: 1 },
        allocatable: { cpu: 2 },
        pods: 12,
        podCapacity: 110,
      },
    ],
    cursor: expect.any(String),
  });
  expect(podsAnswer(PODS, scene()).data(new Budget())).toMatchObject({
    total: 4,
    gone: ['nix'],
    pods: [
      { name: 'web-7d4b9c6f5d-lm2zp', limits: { memory: 128 * MI, complete: { cpu: false, memory: true } } },
      { usage: null },
      {},
      {},
    ],
  });
});

test.each(['deploy', 'constructor', '__proto__'])('there is no usage of %s', async (kind) => {
  const context = { connect: async () => ({ cluster: 'test' }), cursorKey: Buffer.alloc(32) } as unknown as ToolContext;
  await expect(topTool.run({ kind }, context)).rejects.toThrow(`kube_top knows pods and nodes, not "${kind}"`);
});
