import { describe, expect, it } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { NODES } from './builtin.ts';
import type { ResourceKind } from './discovery.ts';
import type { KubernetesObject } from './objects.ts';
import { getObject, getTable, listMetadata, listObjects, listPage, listPages, watchObjects } from './reading.ts';

const PODS: ResourceKind = { ...NODES, resource: 'pods', singular: 'pod', kind: 'Pod', namespaced: true };
const pod = (index: number): object => ({ metadata: { name: `web-${index}`, namespace: 'shop', uid: `u${index}` } });

const queryOf = ({ path }: { readonly path: string }): URLSearchParams => new URL(path, 'https://x').searchParams;

/** A list of `total` pods in pages; `expires` says before which requests (counted from 1) the continuations are forgotten. */
function paged(total: number, expires: readonly number[] = []): ReturnType<typeof connectionTo> {
  let count = 0;
  return connectionTo((request): SaidAnswer => {
    count++;
    const query = queryOf(request);
    const from = Number(query.get('continue') ?? 0);
    if (from > 0 && expires.includes(count)) return { status: 410, body: { kind: 'Status', reason: 'Expired' } };
    const limit = Number(query.get('limit') ?? total);
    const items = Array.from({ length: Math.min(limit, total - from) }, (_, index) => pod(from + index));
    const next = from + limit < total ? { continue: String(from + limit) } : {};
    return { body: { kind: 'PodList', metadata: { resourceVersion: '7', ...next }, items } };
  });
}

async function names(objects: AsyncIterable<KubernetesObject>): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const object of objects) found.push(object.metadata?.name);
  return found;
}

const allNames = (total: number): string[] => Array.from({ length: total }, (_, index) => `web-${index}`);

describe('a page', () => {
  it('is asked for with what was chosen', async () => {
    const { connection, lines, sent } = connectionTo(() => ({ body: { items: [] } }));
    await listPage(connection, PODS, {
      namespace: 'shop',
      labels: 'app=web,tier in (a,b)',
      fields: 'status.phase=Running',
      limit: 10,
      continue: 'abc',
    });
    await listPage(connection, PODS);
    await listPage(connection, PODS, { labels: '', fields: '' });
    await listMetadata(connection, PODS, { limit: 1 });
    expect(lines()).toEqual([
      'GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dweb%2Ctier+in+%28a%2Cb%29&fieldSelector=status.phase%3DRunning&limit=10&continue=abc',
      'GET /api/v1/pods',
      'GET /api/v1/pods',
      'GET /api/v1/pods?limit=1',
    ]);
    expect(sent.map(({ accept }) => accept)).toEqual([
      'application/json',
      'application/json',
      'application/json',
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
    ]);
  });

  it('gives its items the kind that the server leaves out', async () => {
    const items = [
      { metadata: { name: 'a' } },
      { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' },
      { apiVersion: 'x/v1', kind: 'Own' },
    ];
    const { connection } = connectionTo(() => ({ body: { items, metadata: { continue: 'c', remainingItemCount: 3 } } }));
    expect(await listPage(connection, PODS)).toEqual({
      items: [
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'Pod' },
        { apiVersion: 'x/v1', kind: 'Own' },
      ],
      metadata: { continue: 'c', remainingItemCount: 3 },
    });
  });

  it('without items is empty', async () => {
    const { connection } = connectionTo(() => ({ body: { items: null } }));
    expect(await listPage(connection, PODS)).toEqual({ items: [], metadata: {} });
  });

  it.each(['<html>', {}, { items: {} }, { items: [null] }, { items: ['x'] }, null, []])('is not %j', async (body) => {
    const { connection } = connectionTo(() => ({ body }));
    await expect(listPage(connection, PODS)).rejects.toMatchObject({
      code: 'bad-answer',
      message: 'The API server of cluster prod answered with no list of pods.',
    });
  });
});

describe('all pages', () => {
  it('are the whole list, 500 at a time', async () => {
    const { connection, lines } = paged(1_001);
    expect(await names(listObjects(connection, PODS, { namespace: 'shop' }))).toEqual(allNames(1_001));
    expect(lines()).toEqual([
      'GET /api/v1/namespaces/shop/pods?limit=500',
      'GET /api/v1/namespaces/shop/pods?limit=500&continue=500',
      'GET /api/v1/namespaces/shop/pods?limit=500&continue=1000',
    ]);
  });

  it('are asked for as they are read', async () => {
    const { connection, sent } = paged(10);
    for await (const page of listPages(connection, PODS, { limit: 2 })) {
      expect(page.items.length).toBe(2);
      break;
    }
    expect(sent.length).toBe(1);
  });

  it.each([[[2]], [[3]], [[2, 4]], [[5]]])(
    'lose nothing and repeat nothing when they expire before request %j',
    async (expires) => {
      const { connection } = paged(10, expires);
      let restarts = 0;
      const found: (string | undefined)[] = [];
      for await (const { items } of listPages(connection, PODS, { limit: 3 }, () => restarts++))
        found.push(...items.map(({ metadata }) => metadata?.name));
      expect(found).toEqual(allNames(10));
      expect(restarts).toBe(expires[0] === 5 ? 0 : expires.length);
    },
  );

  it('that expire again and again are told', async () => {
    const { connection, sent } = paged(
      10,
      Array.from({ length: 100 }, (_, index) => index),
    );
    await expect(names(listObjects(connection, PODS, { limit: 3 }))).rejects.toMatchObject({ code: 'expired' });
    expect(sent.length).toBe(8);
  });

  it('after a cursor cannot start again: what came before it would come twice', async () => {
    const { connection } = paged(10, [2]);
    await expect(names(listObjects(connection, PODS, { limit: 3, continue: '3' }))).rejects.toMatchObject({ code: 'expired' });
    await expect(names(listObjects(paged(10, [1]).connection, PODS, { continue: '3' }))).rejects.toMatchObject({
      code: 'expired',
    });
  });

  it('end with any other error', async () => {
    const { connection } = connectionTo(() => ({ status: 403 }));
    await expect(names(listObjects(connection, PODS))).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('one object', () => {
  it('is asked for by its path', async () => {
    const { connection, lines, sent } = connectionTo(() => ({ body: { kind: 'Pod' } }));
    expect(await getObject(connection, PODS, { namespace: 'shop', name: 'web' })).toEqual({ kind: 'Pod' });
    await getObject(connection, NODES, { name: 'n1', subresource: 'status', metadataOnly: true });
    expect(lines()).toEqual(['GET /api/v1/namespaces/shop/pods/web', 'GET /api/v1/nodes/n1/status']);
    expect(sent[1]?.accept).toBe('application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json');
  });

  it.each(['text', null, []])('is not %j', async (body) => {
    const { connection } = connectionTo(() => ({ body }));
    await expect(getObject(connection, PODS, { namespace: 'shop', name: 'web' })).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('a Table', () => {
  const table = { kind: 'Table', metadata: { continue: 'c' }, columnDefinitions: [{ name: 'Name' }], rows: [{ cells: ['web'] }] };

  it('is asked for with its cells, or with metadata too', async () => {
    const { connection, lines, sent } = connectionTo(() => ({ body: table }));
    expect(await getTable(connection, PODS, { namespace: 'shop', rows: 'cells', limit: 5 })).toEqual({
      columnDefinitions: [{ name: 'Name' }],
      rows: [{ cells: ['web'] }],
      metadata: { continue: 'c' },
    });
    await getTable(connection, PODS, { rows: 'metadata', labels: 'a=b' });
    await getTable(connection, PODS, { namespace: 'shop', name: 'web', rows: 'cells', deadline: 7 });
    expect(lines()).toEqual([
      'GET /api/v1/namespaces/shop/pods?limit=5&includeObject=None',
      'GET /api/v1/pods?labelSelector=a%3Db&includeObject=Metadata',
      'GET /api/v1/namespaces/shop/pods/web?includeObject=None',
    ]);
    expect(sent[0]?.accept).toBe('application/json;as=Table;v=v1;g=meta.k8s.io,application/json');
    expect(sent.map(({ deadline }) => deadline)).toEqual([undefined, undefined, 7]);
  });

  it('is not a list of a server that prints none', async () => {
    const { connection } = connectionTo(() => ({ body: { kind: 'PodList', items: [] } }));
    await expect(getTable(connection, PODS, { rows: 'cells' })).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each([{ rows: [null] }, { rows: [{ object: {} }] }, { columnDefinitions: [{}] }, { columnDefinitions: ['Name'] }])(
    'is not one with %j',
    async (wrong) => {
      const { connection } = connectionTo(() => ({ body: { ...table, ...wrong } }));
      await expect(getTable(connection, PODS, { rows: 'cells' })).rejects.toMatchObject({
        code: 'bad-answer',
        message: 'The API server of cluster prod answered with no Table of pods.',
      });
    },
  );

  it('without rows is empty', async () => {
    const { connection } = connectionTo(() => ({ body: { kind: 'Table', columnDefinitions: null, rows: null } }));
    expect(await getTable(connection, PODS, { rows: 'cells' })).toEqual({ columnDefinitions: [], rows: [], metadata: {} });
  });
});

describe('a watch', () => {
  it.each(['null', '"ADDED"', '{}', '{"type":"ADDED"}', '{"type":"ADDED","object":[]}'])('is not %s', async (line) => {
    const { connection } = connectionTo(() => ({ chunks: [Buffer.from(`${line}\n`)] }));
    await expect(watchObjects(connection, PODS).next()).rejects.toMatchObject({
      code: 'bad-answer',
      message: 'The API server of cluster prod answered with no event of pods.',
    });
  });

  it('is asked for with bookmarks, from a version on', async () => {
    const chunks = [Buffer.from('{"type":"ADDED","object":{"kind":"Pod"}}\n{"type":"ERROR","object":{"code":410}}\n')];
    const { connection, lines } = connectionTo(() => ({ chunks }));
    const events: unknown[] = [];
    for await (const event of watchObjects(connection, PODS, {
      namespace: 'shop',
      labels: 'a=b',
      resourceVersion: '7',
      timeoutSeconds: 60,
    }))
      events.push(event);
    expect(events).toEqual([
      { type: 'ADDED', object: { kind: 'Pod' } },
      { type: 'ERROR', object: { code: 410 } },
    ]);
    await watchObjects(connection, PODS).next();
    expect(lines()).toEqual([
      'GET /api/v1/namespaces/shop/pods?labelSelector=a%3Db&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=60&watch=true',
      'GET /api/v1/pods?allowWatchBookmarks=true&watch=true',
    ]);
  });
});
