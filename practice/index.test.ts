import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  createObject,
  deleteObject,
  getObject,
  isKubernetesError,
  listPage,
  watchObjects,
  type WatchEvent,
} from '../src/kubernetes/index.ts';
import { startPracticeCluster, type PracticeCluster } from '../test/support/practice.ts';

let cluster: PracticeCluster;

beforeAll(async () => {
  cluster = await startPracticeCluster();
});
afterAll(async () => {
  await cluster.stop();
});

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default' },
  data: { mode: 'fast' },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};

for (const [resource, object] of [
  ['configmaps', configMap],
  ['pods', pod],
] as const) {
  test(`our own client creates, gets, lists, watches and deletes ${resource}`, async () => {
    const { connection } = cluster;
    const { kind } = await connection.resolve(resource);
    const before = await listPage(connection, kind);
    const watched: WatchEvent[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      const from = before.metadata.resourceVersion ?? '';
      for await (const event of watchObjects(connection.during({ origin: 'library', signal: stop.signal }), kind, {
        resourceVersion: from,
      })) {
        watched.push(event);
        if (event.type === 'DELETED') return;
      }
    })();

    const created = await createObject(connection, kind, object);
    const { name, namespace } = object.metadata;
    expect(created.metadata).toMatchObject({ name, namespace, uid: expect.any(String), resourceVersion: expect.any(String) });
    const { uid } = created.metadata ?? {};
    expect(await getObject(connection, kind, { name, namespace })).toMatchObject({ metadata: { uid } });
    expect((await listPage(connection, kind, { namespace })).items.map(({ metadata }) => metadata?.uid)).toContain(uid);
    await deleteObject(connection, kind, { name, namespace }, { gracePeriodSeconds: 0 });
    await watching;

    expect(watched.map(({ type }) => type)).toEqual(expect.arrayContaining(['ADDED', 'DELETED']));
    const gone = await getObject(connection, kind, { name, namespace }).catch((error: unknown) => error);
    expect(isKubernetesError(gone, 'not-found')).toBe(true);
  });
}
