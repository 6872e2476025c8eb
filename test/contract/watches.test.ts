import { expect } from 'vitest';

import {
  at,
  createObject,
  deleteObject,
  getObject,
  listAt,
  listPage,
  mapAt,
  patchObject,
  resourceOf,
  textAt,
  watchObjects,
} from '../../src/kubernetes/index.ts';
import { configMap, contract, type Place } from './harness/index.ts';

interface Seen {
  readonly type: string;
  readonly object: unknown;
}

/** Reads a watch of ConfigMaps until enough has come, or the server ends it. */
async function watched(
  { connection, namespace }: Place,
  query: Readonly<Record<string, string>>,
  enough: (events: readonly Seen[]) => boolean,
  accept?: string,
): Promise<readonly Seen[]> {
  const { kind } = await connection.resolve('configmaps');
  const events: Seen[] = [];
  const watch = { verb: 'watch', ...resourceOf(kind), namespace, query } as const;
  for await (const event of connection.lines(accept === undefined ? watch : { ...watch, accept })) {
    events.push(event as Seen);
    if (enough(events)) break;
  }
  return events;
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

const count = (wanted: number) => (events: readonly Seen[]) => events.length >= wanted;
const bookmarked = (events: readonly Seen[]): boolean => events.at(-1)?.type === 'BOOKMARK';
const versionOf = (object: unknown): number => Number(textAt(object, 'metadata', 'resourceVersion'));
const inShort = (events: readonly Seen[]): string[] =>
  events.map(({ type, object }) => `${type} ${textAt(object, 'metadata', 'name') ?? ''}`);

/** Lets a watch see nothing but the objects of one promise. */
const only = (label: string) => ({ labelSelector: `promise=${label}` });
const labelled = (label: string) => ({ labels: { promise: label } });

contract('watches', ({ promise }) => {
  promise('a watch tells every change after the version that it begins at, in order', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    const { metadata } = await listPage(connection, kind, { namespace });
    const target = { namespace, name: 'changing' };
    await createObject(connection, kind, configMap('changing', { step: '1' }), { namespace });
    await patchObject(connection, kind, target, 'merge', { data: { step: '2' } });
    await patchObject(connection, kind, target, 'merge', { data: { step: '3' } });
    const last = await getObject(connection, kind, target);
    await deleteObject(connection, kind, target);
    const seen: Seen[] = [];
    for await (const event of watchObjects(connection, kind, {
      namespace,
      fields: 'metadata.name=changing',
      resourceVersion: metadata.resourceVersion ?? '',
    })) {
      seen.push(event);
      if (event.type === 'DELETED') break;
    }
    expect(seen.map(({ type, object }) => `${type} ${String(at(object, 'data', 'step'))}`)).toEqual([
      'ADDED 1',
      'MODIFIED 2',
      'MODIFIED 3',
      'DELETED 3',
    ]);
    const versions = seen.map(({ object }) => versionOf(object));
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    const whole = { ...last, metadata: { ...last.metadata, resourceVersion: String(versions[3]) } };
    expect(seen[3]?.object).toEqual(whole);
  });

  promise('a watch that names no version, or any, begins with what is there', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    for (const name of ['there-1', 'there-2'])
      await createObject(connection, kind, configMap(name, {}, labelled('there')), { namespace });
    for (const query of [{}, { resourceVersion: '0' }]) {
      const events = await watched(place, { ...only('there'), ...query }, count(2));
      expect(inShort(events).toSorted()).toEqual(['ADDED there-1', 'ADDED there-2']);
      const marked = await watched(place, { ...only('there'), ...query, allowWatchBookmarks: 'true' }, bookmarked);
      expect(marked).toHaveLength(3);
      expect(mapAt(marked[2]?.object, 'metadata', 'annotations')).toEqual(INITIAL_EVENTS_END);
    }
  });

  promise(
    'to a watch with a selector an object is added when it comes to match, and deleted when it no longer does',
    async (place) => {
      const { connection, namespace } = place;
      const { kind } = await connection.resolve('configmaps');
      const { metadata } = await listPage(connection, kind, { namespace });
      const target = { namespace, name: 'moving' };
      await createObject(connection, kind, configMap('moving', { step: '1' }), { namespace });
      await patchObject(connection, kind, target, 'merge', { metadata: { labels: { promise: 'moving' } }, data: { step: '2' } });
      await patchObject(connection, kind, target, 'merge', { data: { step: '3' } });
      await patchObject(connection, kind, target, 'merge', { metadata: { labels: null }, data: { step: '4' } });
      const query = { ...only('moving'), resourceVersion: metadata.resourceVersion ?? '' };
      const events = await watched(place, query, count(3));
      expect(events.map(({ type, object }) => `${type} ${String(at(object, 'data', 'step'))}`)).toEqual([
        'ADDED 2',
        'MODIFIED 3',
        'DELETED 3',
      ]);
      expect(versionOf(events[2]?.object)).toBe(versionOf(await getObject(connection, kind, target)));
    },
  );

  promise('sendInitialEvents brings what is there, and a bookmark when that is done', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    for (const name of ['initial-1', 'initial-2'])
      await createObject(connection, kind, configMap(name, {}, labelled('initial')), { namespace });
    const query = {
      ...only('initial'),
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
    };
    const events = await watched(place, query, bookmarked);
    expect(inShort(events).toSorted()).toEqual(['ADDED initial-1', 'ADDED initial-2', 'BOOKMARK ']);
    const end = events.at(-1)?.object;
    expect(end).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.any(String), annotations: INITIAL_EVENTS_END },
    });
    expect(versionOf(end)).toBeGreaterThanOrEqual(Math.max(...events.slice(0, 2).map(({ object }) => versionOf(object))));
  });

  promise('a watch ends without an error when its time is over', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    const { metadata } = await listPage(connection, kind, { namespace });
    await createObject(connection, kind, configMap('ending', {}, labelled('ending')), { namespace });
    const query = { ...only('ending'), resourceVersion: metadata.resourceVersion ?? '', timeoutSeconds: '1' };
    expect(inShort(await watched(place, query, () => false))).toEqual(['ADDED ending']);
  });

  promise('a watch that asks for what cannot be is refused', async ({ ask, namespace }) => {
    const path = `GET /api/v1/namespaces/${namespace}/configmaps?watch=true`;
    expect(await ask(`${path}&sendInitialEvents=true`)).toMatchObject({
      status: 422,
      body: {
        reason: 'Invalid',
        message:
          'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    });
    expect(await ask(`${path}&resourceVersion=soon`)).toMatchObject({
      status: 500,
      body: { message: 'resourceVersion: Invalid value: "soon": strconv.ParseUint: parsing "soon": invalid syntax' },
    });
    expect(await ask(`${path}&labelSelector=a%3D%3D%3Db`)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
  });

  promise('a watch can tell its changes as rows of a Table, or as nothing but metadata', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    for (const name of ['shown-1', 'shown-2'])
      await createObject(connection, kind, configMap(name, { a: '1' }, labelled('shown')), { namespace });
    const form = (name: string) => `application/json;as=${name};v=v1;g=meta.k8s.io`;
    const rows = await watched(place, only('shown'), count(2), form('Table'));
    expect(rows.map(({ object }) => at(object, 'rows', 0, 'cells', 1))).toEqual([1, 1]);
    expect(listAt(rows[0]?.object, 'columnDefinitions')).toHaveLength(3);
    expect(at(rows[1]?.object, 'columnDefinitions')).toBeNull();
    const metadata = await watched(place, only('shown'), count(2), form('PartialObjectMetadata'));
    for (const { object } of metadata) {
      expect(object).toEqual({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: expect.objectContaining({ namespace, labels: { promise: 'shown' } }),
      });
    }
  });

  promise('one object cannot be watched by its path, where it is just read, but by its name as a field', async (place) => {
    const { connection, namespace, ask } = place;
    const { kind } = await connection.resolve('configmaps');
    await createObject(connection, kind, configMap('by-name'), { namespace });
    await createObject(connection, kind, configMap('by-name-2'), { namespace });
    const path = `GET /api/v1/namespaces/${namespace}/configmaps/by-name?watch=true&timeoutSeconds=1`;
    expect((await ask(path)).body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'by-name' } });
    const query = { fieldSelector: 'metadata.name=by-name', timeoutSeconds: '1' };
    expect(inShort(await watched(place, query, () => false))).toEqual(['ADDED by-name']);
  });
});
