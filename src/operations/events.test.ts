import { expect, test } from 'vitest';

import type { ResourceKind } from '../kubernetes/index.ts';
import { eventFact } from './events-view.ts';
import { findEvents } from './events.ts';
import { fakeCluster, type FakeRequest } from './kinds.fake.ts';

const POD_UID = '5b0c7f0e-0000-4000-8000-000000000001';

/** As the kubelet writes it through v1. */
const BACKOFF = {
  metadata: { name: 'api-0.18a0', namespace: 'shop', creationTimestamp: '2026-11-21T01:00:00Z' },
  involvedObject: {
    kind: 'Pod',
    apiVersion: 'v1',
    namespace: 'shop',
    name: 'api-0',
    uid: POD_UID,
    fieldPath: 'spec.containers{app}',
  },
  reason: 'BackOff',
  message: 'Back-off restarting failed container app',
  source: { component: 'kubelet', host: 'node-1' },
  firstTimestamp: '2026-11-21T01:00:00Z',
  lastTimestamp: '2026-11-21T01:40:00Z',
  count: 41,
  type: 'Warning',
  eventTime: null,
};

/** As the scheduler writes it through events.k8s.io. */
const FAILED = {
  metadata: { name: 'api-0.18b1', namespace: 'shop', creationTimestamp: '2026-11-21T00:59:00Z' },
  regarding: { kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: 'api-0', uid: POD_UID },
  reason: 'FailedScheduling',
  note: '0/3 nodes are available: 3 Insufficient cpu.',
  reportingController: 'default-scheduler',
  eventTime: '2026-11-21T00:59:00.123456Z',
  series: { count: 7, lastObservedTime: '2026-11-21T01:10:00.000000Z' },
  deprecatedFirstTimestamp: null,
  type: 'Warning',
};

const about = (name: string, kind: string, more: object = {}): object => ({
  ...BACKOFF,
  metadata: { name: `${name}.1`, namespace: 'shop' },
  involvedObject: { kind, namespace: 'shop', name, uid: `uid-${name}` },
  ...more,
});

const list = (...items: readonly object[]): object => ({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items });
const SHOP = 'GET /api/v1/namespaces/shop/events';

async function kindOf(name: string): Promise<ResourceKind> {
  return (await fakeCluster({}).connection.resolve(name)).kind;
}

test('of a message without end the beginning is read', () => {
  const { message } = eventFact({ ...BACKOFF, message: 'x'.repeat(1_000_000) });
  expect(message).toHaveLength(2_001);
});

test('both ways of writing events are read alike', () => {
  expect(eventFact(BACKOFF)).toMatchObject({
    type: 'Warning',
    count: 41,
    first: Date.parse('2026-11-21T01:00:00Z'),
    last: Date.parse('2026-11-21T01:40:00Z'),
    source: 'kubelet',
    object: { kind: 'Pod', name: 'api-0', uid: POD_UID },
  });
  expect(eventFact(FAILED)).toMatchObject({
    message: '0/3 nodes are available: 3 Insufficient cpu.',
    count: 7,
    first: Date.parse('2026-11-21T00:59:00.123Z'),
    last: Date.parse('2026-11-21T01:10:00Z'),
    source: 'default-scheduler',
  });
  expect(eventFact({ metadata: { creationTimestamp: '2026-11-21T01:00:00Z' } })).toMatchObject({
    count: 1,
    last: Date.parse('2026-11-21T01:00:00Z'),
  });
});

test('events of an object are asked for by kind and name, and kept by uid', async () => {
  const { connection, sent } = fakeCluster({
    [SHOP]: list(BACKOFF, { ...BACKOFF, involvedObject: { ...BACKOFF.involvedObject, uid: 'an-earlier-one' } }),
    'GET /api/v1/namespaces/shop/pods/api-0': { kind: 'Pod', metadata: { name: 'api-0', uid: POD_UID } },
  });
  const found = await findEvents(connection, { scope: ['shop'], kinds: [await kindOf('pod')], names: ['api-0'] });
  expect(found).toMatchObject({ events: 1, earlier: 1, gone: [], groups: [{ reason: 'BackOff', count: 41 }] });
  expect(found.warnings).toEqual([{ reason: 'BackOff', count: 41, objects: 1 }]);
  expect(sent).toContain(
    'GET /api/v1/namespaces/shop/events?fieldSelector=involvedObject.kind=Pod,involvedObject.name=api-0&limit=500',
  );
});

test('events of a deleted object are found by its name', async () => {
  const { connection } = fakeCluster({ [SHOP]: list(BACKOFF) });
  const found = await findEvents(connection, { scope: ['shop'], kinds: [await kindOf('pod')], names: ['api-0'] });
  expect(found).toMatchObject({ events: 1, earlier: 0, gone: ['shop/api-0'] });
});

test("a node's events are looked for everywhere, and those that call it by its name are its own", async () => {
  const ofNode = (uid: string): object =>
    about('node-1', 'Node', { involvedObject: { kind: 'Node', name: 'node-1', uid }, reason: 'NodeNotReady' });
  const { connection } = fakeCluster({
    'GET /api/v1/events': list(ofNode('node-1'), ofNode('real-uid'), ofNode('an-earlier-one')),
    'GET /api/v1/nodes/node-1': { kind: 'Node', metadata: { name: 'node-1', uid: 'real-uid' } },
  });
  expect(await findEvents(connection, { scope: ['shop'], kinds: [await kindOf('node')], names: ['node-1'] })).toMatchObject({
    events: 2,
    earlier: 1,
  });
});

test('when one event API may not be read, the other is', async () => {
  const { connection, sent } = fakeCluster({ [SHOP]: 403, 'GET /apis/events.k8s.io/v1/namespaces/shop/events': list(FAILED) });
  const found = await findEvents(connection, { scope: ['shop'], kinds: [await kindOf('pod')] });
  expect(found.groups).toMatchObject([{ reason: 'FailedScheduling', count: 7 }]);
  expect(sent.at(-1)).toContain('regarding.kind=Pod');
  const none = fakeCluster({ [SHOP]: 403, 'GET /apis/events.k8s.io/v1/namespaces/shop/events': 403 });
  await expect(findEvents(none.connection, { scope: ['shop'] })).rejects.toThrow(
    '"dev-amy" may not list events in namespace shop',
  );
});

test('type, reason in any case, and time narrow', async () => {
  const { connection, sent } = fakeCluster({
    [SHOP]: list(BACKOFF, about('api-1', 'Pod', { reason: 'Unhealthy', lastTimestamp: '2026-11-21T01:30:00Z' })),
  });
  const find = async (question: Partial<Parameters<typeof findEvents>[1]>) =>
    (await findEvents(connection, { scope: ['shop'], ...question })).groups.map((group) => group.reason);
  expect(await find({ reasons: ['backoff'] })).toEqual(['BackOff']);
  expect(await find({ since: Date.parse('2026-11-21T01:35:00Z') })).toEqual(['BackOff']);
  expect(await find({ type: 'Warning' })).toHaveLength(2);
  expect(sent.at(-1)).toContain('fieldSelector=type=Warning');
  const none = await findEvents(connection, { scope: ['shop'], reasons: ['Backof'] });
  expect(none).toMatchObject({ groups: [], reasonsThere: ['BackOff', 'Unhealthy'] });
});

test('names may hold a star', async () => {
  const { connection } = fakeCluster({ [SHOP]: list(about('web-1', 'Pod'), about('web-2', 'Pod'), about('db-1', 'Pod')) });
  expect(await findEvents(connection, { scope: ['shop'], names: ['web-*'] })).toMatchObject({ events: 2 });
  expect(await findEvents(connection, { scope: ['shop'], names: ['*-1', 'w*-2'] })).toMatchObject({ events: 3 });
});

test('pages are read to a bound, and what lies beyond is told', async () => {
  const page = ({ query }: FakeRequest): object => {
    const from = Number(query.get('continue') ?? 0);
    const items = Array.from({ length: 500 }, (_, index) => about(`job-${from + index}x`, 'Job'));
    return { ...list(...items), metadata: from >= 1_500 ? {} : { continue: String(from + 500) } };
  };
  expect(await findEvents(fakeCluster({ [SHOP]: page }).connection, { scope: ['shop'], most: 1_000 })).toMatchObject({
    read: 1_000,
    incomplete: true,
  });
  expect(await findEvents(fakeCluster({ [SHOP]: page }).connection, { scope: ['shop'] })).toMatchObject({
    read: 2_000,
    incomplete: false,
  });
});
