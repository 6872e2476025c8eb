import { expect } from 'vitest';

import {
  at,
  createObject,
  getTable,
  listAt,
  listMetadata,
  listObjects,
  listPage,
  listPages,
  textAt,
  type KubernetesObject,
} from '../../src/kubernetes/index.ts';
import { configMap, contract, type Place } from './harness/index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const LABELS = [{ tier: 'web', ring: '1' }, { tier: 'web', ring: '2' }, { tier: 'db' }, { ring: '10' }, {}];

const namesOf = (objects: readonly KubernetesObject[]): string =>
  objects.flatMap(({ metadata }) => metadata?.name ?? []).join('');

/** A continuation as the server writes it, of the server's first revision. */
const CONTINUE_FROM_THE_BEGINNING = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: 'c\u0000' })).toString(
  'base64url',
);

contract('lists', ({ prepare, promise }) => {
  const collectionOf = ({ namespace }: Place): string => `/api/v1/namespaces/${namespace}/configmaps`;
  /** Apart from those that every namespace has. */
  const ours = { fields: 'metadata.name!=kube-root-ca.crt' };

  prepare(async ({ connection, admin, namespace }) => {
    await admin.waitForObject(`/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`, (object) => object !== undefined);
    const { kind } = await connection.resolve('configmaps');
    for (const [index, name] of NAMES.entries())
      await createObject(connection, kind, configMap(name, { name }, { labels: LABELS[index] }), { namespace });
  });

  promise('a list is in the order of names, bears a version and leaves out what all its items are', async (place) => {
    const { body } = await place.ask(`GET ${collectionOf(place)}?fieldSelector=metadata.name!=kube-root-ca.crt`);
    expect(body).toEqual({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      items: NAMES.map((name) => ({ metadata: expect.objectContaining({ name }), data: { name } })),
    });
  });

  promise('label selectors choose by equality, sets and presence', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const chosen = async (labels: string): Promise<string> =>
      namesOf((await listPage(connection, kind, { namespace, ...ours, labels })).items);
    const table: Readonly<Record<string, string>> = {
      'tier=web': 'ab',
      'tier==web,ring=2': 'b',
      'tier!=web': 'cde',
      'ring in (1,10)': 'ad',
      'ring notin (1,10)': 'bce',
      ring: 'abd',
      '!ring': 'ce',
      'ring>1': 'bd',
      'ring<2': 'a',
      'tier in (web,db),!ring': 'c',
    };
    const answers: Record<string, string> = {};
    for (const selector of Object.keys(table)) answers[selector] = await chosen(selector);
    expect(answers).toEqual(table);
  });

  promise('field selectors choose by what a kind allows, and say what it does not', async (place) => {
    const { connection, namespace, ask } = place;
    const { kind } = await connection.resolve('configmaps');
    const fields = `metadata.name=b,metadata.namespace=${namespace}`;
    expect(namesOf((await listPage(connection, kind, { namespace, fields })).items)).toBe('b');
    expect(await ask(`GET ${collectionOf(place)}?fieldSelector=data.name%3Db`)).toMatchObject({
      status: 400,
      body: {
        reason: 'BadRequest',
        message: '"data.name" is not a known field selector: only "metadata.name", "metadata.namespace"',
      },
    });
    expect(await ask('GET /api/v1/pods?fieldSelector=spec.image%3Db')).toMatchObject({
      status: 400,
      body: { message: 'field label not supported: spec.image' },
    });
    expect(await ask('GET /api/v1/pods?labelSelector=a%3D%3D%3Db')).toMatchObject({ status: 400 });
  });

  promise('a list comes in pages that together are the list as it was at the first', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const first = await listPage(connection, kind, { namespace, limit: 2 });
    expect(first.metadata).toMatchObject({ remainingItemCount: 4, continue: expect.any(String) });
    await createObject(connection, kind, configMap('dd'), { namespace });
    const second = await listPage(connection, kind, { namespace, limit: 3, continue: first.metadata.continue });
    const third = await listPage(connection, kind, { namespace, limit: 3, continue: second.metadata.continue });
    expect([first, second, third].map(({ items }) => namesOf(items))).toEqual(['ab', 'cde', 'kube-root-ca.crt']);
    expect(second.metadata).toMatchObject({ remainingItemCount: 1, resourceVersion: first.metadata.resourceVersion });
    expect(third.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    const chosen = await listPage(connection, kind, { namespace, limit: 1, labels: 'tier' });
    expect(chosen.metadata).not.toHaveProperty('remainingItemCount');
  });

  promise('the list of a version is that of then', async (place) => {
    const { connection, namespace, ask } = place;
    const { kind } = await connection.resolve('configmaps');
    const { metadata } = await listPage(connection, kind, { namespace });
    await createObject(connection, kind, configMap('later'), { namespace });
    const query = `resourceVersion=${metadata.resourceVersion}&resourceVersionMatch`;
    const exact = await ask(`GET ${collectionOf(place)}?${query}=Exact`);
    expect(textAt(exact.body, 'metadata', 'resourceVersion')).toBe(metadata.resourceVersion);
    expect(namesOf(listAt(exact.body, 'items') as KubernetesObject[])).not.toContain('later');
    const newer = await ask(`GET ${collectionOf(place)}?${query}=NotOlderThan`);
    expect(namesOf(listAt(newer.body, 'items') as KubernetesObject[])).toContain('later');
    expect(await ask(`GET ${collectionOf(place)}?resourceVersionMatch=Exact`)).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('resourceVersionMatch is forbidden unless resourceVersion is provided') },
    });
  });

  promise('a continuation that is too old expires, and hands out one for the rest as it is now', async (place) => {
    await place.forgetBeginnings();
    const { status, body } = await place.ask(`GET ${collectionOf(place)}?limit=1&continue=${CONTINUE_FROM_THE_BEGINNING}`);
    expect(status).toBe(410);
    expect(body).toMatchObject({
      reason: 'Expired',
      code: 410,
      message: expect.stringMatching(/^The provided continue parameter is too old to display a consistent list result\./),
    });
    const rest = await place.ask(`GET ${collectionOf(place)}?limit=1&continue=${textAt(body, 'metadata', 'continue')}`);
    expect(namesOf(listAt(rest.body, 'items') as KubernetesObject[])).toBe('d');
    const nonsense = await place.ask(`GET ${collectionOf(place)}?continue=nonsense`);
    expect(nonsense).toMatchObject({ status: 400, body: { message: expect.stringContaining('continue key is not valid') } });
  });

  promise('our client goes on with a list whose continuation has expired, and hands out nothing twice', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    let restarts = 0;
    const seen: string[] = [];
    for await (const page of listPages(connection, kind, { namespace, ...ours, limit: 2 }, () => restarts++)) {
      seen.push(...page.items.map(({ metadata }) => metadata?.name ?? ''));
    }
    expect(restarts).toBe(0);
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toEqual(expect.arrayContaining(NAMES));
  });

  promise('a list is printed as a Table, with as much of each object as is asked for', async ({ connection, namespace, ask }) => {
    const { kind } = await connection.resolve('configmaps');
    const table = await getTable(connection, kind, { namespace, labels: 'tier=web', rows: 'cells' });
    expect(table.columnDefinitions.map(({ name, type, priority }) => [name, type, priority])).toEqual([
      ['Name', 'string', 0],
      ['Data', 'string', 0],
      ['Age', 'string', 0],
    ]);
    expect(table.rows.map(({ cells }) => cells)).toEqual(['a', 'b'].map((name) => [name, 1, expect.stringMatching(/^\d+[sm]/)]));
    expect(table.rows[0]).not.toHaveProperty('object.metadata');
    const withMetadata = await getTable(connection, kind, { namespace, name: 'a', rows: 'metadata' });
    expect(withMetadata.rows[0]?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a', namespace } });
    expect(withMetadata.rows[0]?.object).not.toHaveProperty('data');
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const whole = await ask(`GET /api/v1/namespaces/${namespace}/configmaps/a?includeObject=Object`, { accept });
    expect(at(whole.body, 'rows', 0, 'object')).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { name: 'a' } });
  });

  promise('a list can be had as nothing but metadata', async ({ connection, namespace, ask }) => {
    const { kind } = await connection.resolve('configmaps');
    const { items } = await listMetadata(connection, kind, { namespace, labels: 'tier=db' });
    expect(items).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: expect.objectContaining({ name: 'c', labels: { tier: 'db' } }) },
    ]);
    const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    expect((await ask(`GET /api/v1/namespaces/${namespace}/configmaps/c`, { accept })).body).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: expect.objectContaining({ name: 'c', labels: { tier: 'db' } }),
    });
  });

  promise('a list over all namespaces goes from namespace to namespace', async ({ connection }) => {
    const { kind } = await connection.resolve('serviceaccounts');
    // As etcd has them: `shop-eu/` comes before `shop/`.
    const keys: string[] = [];
    for await (const { metadata } of listObjects(connection, kind, { fields: 'metadata.name=default' }))
      keys.push(`${metadata?.namespace}/`);
    expect(keys).toEqual(expect.arrayContaining(['default/', 'kube-system/']));
    expect(keys).toEqual(keys.toSorted());
  });
});
