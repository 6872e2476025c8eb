import { describe, expect, onTestFinished, test } from 'vitest';

import type { ClusterSpec } from '../fleet/index.ts';
import { ClusterManager } from './manager.ts';
import type { ClusterManagerOptions } from './options.ts';

/** Clusters where nothing listens. */
const named = (name: string): ClusterSpec => ({
  name,
  labels: { environment: 'prod' },
  source: { kind: 'server', server: 'https://127.0.0.1:1', login: { kind: 'anonymous' } },
});

function managerOf(names: readonly string[], options: ClusterManagerOptions = {}): ClusterManager {
  const manager = new ClusterManager({ discover: false, clusters: names.map(named), onProblem: () => undefined, ...options });
  onTestFinished(async () => manager.close());
  return manager;
}

test.each(['*', 'environment=prod'])('what means several clusters, such as %s, is not taken for one of them', async (name) => {
  const manager = managerOf(['a', 'b']);
  await expect(manager.get(name)).rejects.toMatchObject({ code: 'several-clusters' });
  await expect(manager.health.check(name)).rejects.toMatchObject({ code: 'several-clusters' });
  expect(await manager.get('a')).toMatchObject({ name: 'a' });
});

test('of two clusters that are added under one name at the same time one is refused', async () => {
  const manager = managerOf([]);
  const added = await Promise.allSettled([manager.add(named('a')), manager.add({ ...named('a'), title: 'second' })]);
  expect(added.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await manager.get('a')).not.toHaveProperty('title', 'second');
});

test('a name is free again where its definition could not be used', async () => {
  const manager = managerOf([]);
  const broken: ClusterSpec = { name: 'a', source: { kind: 'server', server: 'nowhere', login: { kind: 'anonymous' } } };
  await expect(manager.add(broken)).rejects.toMatchObject({ code: 'kubeconfig' });
  await manager.add(named('a'));
  expect((await manager.list()).map(({ name }) => name)).toEqual(['a']);
});

test('a function for audit lines that fails is told of, and spoils no request', async () => {
  const problems: string[] = [];
  const audit = (): void => {
    throw new Error('disk full');
  };
  const manager = managerOf(['a'], { audit, onProblem: (message) => problems.push(message) });
  await expect(manager.client().version()).rejects.toMatchObject({ code: 'unreachable' });
  expect(problems).toEqual(['The function that takes audit lines has failed: disk full']);
});

describe('a manager that was closed', () => {
  const closed = { code: 'closed' };

  test.each<[string, (manager: ClusterManager) => Promise<unknown>]>([
    ['names no clusters', async (manager) => manager.list()],
    ['reads nothing', async (manager) => manager.client('a').version()],
    ['probes nothing', async (manager) => manager.health.check('a')],
    ['watches nothing', async (manager) => manager.health.watch().next()],
    ['opens no journal', async (manager) => manager.changes.list()],
  ])('%s', async (_, call) => {
    const manager = managerOf(['a']);
    await manager.close();
    await expect(call(manager)).rejects.toMatchObject(closed);
  });
});
