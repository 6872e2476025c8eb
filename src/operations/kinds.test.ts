import { expect, test } from 'vitest';

import { fakeCluster } from './kinds.fake.ts';
import { findKinds, type KindsQuestion } from './kinds.ts';

const find = async (question: KindsQuestion) => {
  const found = await findKinds(fakeCluster({}).connection, question);
  return found.kinds.map((kind) => `${kind.group}/${kind.version}/${kind.resource}`);
};

test('everything is there once, in the preferred version, with the others named', async () => {
  const found = await findKinds(fakeCluster({}).connection);
  expect(found.served).toBe(11);
  expect(found.broken).toEqual(['metrics.k8s.io/v1beta1']);
  expect(found.kinds.map((kind) => kind.resource).slice(0, 5)).toEqual(['configmaps', 'events', 'nodes', 'pods', 'secrets']);
  expect(found.kinds.find((kind) => kind.kind === 'HorizontalPodAutoscaler')).toMatchObject({
    version: 'v2',
    otherVersions: ['v1'],
  });
});

test('a group is found by all its names, and in one version', async () => {
  const core = ['/v1/configmaps', '/v1/events', '/v1/nodes', '/v1/pods', '/v1/secrets'];
  expect(await find({ group: 'core' })).toEqual(core);
  expect(await find({ group: '' })).toEqual(core);
  expect(await find({ group: 'v1' })).toEqual(core);
  expect(await find({ group: 'apps/v1' })).toEqual(['apps/v1/deployments', 'apps/v1/replicasets']);
  const old = await findKinds(fakeCluster({}).connection, { group: 'autoscaling/v1' });
  expect(old.kinds).toMatchObject([{ version: 'v1', otherVersions: ['v2'] }]);
});

test('a wrong group or verb is told with the nearest right one', async () => {
  await expect(find({ group: 'app' })).rejects.toThrow('No API group "app" on cluster test; did you mean "apps"');
  await expect(find({ group: 'apps/v2' })).rejects.toThrow('No API group "apps/v2" on cluster test. It is served as apps/v1.');
  await expect(find({ verbs: ['lst'] })).rejects.toThrow('Nothing knows the verb "lst"; did you mean "list"?');
});

test('a broken group is empty and no mistake', async () => {
  const found = await findKinds(fakeCluster({}).connection, { group: 'metrics.k8s.io' });
  expect(found).toMatchObject({ kinds: [], broken: ['metrics.k8s.io/v1beta1'] });
});

test('a search looks at names, short names, groups and categories; the best match stands first', async () => {
  expect(await find({ search: 'hpa' })).toEqual(['autoscaling/v2/horizontalpodautoscalers']);
  expect(await find({ search: 'network policy' })).toEqual(['networking.k8s.io/v1/networkpolicies']);
  expect(await find({ search: 'all' })).toEqual(['/v1/pods', 'apps/v1/deployments', 'apps/v1/replicasets']);
  expect(await find({ search: 'po' })).toEqual([
    '/v1/pods',
    'autoscaling/v2/horizontalpodautoscalers',
    'networking.k8s.io/v1/networkpolicies',
  ]);
  expect(await find({ search: 'Secret', namespaced: false })).toEqual([]);
});

test('scope and verbs narrow, all verbs must be known', async () => {
  expect(await find({ namespaced: false })).toEqual(['/v1/nodes']);
  expect(await find({ group: 'apps', verbs: ['list', 'watch'] })).toHaveLength(2);
});

test('a search that finds nothing says what is nearest', async () => {
  const found = await findKinds(fakeCluster({}).connection, { search: 'deploymnet' });
  expect(found.kinds).toEqual([]);
  expect(found.nearest.map((kind) => kind.resource)).toEqual(['deployments']);
});
