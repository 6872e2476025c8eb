import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import {
  createObject,
  getObject,
  isKubernetesError,
  listPage,
  watchObjects,
  type Connection,
  type ResourceKind,
} from '../../src/kubernetes/index.ts';
import { startPractice, type Practice } from '../index.ts';
import {
  type HttpFault,
  type HttpFaultProxy,
  broken,
  expiredList,
  httpFaultProxy,
  overloaded,
  throttled,
  tokenExpired,
} from './index.ts';
import { connectTo, plainKubeconfig, upstreamOf } from '../../test/support/faults.ts';

let practice: Practice;
let proxy: HttpFaultProxy;
let connection: Connection;
let configMaps: ResourceKind;

beforeAll(async () => {
  practice = await startPractice();
  proxy = await httpFaultProxy(upstreamOf(practice.kubeconfig()));
  connection = connectTo(plainKubeconfig(proxy.server));
  ({ kind: configMaps } = await connection.resolve('configmaps'));
  practice.store.create('configmaps', { ...configMap('kept'), data: { text: 'x'.repeat(2000) } }, 'test');
});
afterEach(() => proxy.calm());
afterAll(async () => {
  await connection.close();
  await proxy.close();
  await practice.stop();
});

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
const read = (deadline = 20_000) =>
  getObject(connection.during({ origin: 'library', deadline }), configMaps, { name: 'kept', namespace: 'default' });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test.each<readonly [string, HttpFault, number, string]>([
  ['a login that has expired', tokenExpired, 1, 'unauthorized'],
  ['a list that is too old', expiredList, 1, 'expired'],
  ['an error of the server', broken, 1, 'server'],
  ['a server that is busy for long', throttled(), 9, 'throttled'],
  ['a server that is gone for long', overloaded, 9, 'server'],
  ['a connection that is reset again and again', { kind: 'reset' }, 9, 'unreachable'],
  ['an answer that is cut off again and again', { kind: 'cut', afterBytes: 500 }, 9, 'unreachable'],
])('%s reaches the caller as what it is', async (_, fault, times, code) => {
  proxy.inject({ contains: '/configmaps/kept', fault, times });
  const error = await failureOf(read());
  expect(isKubernetesError(error) && error.code).toBe(code);
});

test.each<readonly [string, HttpFault]>([
  ['a busy server', throttled()],
  ['a proxy that is being restarted', overloaded],
  ['a connection that is reset', { kind: 'reset' }],
  ['an answer that gets lost', { kind: 'lost' }],
  ['an answer that comes later', { kind: 'delay', milliseconds: 5 }],
  ['a clock that is an hour ahead', { kind: 'clock-skew', seconds: 3600 }],
  ['an answer that drips', { kind: 'slow', bytes: 500, everyMilliseconds: 1 }],
])('a read gets over %s', async (_, fault) => {
  const before = proxy.requests.length;
  proxy.inject({ contains: '/configmaps/kept', fault });
  expect(await read()).toMatchObject({ metadata: { name: 'kept' } });
  expect(proxy.requests[before]?.fault).toEqual(fault);
});

test.each<readonly [string, HttpFault]>([
  ['never comes', { kind: 'black-hole' }],
  ['stops half-way', { kind: 'half-open', afterBytes: 500 }],
])('an answer that %s ends with the deadline', async (_, fault) => {
  proxy.inject({ contains: '/configmaps/kept', fault, times: 9 });
  const error = await failureOf(read(100));
  expect(isKubernetesError(error, 'timeout')).toBe(true);
});

test('a write whose answer is lost is not sent again', async () => {
  proxy.inject({ method: 'POST', fault: { kind: 'lost' } });
  const before = proxy.requests.length;
  const error = await failureOf(createObject(connection, configMaps, configMap('once')));
  expect(isKubernetesError(error, 'unreachable')).toBe(true);
  expect(proxy.requests.slice(before).map(({ method }) => method)).toEqual(['POST']);
  expect(practice.store.get('configmaps', 'default', 'once')).toBeDefined();
});

test('a watch from before a compaction is told so in its stream', async () => {
  proxy.inject({ contains: 'watch=', fault: { kind: 'compacted' } });
  const { metadata } = await listPage(connection, configMaps, { namespace: 'default' });
  const events = [];
  for await (const event of watchObjects(connection, configMaps, { resourceVersion: metadata.resourceVersion ?? '' }))
    events.push(event);
  expect(events).toMatchObject([{ type: 'ERROR', object: { reason: 'Expired', code: 410 } }]);
});

test('a rule strikes as often as it says, after as many as it says', async () => {
  proxy.inject({ contains: '/configmaps/kept', fault: broken, after: 1, times: 2 });
  const outcomes: unknown[] = [];
  for (let round = 0; round < 4; round++) outcomes.push(isKubernetesError(await failureOf(read()), 'server'));
  expect(outcomes).toEqual([false, true, true, false]);
});
