import { expect, test } from 'vitest';

import { jumpingClock } from '../../test/support/clock.ts';
import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy } from '../access/index.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import type { Work } from './apply-step.ts';
import type { Context } from './context.ts';
import { openChangeStore } from './database.ts';
import type { Effect } from './plan.ts';
import type { Step } from './step.ts';
import { waitForAll } from './wait.ts';

const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const deleting: Step = { action: 'delete', cluster: 'prod', subject };
const applying: Step = { action: 'apply', cluster: 'prod', object: {} };

/** Waits for a step on an object for ten seconds of a clock that nobody waits for. */
async function waited(server: ConfigMapServer, step: Step, uid: string, effect: Effect = 'change') {
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
  const notReady = await waitForAll(context, [work], 10, { onProgress: ({ text }) => told.push(text) });
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
