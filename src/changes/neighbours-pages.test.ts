import { expect, test } from 'vitest';

import { connectionTo, type SaidConnection } from '../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../test/support/discovery.ts';
import { neighboursOn } from './neighbours.ts';

/** A cluster with so many pods, which are told page by page. */
function clusterOf(pods: number): SaidConnection {
  return connectionTo(({ path }) => {
    if (path === '/api' || path === '/apis') return { body: path === '/api' ? AGGREGATED_CORE : AGGREGATED_GROUPS };
    const query = new URL(path, 'https://test').searchParams;
    const [from, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit'))];
    const items = Array.from({ length: Math.min(limit, pods - from) }, (_, index) => ({
      metadata: { name: `p${from + index}` },
    }));
    const metadata = from + limit < pods ? { continue: String(from + limit) } : {};
    return { body: { kind: 'PodList', metadata, items } };
  });
}

const reads = ({ lines }: SaidConnection): readonly string[] => lines().filter((line) => line.includes('/pods'));

test('lists are read to their end, and once, whoever asks', async () => {
  const cluster = clusterOf(1_200);
  const near = neighboursOn(cluster.connection);
  const [first, second] = await Promise.all([near.list('', 'Pod', 'shop'), near.list('', 'Pod', 'shop')]);
  expect(first).toHaveLength(1_200);
  expect(second).toBe(first);
  expect(reads(cluster)).toHaveLength(3);
});

test('those of other namespaces, and of other fields, are other lists', async () => {
  const cluster = clusterOf(1);
  const near = neighboursOn(cluster.connection);
  await near.list('', 'Pod', 'shop');
  await near.list('', 'Pod', undefined);
  await near.list('', 'Pod', undefined, 'spec.nodeName=n1');
  expect(reads(cluster)).toEqual([
    'GET /api/v1/namespaces/shop/pods?limit=500',
    'GET /api/v1/pods?limit=500',
    'GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&limit=500',
  ]);
});

test('of a list that is too long nothing is known, and of a kind that is not served there is nothing', async () => {
  const near = neighboursOn(clusterOf(2_001).connection);
  expect(await near.list('', 'Pod', 'shop')).toBeUndefined();
  expect(await near.list('', 'Widget', 'shop')).toEqual([]);
});
