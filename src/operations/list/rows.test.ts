import { expect, it } from 'vitest';

import { fakeCluster } from '../kinds.fake.ts';
import { listRows } from './rows.ts';

const table = (names: readonly string[], more = '') => ({
  kind: 'Table',
  metadata: { continue: more },
  columnDefinitions: [{ name: 'Name', type: 'string', format: 'name' }],
  rows: names.map((name) => ({ cells: [name], object: { metadata: { name, namespace: 'shop' } } })),
});

it('remembers which lists are long for a minute, and no longer', async () => {
  const { connection, sent } = fakeCluster({
    'GET /api/v1/pods': table(['web-1'], 'more'),
    'GET /api/v1/namespaces': table(['shop']),
    'GET /api/v1/namespaces/shop/pods': table(Array.from({ length: 30 }, (_, index) => `web-${index}`)),
  });
  const { kind } = await connection.resolve('pods');
  connection.longLists.set('asked long ago', performance.now() - 61_000);
  connection.longLists.set('asked just now', performance.now() - 1_000);
  expect((await listRows(connection, kind, '*', { labels: 'app=web' })).rows).toHaveLength(30);
  expect([...connection.longLists.keys()]).toEqual(['asked just now', expect.stringContaining('app=web')]);
  const before = sent.length;
  await listRows(connection, kind, '*', { labels: 'app=web' });
  expect(sent.slice(before).map((line) => line.split('?')[0])).toEqual([
    'GET /api/v1/namespaces',
    'GET /api/v1/namespaces/shop/pods',
  ]);
});
