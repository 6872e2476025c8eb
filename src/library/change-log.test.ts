import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy, type PolicyOptions } from '../access/index.ts';
import { createChanges, openChangeStore, type ChangeStore, type Step } from '../changes/index.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import { ChangeLog } from './change-log.ts';
import { PlanError } from './plan-error.ts';

let folder: string;
let store: ChangeStore;
let server: ConfigMapServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-log-'));
  store = openChangeStore({ folder });
  server = configMapServer();
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const logIn = (options: PolicyOptions): ChangeLog => {
  const policy = normalisePolicy(options);
  return new ChangeLog(createChanges({ connect: async () => server.connection, policy, store }), policy);
};
const apply = (a: string, name = 'a'): Step => ({
  action: 'apply',
  cluster: 'prod',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { a } },
});
const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

test('what needs no word is done at once, and undone in the same way', async () => {
  const log = logIn({ mode: 'direct' });
  const { change, plan } = await log.make([apply('1')], {});
  expect(plan.state).toBe('applied');
  expect(server.objects.get('a')?.data).toEqual({ a: '1' });
  await log.undo(change ?? '');
  expect(server.objects.size).toBe(0);
  expect((await log.list()).map(({ origin, via, word }) => [origin, via, word])).toEqual([
    ['library', 'library', 'nobody'],
    ['library', 'library', 'nobody'],
  ]);
});

test('what needs a word comes back as a plan, which the one that made it can confirm, once', async () => {
  const log = logIn({ mode: 'plan' });
  const error = await refusal(log.make([apply('1')], {}));
  if (!(error instanceof PlanError)) throw error;
  expect({ code: error.code, effect: error.plan.steps[0]?.effect }).toEqual({ code: 'needs-word', effect: 'create' });
  expect((await log.waiting()).map(({ id }) => id)).toEqual([error.plan.id]);
  expect(await refusal(logIn({ mode: 'plan' }).apply(error.plan.id))).toMatchObject({ code: 'other-session' });
  expect(server.writes).toEqual([]);
  await log.apply(error.plan.id);
  expect(server.writes).toEqual(['PATCH a']);
  expect(await refusal(log.apply(error.plan.id))).toMatchObject({ name: 'PlanError', code: 'plan-used' });
});

test('a dry run stores nothing and keeps the plan', async () => {
  const log = logIn({ mode: 'direct' });
  const { plan, change } = await log.make([apply('1')], { dryRun: true });
  expect({ change, writes: server.writes }).toEqual({ change: undefined, writes: [] });
  await log.apply(plan.id);
  expect(server.writes).toEqual(['PATCH a']);
});

test('where only reading is allowed nothing is planned and nothing undone', async () => {
  const log = logIn({});
  const refused = { name: 'PolicyError', rule: 'mode' };
  expect(await refusal(log.make([apply('1')], {}))).toMatchObject(refused);
  expect(await refusal(log.undo('change-00000000'))).toMatchObject(refused);
  expect(await log.list()).toEqual([]);
});

test('what fails half-way says what it failed of, and gives the change by which the rest is undone', async () => {
  const log = logIn({ mode: 'direct' });
  server.beforeWrite = (name) => {
    if (name === 'b') throw new KubernetesError('invalid', 'It cannot be.', { status: 422 });
  };
  const error = await refusal(log.make([apply('1'), apply('1', 'b')], {}));
  if (!(error instanceof PlanError)) throw error;
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'failed',
    message: 'apply ConfigMap b in namespace shop: It cannot be.',
  });
  await log.undo(error.change ?? '');
  expect(server.objects.size).toBe(0);
});

test('a stale plan is told apart from what the server refuses', async () => {
  const log = logIn({ mode: 'direct' });
  server.set('a', { a: '1' });
  const plan = await log.plan([apply('2')]);
  server.set('a', { a: 'theirs' });
  expect(await refusal(log.apply(plan.id))).toMatchObject({ name: 'PlanError', code: 'plan-stale' });
});
