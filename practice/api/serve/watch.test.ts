import { afterEach, beforeEach, expect, test } from 'vitest';

import type { KubeObject } from '../../model.ts';
import { startBareServer, type BareServer } from './testing.fake.ts';

let cluster: BareServer;

const WATCH = '/api/v1/namespaces/default/configmaps?watch=1';

beforeEach(async () => {
  cluster = await startBareServer();
});
afterEach(async () => {
  await cluster.stop();
});

function create(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels } };
  return cluster.api.store.create('configmaps', object, 'test');
}

function relabel(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  return cluster.api.store.update('configmaps', { ...object, metadata: { ...object.metadata, labels } }, 'test');
}

interface WatchLine {
  readonly type: string;
  readonly object: { readonly kind: string; readonly metadata: KubeObject['metadata'] };
}

const told = (events: readonly WatchLine[]): readonly string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`);

/** Watches from a version on, lets something happen, and returns all that came until the watch's time was over. */
async function watched(query: string, happens: () => void = () => undefined, headers: Readonly<Record<string, string>> = {}) {
  const open = cluster.ask(`GET ${WATCH}&timeoutSeconds=120${query}`, { headers });
  // Another answer on the same connection's agent shows that the server has seen the watch.
  await cluster.ask('GET /version');
  happens();
  cluster.clock.advance(120_000);
  const { body } = await open;
  return (body === '' ? [] : body) as readonly WatchLine[];
}

test('it begins with what there is, as if it had just been added, and goes on with what happens', async () => {
  const kept = create('a');
  const events = await watched('', () => {
    create('b');
    relabel(kept, { x: 'y' });
    cluster.api.store.delete('configmaps', 'default', 'b');
  });
  expect(told(events)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
});

test('it begins after a version, without what was before', async () => {
  const { metadata } = create('a');
  create('b');
  const events = await watched(`&resourceVersion=${metadata.resourceVersion}`, () => void create('c'));
  expect(told(events)).toEqual(['ADDED b', 'ADDED c']);
});

test('a version that is forgotten is told as an error, in the stream', async () => {
  const { metadata } = create('a');
  create('b');
  cluster.api.compact();
  const events = await watched(`&resourceVersion=${metadata.resourceVersion}`);
  expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
});

test('with a selector, what comes to match is added and what no longer does is deleted', async () => {
  const object = create('a', { app: 'web' });
  const events = await watched(`&resourceVersion=${object.metadata.resourceVersion}&labelSelector=app=web`, () => {
    const other = relabel(object, { app: 'db' });
    create('b', { app: 'db' });
    relabel(other, { app: 'web' });
  });
  expect(told(events)).toEqual(['DELETED a', 'ADDED a']);
  expect(events[0]?.object.metadata.labels).toEqual({ app: 'web' });
});

test('initial events end with a bookmark that says so', async () => {
  create('a');
  const events = await watched('&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
  expect(told(events.slice(0, 2))).toEqual(['ADDED a', 'BOOKMARK ConfigMap']);
  expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
});

test('bookmarks come every minute where they are wanted', async () => {
  const { metadata } = create('a');
  const events = await watched(`&resourceVersion=${metadata.resourceVersion}&allowWatchBookmarks=true`);
  expect(told(events)).toContain('BOOKMARK ConfigMap');
  expect(Number(events[0]?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(metadata.resourceVersion));
  expect(told(await watched(`&resourceVersion=${metadata.resourceVersion}`))).toEqual([]);
});

test('initial events need their match', async () => {
  const { status, body } = await cluster.ask(`GET ${WATCH}&sendInitialEvents=true`);
  expect(status).toBe(422);
  expect(body.message).toBe(
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  );
});

test('a watch of a Table shows its columns once', async () => {
  create('a');
  create('b');
  const events = await watched('', undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(events).toMatchObject([
    { object: { kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}], rows: [{ cells: ['a', 0, '0s'] }] } },
    { object: { kind: 'Table', columnDefinitions: null, rows: [{ cells: ['b', 0, '0s'] }] } },
  ]);
});

test('one object is watched by its name as a field, and read at its own path', async () => {
  create('a');
  create('b');
  expect(told(await watched('&fieldSelector=metadata.name=b'))).toEqual(['ADDED b']);
  const { body } = await cluster.ask('GET /api/v1/namespaces/default/configmaps/b?watch=1');
  expect(body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'b' } });
});

test('what there is comes whole, however much it is', async () => {
  const data = { text: 'x'.repeat(900_000) };
  const { store } = cluster.api;
  for (let count = 0; count < 20; count++) {
    const metadata = { name: `large-${count}`, namespace: 'default' };
    store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, 'test');
  }
  expect(await watched('')).toHaveLength(20);
});
