import { expect, test } from 'vitest';

import type { KubernetesObject } from '../../kubernetes/index.ts';
import { fakeCluster, type FakeOptions } from './cluster.fake.ts';
import { describe as describeTarget } from './describe.ts';
import { before, crashing, ended, event, NOW, object, pod, unscheduled, waiting, type Fields } from '../trouble/objects.fake.ts';

const OWNER = { kind: 'ReplicaSet', name: 'checkout-7', uid: 'uid-ReplicaSet-checkout-7' };
const LABELS = { app: 'checkout' };

const replicaSet = (revision: number, image: string, ready: number, wanted: number) =>
  object(
    'apps/v1',
    'ReplicaSet',
    `checkout-${revision}`,
    {
      spec: { replicas: wanted, template: { spec: { containers: [{ name: 'app', image }] } } },
      status: { readyReplicas: ready },
    },
    {
      labels: LABELS,
      creationTimestamp: before(7200 - revision * 900),
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid: 'uid-Deployment-checkout', controller: true },
      ],
    },
  );

const deployment = (replicas: number, status: Fields, conditions: readonly Fields[] = []): KubernetesObject =>
  object('apps/v1', 'Deployment', 'checkout', {
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'app', image: 'checkout:2.4.0' }] } },
    },
    status: { ...status, conditions },
  });

const STUCK = deployment(3, { replicas: 4, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }, [
  { type: 'Available', status: 'True' },
  { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime: before(720) },
]);

const SERVICE = object('v1', 'Service', 'checkout', { spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] } });
const SLICE = object(
  'discovery.k8s.io/v1',
  'EndpointSlice',
  'checkout-abc',
  { endpoints: [1, 2].map((n) => ({ addresses: [`10.0.0.${n}`], conditions: { ready: true } })), ports: [{ port: 8080 }] },
  { labels: { 'kubernetes.io/service-name': 'checkout' } },
);

const run = async (objects: readonly KubernetesObject[], kind: string, name: string, options: FakeOptions = {}) => {
  const cluster = fakeCluster(objects, options);
  const [description] = await describeTarget(cluster.connection, { kind, name, scope: ['shop'] }, NOW);
  if (description === undefined) throw new Error('no description');
  return { ...description, sent: cluster.sent };
};

test('a rollout that is stuck: why, since when, what changed, what still serves', async () => {
  const young = ['a', 'b'].map((end) => crashing(7, ended(1), { name: `checkout-7-${end}`, labels: LABELS, owner: OWNER }));
  const old = ['c', 'd'].map((end) =>
    pod({ name: `checkout-6-${end}`, labels: LABELS, owner: { ...OWNER, name: 'checkout-6', uid: 'uid-ReplicaSet-checkout-6' } }),
  );
  const found = await run(
    [
      STUCK,
      replicaSet(7, 'checkout:2.4.0', 0, 2),
      replicaSet(6, 'checkout:2.3.1', 2, 2),
      replicaSet(5, 'checkout:2.3.0', 0, 0),
      ...young,
      ...old,
      SERVICE,
      SLICE,
    ],
    'deployments',
    'checkout',
    {
      logs: { 'shop/checkout-7-a/app': 'started\npanic: PAYMENT_URL is not set' },
    },
  );
  expect(found.verdict).toMatchObject({
    health: 'broken',
    rollout: { newReady: 0, newPods: 2, oldReady: 2, stuck: true },
    replicas: { wanted: 3 },
  });
  expect(found.causes).toMatchObject([
    {
      code: 'crash-loop',
      count: 2,
      why: 'exit 1',
      log: { pod: 'checkout-7-a', previous: true, lines: ['started', 'panic: PAYMENT_URL is not set'] },
    },
    { code: 'rollout-stuck' },
  ]);
  expect(found.facts.changed?.differences).toMatchObject([{ path: 'app.image', was: 'checkout:2.3.1', is: 'checkout:2.4.0' }]);
  expect(found.facts.revisions?.map(({ name }) => name)).toEqual(['checkout-7', 'checkout-6']);
  expect(found.facts.services).toEqual([{ name: 'checkout', type: 'ClusterIP', ports: ['80→8080'], ready: 2, notReady: 0 }]);
  expect(found.unknown).toEqual([]);
  expect(found.sent.length).toBeLessThanOrEqual(10);
});

test('a Deployment with a hundred pods costs no more requests, and stays as small', async () => {
  const pods = Array.from({ length: 100 }, (_, n) =>
    crashing(7, ended(1), { name: `checkout-7-${n}`, labels: LABELS, owner: OWNER }),
  );
  const found = await run(
    [
      deployment(100, {}, [{ type: 'Available', status: 'False', lastTransitionTime: before(600) }]),
      replicaSet(7, 'checkout:2.4.0', 0, 100),
      ...pods,
    ],
    'deployments',
    'checkout',
    {
      logs: { 'shop/checkout-7-0/app': 'no' },
    },
  );
  expect(found.causes.map(({ code, count }) => [code, count])).toEqual([
    ['crash-loop', 100],
    ['replicas-missing', undefined],
  ]);
  expect(found.facts.pods?.groups).toMatchObject([{ count: 100, names: ['checkout-7-0', 'checkout-7-1', 'checkout-7-2'] }]);
  expect(found.sent).toHaveLength(8);
  expect(JSON.stringify(found).length).toBeLessThan(6000);
});

test('only reads are sent, events are asked for by uid', async () => {
  const { sent } = await run([STUCK], 'deployments', 'checkout');
  expect(sent).toContain('/api/v1/namespaces/shop/events?fieldSelector=involvedObject.uid=uid-Deployment-checkout&limit=500');
});

test('what may not be read is unknown, and nothing unknown is healthy', async () => {
  const well = deployment(1, { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 });
  const all = await run([well], 'deployments', 'checkout');
  expect(all).toMatchObject({ verdict: { health: 'healthy' }, unknown: [] });
  const some = await run([well], 'deployments', 'checkout', { forbidden: ['pods', 'events', 'services'] });
  expect(some.verdict.health).toBe('unknown');
  expect(some.unknown).toEqual([
    { what: 'pods', reason: 'forbidden' },
    { what: 'services', reason: 'forbidden' },
    { what: 'events', reason: 'forbidden' },
  ]);
});

test('pods that its selector finds and it does not own are not its own', async () => {
  const stranger = crashing(7, ended(1), { name: 'stranger', labels: LABELS });
  const { facts, causes } = await run([deployment(0, {}), stranger], 'deployments', 'checkout');
  expect(facts.pods).toMatchObject({ total: 0 });
  expect(causes).toEqual([]);
});

test.each([
  ['at its beginning', 'MIIEkeykeykey\n-----END PRIVATE KEY-----\nbye', ['<redacted>', 'bye']],
  [
    'at its end',
    `${'x'.repeat(1_000)}\n`.repeat(64) + `bye\nAKIAIOSFODNN7${' '.repeat(1_500)}`,
    [expect.stringMatching(/^x+$/), 'bye'],
  ],
])('of a log that is cut %s no half of a secret is told', async (_, log, lines) => {
  const { causes } = await run([crashing(3)], 'pods', 'web-1', { logs: { 'shop/web-1/app': log } });
  expect(causes[0]?.log?.lines.map((line) => line.slice(0, 20))).toEqual(lines);
});

test('a secret in a log does not come out', async () => {
  const token = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
  const { causes } = await run([crashing(3)], 'pods', 'web-1', { logs: { 'shop/web-1/app': `panic: bad token ${token}` } });
  expect(causes[0]?.log?.lines).toHaveLength(1);
  expect(JSON.stringify(causes)).not.toContain(token);
});

test('what is there instead of a key', async () => {
  const settings = object('v1', 'ConfigMap', 'settings', { data: { 'db.host': 'x', 'db.uri': 'y' } });
  const broken = pod({
    is: waiting('CreateContainerConfigError', "couldn't find key db.url in ConfigMap shop/settings"),
    container: { env: [{ name: 'DB', valueFrom: { configMapKeyRef: { name: 'settings', key: 'db.url' } } }] },
  });
  const { causes, facts } = await run([broken, settings], 'pods', 'web-1');
  expect(causes).toMatchObject([
    { code: 'config-missing', why: 'ConfigMap settings has no key "db.url"', hints: ['it has db.uri, db.host'] },
  ]);
  expect(facts.containers?.[0]?.envFrom).toEqual([
    { kind: 'ConfigMap', name: 'settings', keys: ['db.url'], optional: false, missing: ['db.url'] },
  ]);
});

test('what the nodes have, and what is the matter with a claim', async () => {
  const node = (name: string, cpu: string, taints: readonly Fields[] = []) =>
    object(
      'v1',
      'Node',
      name,
      { spec: { taints }, status: { allocatable: { cpu } } },
      { namespace: undefined, labels: { disk: 'hdd' } },
    );
  const nodes = [node('n1', '8'), node('n2', '96', [{ key: 'gpu', effect: 'NoSchedule' }])];
  const big = unscheduled('0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).', {
    container: { resources: { requests: { cpu: '64' } } },
  });
  expect((await run([big, ...nodes], 'pods', 'web-1')).causes[0]?.hints).toEqual([
    'it wants cpu 64; n1, the largest node that it may use, has 8',
    'taints that it does not tolerate: gpu:NoSchedule on 1',
  ]);
  const picky = unscheduled("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.", {
    spec: { nodeSelector: { disk: 'nvme' }, tolerations: [{ operator: 'Exists' }] },
  });
  expect((await run([picky, ...nodes], 'pods', 'web-1')).causes[0]?.hints).toEqual([
    'no node has the label disk=nvme; disk is hdd',
  ]);
  const ssd = { ...node('n3', '4'), metadata: { name: 'n3', labels: { disk: 'ssd' } } };
  const hints = async (spec: Fields): Promise<unknown> => {
    const pod = unscheduled("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector.", {
      spec,
      container: { resources: { requests: { cpu: '2' } } },
    });
    return (await run([pod, ...nodes, ssd], 'pods', 'web-1')).causes[0]?.hints?.[0];
  };
  const onSsd = (operator: string, values?: readonly string[]): Fields => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'nothing', operator: 'Exists' }] },
            { matchExpressions: [{ key: 'disk', operator, values }] },
          ],
        },
      },
    },
  });
  const full = 'it wants cpu 2; n3, the largest node that it may use, has 4 and is too full';
  expect(await hints({ nodeSelector: { disk: 'ssd' } })).toBe(full);
  expect(await hints(onSsd('In', ['ssd']))).toBe(full);
  expect(await hints(onSsd('NotIn', ['hdd']))).toBe(full);
  expect(await hints(onSsd('DoesNotExist'))).toBe('it wants cpu 2; no node that it may use has any');
  const claim = object('v1', 'PersistentVolumeClaim', 'data', {
    spec: { storageClassName: 'fast' },
    status: { phase: 'Pending' },
  });
  const waits = unscheduled('0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.', {
    spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  });
  expect((await run([waits, claim], 'pods', 'web-1')).causes[0]?.because).toMatchObject([
    { subject: { name: 'data' }, why: 'StorageClass fast does not exist' },
  ]);
});

test('a hint that may not be looked for is no loss', async () => {
  const big = unscheduled('0/2 nodes are available: 2 Insufficient cpu.');
  expect(await run([big], 'pods', 'web-1', { forbidden: ['nodes'] })).toMatchObject({
    causes: [{ code: 'unschedulable' }],
    unknown: [],
  });
});

test('a Job: the failure of its pods before its own', async () => {
  const job = object('batch/v1', 'Job', 'import', {
    spec: {
      backoffLimit: 1,
      selector: { matchLabels: { job: 'import' } },
      template: { spec: { containers: [{ name: 'app', image: 'i' }] } },
    },
    status: { failed: 2, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
  });
  const failed = pod({
    labels: { job: 'import' },
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Failed', containerStatuses: [{ name: 'app', restartCount: 0, state: ended(2) }] },
  });
  const { causes } = await run([job, failed], 'jobs', 'import', { logs: { 'shop/web-1/app': 'cannot read orders.csv' } });
  expect(causes).toMatchObject([
    { code: 'container-failed', why: 'exit 2', log: { previous: false, lines: ['cannot read orders.csv'] } },
    { code: 'job-failed' },
  ]);
});

test('a Service whose pods are not ready says why they are not', async () => {
  const crashed = crashing(4, ended(1, { message: 'no database' }), { labels: LABELS });
  const { causes } = await run([SERVICE, crashed], 'services', 'checkout');
  expect(causes.map(({ code }) => code)).toEqual(['crash-loop', 'no-endpoints']);
});

test('a node: what is asked of it, and events by its name', async () => {
  const node = object(
    'v1',
    'Node',
    'n1',
    { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] } },
    { namespace: undefined },
  );
  const asks = { container: { resources: { requests: { cpu: '500m', memory: '1Gi' } } } };
  const found = await run(
    [node, pod(asks), pod({ name: 'web-2', ...asks }), pod({ name: 'done', ...asks, status: { phase: 'Succeeded' } })],
    'nodes',
    'n1',
  );
  expect(found.facts.allocation).toMatchObject({
    pods: 2,
    maxPods: 110,
    resources: [
      { name: 'cpu', requested: 1, allocatable: 4 },
      { name: 'memory', requested: 2 * 2 ** 30 },
    ],
  });
  expect(found.sent).toContain(
    '/api/v1/namespaces/default/events?fieldSelector=involvedObject.kind=Node,involvedObject.name=n1&limit=500',
  );
});

test('a custom resource by its conditions, slim', async () => {
  const shop = object('shop.example.com/v1', 'Shop', 'main', {
    spec: { size: 3, empty: {}, routes: Array.from({ length: 20 }, (_, n) => `r${n}`) },
    status: {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'NoStock', message: 'shelf is empty', lastTransitionTime: before(600) },
      ],
      orders: 7,
    },
  });
  const { causes, facts } = await run([shop, event(shop, 'NoStock', 'x')], 'shops', 'main');
  expect(causes).toMatchObject([{ code: 'condition', what: 'Ready is False', why: 'NoStock', quote: 'shelf is empty' }]);
  expect(facts).toMatchObject({
    spec: { size: 3, routes: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', '14 more'] },
    status: { orders: 7 },
  });
});

test('the values of a Secret or ConfigMap are not told', async () => {
  const secret = object('v1', 'Secret', 'token', { type: 'Opaque', data: { key: 'aHVudGVyMg==' } });
  const found = await run([secret], 'secrets', 'token');
  expect(found.facts.spec).toEqual({ type: 'Opaque', keys: ['key'] });
});

test('a name that is not there comes with the nearest, in all namespaces if need be', async () => {
  const { connection } = fakeCluster([STUCK]);
  const all = { kind: 'deployments', name: 'chekout', scope: '*' } as const;
  await expect(describeTarget(connection, all, NOW)).rejects.toMatchObject({
    code: 'not-found',
    advice: 'Nearest: shop/checkout.',
  });
  expect(await describeTarget(connection, { ...all, name: 'checkout' }, NOW)).toHaveLength(1);
  await expect(describeTarget(connection, { ...all, scope: ['shop', 'other'] }, NOW)).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('what should be gone says what holds it, of any kind', async () => {
  const leaving = { deletionTimestamp: before(600), finalizers: ['example.com/hook'] };
  const stuck = await run([object('v1', 'ConfigMap', 'old', { data: {} }, leaving)], 'configmaps', 'old');
  expect(stuck).toMatchObject({
    verdict: { health: 'broken', status: 'being deleted' },
    causes: [{ why: 'finalizers: example.com/hook' }],
  });
  const going = await run(
    [object('v1', 'ConfigMap', 'old', { data: {} }, { deletionTimestamp: before(5) })],
    'configmaps',
    'old',
  );
  expect(going).toMatchObject({ verdict: { health: 'terminating' }, causes: [] });
});

test('only a status that can be read makes a custom resource healthy', async () => {
  const health = async (status: object) =>
    (await run([object('shop.example.com/v1', 'Shop', 'main', { spec: {}, status })], 'shops', 'main')).verdict.health;
  expect(await health({ conditions: [{ type: 'Ready', status: 'True' }] })).toBe('healthy');
  expect(await health({ phase: 'Running' })).toBe('healthy');
  expect(await health({ phase: 'Frobnicating' })).toBe('unknown');
  expect(await health({ conditions: [{ type: 'Frobnicated', status: 'True' }] })).toBe('unknown');
  expect(await health({})).toBe('lasting');
});

test('a namespace tells what is the matter in it, workload by workload', async () => {
  const owned = (name: string, owner: string) =>
    crashing(3, ended(1), { name, owner: { kind: 'ReplicaSet', name: owner, uid: owner } });
  const found = await run(
    [
      object('v1', 'Namespace', 'shop', { status: { phase: 'Active' } }, { namespace: undefined }),
      owned('a-1', 'a'),
      owned('a-2', 'a'),
      owned('b-1', 'b'),
      pod(),
    ],
    'namespaces',
    'shop',
  );
  expect(found.causes.map(({ subject, count, severity }) => [subject.name, count, severity])).toEqual([
    ['a-1', 2, 'warning'],
    ['b-1', undefined, 'warning'],
  ]);
});

test('an autoscaler that does not work is a warning of its workload', async () => {
  const well = deployment(1, { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 });
  const hpa = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'checkout', {
    spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'checkout' } },
    status: {
      conditions: [
        { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', lastTransitionTime: before(900) },
      ],
    },
  });
  expect(await run([well, hpa], 'deployments', 'checkout')).toMatchObject({
    verdict: { health: 'warning' },
    causes: [{ code: 'cannot-scale' }],
  });
});

test('more of a name than are told are said to be there', async () => {
  const { connection } = fakeCluster(
    Array.from({ length: 6 }, (_, n) => ({ ...STUCK, metadata: { ...STUCK.metadata, namespace: `n${n}` } })),
  );
  const found = await describeTarget(connection, { kind: 'deployments', name: 'checkout', scope: '*' }, NOW);
  expect(found).toHaveLength(5);
  expect(found.at(-1)?.unknown).toMatchObject([{ what: 'more deployments of this name' }]);
});
