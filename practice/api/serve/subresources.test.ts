import { afterEach, beforeEach, expect, test } from 'vitest';

import { startBareServer, type BareServer } from './testing.fake.ts';

let server: BareServer;

const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const MERGE = { 'content-type': 'application/merge-patch+json' };

beforeEach(async () => {
  server = await startBareServer();
});
afterEach(async () => {
  await server.stop();
});

const deployment = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { b: '2', a: '1' } },
    template: { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
};
const pod = (name: string) => ({
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
});

test('scale shows and sets the replicas', async () => {
  await server.ask(`POST ${DEPLOYMENTS}`, { body: deployment });
  const shown = await server.ask(`GET ${DEPLOYMENTS}/web/scale`);
  expect(shown.body).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { replicas: 0, selector: 'a=1,b=2' },
  });
  await server.ask(`PATCH ${DEPLOYMENTS}/web/scale`, { headers: MERGE, body: { spec: { replicas: 3 } } });
  await server.ask(`PUT ${DEPLOYMENTS}/web/scale`, { body: { ...shown.body, metadata: { name: 'web' }, spec: { replicas: 5 } } });
  expect((await server.ask(`GET ${DEPLOYMENTS}/web`)).body).toMatchObject({ metadata: { generation: 3 }, spec: { replicas: 5 } });
});

test('scale refuses less than nothing, and an old version', async () => {
  await server.ask(`POST ${DEPLOYMENTS}`, { body: deployment });
  const negative = await server.ask(`PATCH ${DEPLOYMENTS}/web/scale`, { headers: MERGE, body: { spec: { replicas: -1 } } });
  expect(negative.body.message).toBe(
    'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
  const stale = await server.ask(`PUT ${DEPLOYMENTS}/web/scale`, {
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', resourceVersion: '1' }, spec: { replicas: 1 } },
  });
  expect(stale.status).toBe(409);
});

test('status is written apart', async () => {
  await server.ask(`POST ${PODS}`, { body: pod('web') });
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const body = { spec: { nodeName: 'elsewhere' }, status: { phase: 'Running' } };
  const patched = await server.ask(`PATCH ${PODS}/web/status`, { headers, body });
  expect(patched.body.status.phase).toBe('Running');
  expect(patched.body.spec.nodeName).toBeUndefined();
});

test('a pod is bound to a node once', async () => {
  await server.ask(`POST ${PODS}`, { body: pod('web') });
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target: { kind: 'Node', name: 'one' } };
  expect((await server.ask(`POST ${PODS}/web/binding`, { body })).status).toBe(201);
  expect((await server.ask(`GET ${PODS}/web`)).body).toMatchObject({
    spec: { nodeName: 'one' },
    status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
  });
  expect((await server.ask(`POST ${PODS}/web/binding`, { body })).body.message).toMatch(/already assigned to node "one"/);
});

async function runningPod(name: string): Promise<void> {
  const { store } = server.api;
  await server.ask(`POST ${PODS}`, { body: pod(name) });
  const created = store.get('pods', 'default', name);
  if (created === undefined) throw new Error('no pod');
  const placed = store.update('pods', { ...created, spec: { ...(created['spec'] as object), nodeName: 'one' } }, 'test');
  const conditions = [{ type: 'Ready', status: 'True' }];
  store.update('pods', { ...placed, status: { phase: 'Running', conditions } }, 'test', 'status');
}

function budget(allowed: number): void {
  const { store } = server.api;
  const created = store.create(
    'poddisruptionbudgets.policy',
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    },
    'test',
  );
  const status = { disruptionsAllowed: allowed, currentHealthy: 1 + allowed, desiredHealthy: 1, expectedPods: 1 + allowed };
  store.update('poddisruptionbudgets.policy', { ...created, status }, 'test', 'status');
}

test('an eviction takes what the budget allows and no more', async () => {
  await runningPod('one');
  await runningPod('two');
  budget(1);
  expect((await server.ask(`POST ${PODS}/one/eviction`, { body: {} })).body).toMatchObject({ status: 'Success', code: 201 });
  expect((await server.ask(`GET ${PODS}/one`)).body).toMatchObject({
    metadata: { deletionTimestamp: expect.any(String) },
    status: {
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }),
      ]),
    },
  });
  const refused = await server.ask(`POST ${PODS}/two/eviction`, { body: {} });
  expect(refused.body).toMatchObject({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 2 currently' }],
    },
  });
});

test('an eviction may name the version of its pod, and takes no other', async () => {
  await runningPod('one');
  const { resourceVersion } = (await server.ask(`GET ${PODS}/one`)).body.metadata;
  const evict = async (version: string): Promise<number> => {
    const deleteOptions = { preconditions: { resourceVersion: version } };
    return (await server.ask(`POST ${PODS}/one/eviction`, { body: { deleteOptions } })).status;
  };
  expect(await evict('1')).toBe(409);
  expect(await evict(resourceVersion)).toBe(201);
});

test('an eviction in a dry run takes nothing', async () => {
  await runningPod('one');
  budget(1);
  await server.ask(`POST ${PODS}/one/eviction?dryRun=All`, { body: {} });
  expect((await server.ask(`GET ${PODS}/one`)).body.metadata).not.toHaveProperty('deletionTimestamp');
  const status = server.api.store.get('poddisruptionbudgets.policy', 'default', 'web')?.['status'];
  expect(status).toMatchObject({ disruptionsAllowed: 1 });
});

test('what streams needs an upgrade, and what would pass on has nowhere to', async () => {
  await runningPod('one');
  expect((await server.ask(`GET ${PODS}/one/exec?command=ls`)).status).toBe(400);
  expect((await server.ask(`GET ${PODS}/one/proxy`)).status).toBe(503);
});
