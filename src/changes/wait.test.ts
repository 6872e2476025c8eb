import { expect, test } from 'vitest';

import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { connectionTo } from '../../test/support/connection.ts';
import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy } from '../access/index.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import type { Work } from './apply-step.ts';
import type { Context } from './context.ts';
import { openChangeStore } from './database.ts';
import type { Effect } from './plan.ts';
import type { Step } from './step.ts';
import { waitForAll, waitForDefinition } from './wait.ts';

const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const deleting: Step = { action: 'delete', cluster: 'prod', subject };
const applying: Step = { action: 'apply', cluster: 'prod', object: {} };

/** Waits for a step on an object for ten seconds of a clock that nobody waits for. @param signal its end is the caller's */
async function waited(server: ConfigMapServer, step: Step, uid: string, effect: Effect = 'change', signal?: AbortSignal) {
  const clock = jumpingClock();
  const context: Context = {
    connect: async () => server.connection,
    policy: normalisePolicy({ mode: 'direct' }),
    store: openChangeStore(),
    clock,
  };
  const { kind } = await server.connection.resolve('configmaps');
  const target = { subject, kind, connection: server.connection, pending: false };
  const planned = { effect, precondition: { is: 'present', uid, resourceVersion: '1' } } as Work['planned'];
  const work = { target, step, planned } as Work;
  const told: string[] = [];
  const notReady = await waitForAll(context, [work], 10, { signal, onProgress: ({ text }) => told.push(text) });
  return { notReady, told, slept: clock.slept };
}

test('an object that is deleted is waited for, and what holds it is named', async () => {
  const server = configMapServer();
  server.set('a', {}, { metadata: { name: 'a', uid: 'u', finalizers: ['shop.test/cleanup'] } });
  const { notReady, told, slept } = await waited(server, deleting, 'u');
  expect(notReady).toEqual(['ConfigMap a in namespace shop: held by finalizers shop.test/cleanup']);
  expect(told.at(-1)).toContain('held by finalizers');
  expect(slept.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(10_000);
});

test('one of its name that came after it is another, and is not waited for', async () => {
  const server = configMapServer();
  server.set('a', {}, { metadata: { name: 'a', uid: 'new' } });
  expect(await waited(server, deleting, 'old')).toMatchObject({ notReady: [], slept: [] });
});

test('what is as it should be is not waited for', async () => {
  const server = configMapServer();
  server.set('a', {}, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  expect(await waited(server, applying, 'u', 'none')).toMatchObject({ notReady: [], slept: [] });
  expect((await waited(server, applying, 'u')).notReady).toEqual(['ConfigMap a in namespace shop: it is not Ready']);
});

test('what cannot be looked at is told as not ready, and nothing is thrown: the change was made', async () => {
  const server = configMapServer();
  server.beforeRead = () => {
    throw new KubernetesError('unreachable', 'The API server cannot be reached.');
  };
  const { notReady } = await waited(server, applying, 'u');
  expect(notReady).toEqual(['ConfigMap a in namespace shop: The API server cannot be reached.']);
});

test('one that is there is waited for with longer and longer pauses, and no longer than it is told to', async () => {
  const server = configMapServer();
  server.set('a', {}, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  const { slept, told } = await waited(server, applying, 'u');
  expect(slept).toEqual([250, 500, 1_000, 2_000, 4_000]);
  expect(told[0]).toBe('waiting for ConfigMap a in namespace shop: it is not Ready');
});

test('one that becomes ready is not waited for any longer', async () => {
  const server = configMapServer();
  server.set('a', {}, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  let reads = 0;
  server.beforeRead = () => {
    if (++reads === 3) server.set('a', {}, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  };
  expect(await waited(server, applying, 'u')).toMatchObject({ notReady: [], slept: [250, 500] });
});

test('one whose caller goes away is not waited for any longer, and is told as it was seen last', async () => {
  const server = configMapServer();
  server.set('a', {}, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  const caller = new AbortController();
  let reads = 0;
  server.beforeRead = () => {
    if (++reads === 2) caller.abort();
  };
  const { notReady, slept } = await waited(server, applying, 'u', 'change', caller.signal);
  expect([notReady, slept]).toEqual([['ConfigMap a in namespace shop: it is not Ready'], [250]]);
});

test('one that should be there and is gone will not come', async () => {
  expect(await waited(configMapServer(), applying, 'u')).toMatchObject({
    notReady: ['ConfigMap a in namespace shop: it is gone'],
    slept: [],
  });
});

test('one that should be gone and is gone is ready, and one that nothing holds is said to be there still', async () => {
  expect(await waited(configMapServer(), deleting, 'u')).toMatchObject({ notReady: [], slept: [] });
  expect(await waited(configMapServer(), { ...deleting, action: 'evict' }, 'u')).toMatchObject({ notReady: [] });
  const server = configMapServer();
  server.set('a', {}, { metadata: { name: 'a', uid: 'u' } });
  expect((await waited(server, deleting, 'u')).notReady).toEqual(['ConfigMap a in namespace shop: it is still there']);
});

test('a definition is waited for until its kind is served', async () => {
  const names = { kind: 'Widget', plural: 'widgets' };
  const object = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.shop.test' },
    spec: {
      group: 'shop.test',
      names,
      versions: [
        { name: 'v0', served: false },
        { name: 'v1', served: true },
      ],
    },
  };
  const defined = { cluster: 'prod', apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name };
  const group = (name: string, version: string, resource: string, kind: string) => ({
    metadata: { name },
    versions: [{ version, resources: [{ resource, responseKind: { kind }, scope: 'Cluster', verbs: [] }] }],
  });
  const outcome = async (established: string, servedAfter: number) => {
    let asked = 0;
    const { connection } = connectionTo(({ path }) => {
      const core = [group('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition')];
      if (path === '/api') return { body: { kind: 'APIGroupDiscoveryList', items: [] } };
      if (path === '/apis') {
        const items = asked++ >= servedAfter ? [...core, group('shop.test', 'v1', 'widgets', 'Widget')] : core;
        return { body: { kind: 'APIGroupDiscoveryList', items } };
      }
      return { body: { ...object, status: { conditions: [{ type: 'Established', status: established }] } } };
    });
    const { kind } = await connection.resolve('customresourcedefinitions');
    const clock = jumpingClock();
    const target = { subject: defined, kind, connection, pending: false };
    const problem = await waitForDefinition(
      { target, step: { action: 'apply', cluster: 'prod', object } } as unknown as Work,
      clock,
    );
    return { problem, slept: clock.slept.reduce((sum, each) => sum + each, 0) };
  };
  expect(await outcome('True', 0)).toEqual({ problem: undefined, slept: 0 });
  const never = await outcome('False', 0);
  expect(never.problem).toContain('its kind is not served: it is not Established');
  expect(never.slept).toBeLessThanOrEqual(60_000);
  // Its name is looked for again and again, for as long.
  const unknown = await outcome('True', Infinity);
  expect(unknown.problem).toContain('Widget');
  expect(unknown.slept).toBeGreaterThanOrEqual(60_000);
});

test('what is no definition is not waited for', async () => {
  const server = configMapServer();
  const { kind } = await server.connection.resolve('configmaps');
  const target = { subject, kind, connection: server.connection, pending: false };
  server.beforeRead = () => {
    throw new Error('nothing is to be asked');
  };
  expect(await waitForDefinition({ target, step: applying } as Work, jumpingClock())).toBeUndefined();
  const gone = { target: { ...target, subject: { ...subject, kind: 'CustomResourceDefinition' } }, step: deleting } as Work;
  expect(await waitForDefinition(gone, jumpingClock())).toBeUndefined();
});
