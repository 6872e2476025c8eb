import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy } from '../access/index.ts';
import { KubernetesError, type Connection } from '../kubernetes/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Changes, Word } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore, type ChangeStore } from './database.ts';
import type { Step } from './step.ts';

const author = { origin: 'kube_apply', session: 's' };
const agent: Word = { who: 'agent', via: 'kube_confirm', session: 's' };

let folder: string;
let store: ChangeStore;
let server: ConfigMapServer;
let connection: Connection;
let now: number;
let changes: Changes;
const clock: Clock = { now: () => now, sleep: async (ms) => void (now += ms) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-apply-'));
  now = Date.parse('2026-01-01T00:00:00Z');
  store = openChangeStore({ folder, clock });
  server = configMapServer();
  connection = server.connection;
  changes = createChanges({ connect: async () => connection, policy: normalisePolicy({ mode: 'plan' }), store, clock });
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const apply = (name: string, a: string): Step => ({
  action: 'apply',
  cluster: 'prod',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { a } },
});
const planOf = async (...steps: readonly Step[]): Promise<string> => (await changes.plan(steps, { author })).id;
const dataOf = (name: string): unknown => server.objects.get(name)?.data;

describe('an answer that never comes', () => {
  const lost = new KubernetesError('timeout', 'no answer came in time');

  test.each([
    ['the write was done', 'afterWrite', { a: '2' }],
    ['the write was not done', 'beforeWrite', { a: '1' }],
  ] as const)('leaves it open whether %s, and an undo looks at the cluster', async (_, when, after) => {
    server.set('a', { a: '1' });
    const plan = await planOf(apply('a', '2'), apply('b', '1'));
    server[when] = () => {
      throw lost;
    };
    const { change, problem } = await changes.apply(plan, agent);
    expect(problem).toContain('it may or may not have been done');
    expect(change).toMatchObject({ state: 'failed', steps: [{ state: 'sent' }, { state: 'waiting' }] });
    expect(dataOf('a')).toEqual(after);
    server[when] = () => undefined;
    const undo = await changes.planUndo(change?.id ?? '', { author }).catch((error: { readonly code: string }) => error.code);
    const isDone = when === 'afterWrite';
    expect(typeof undo === 'string' ? undo : undo.steps).toEqual(
      isDone ? [expect.objectContaining({ action: 'patch' })] : 'not-undoable',
    );
  });
});

describe('an object that is written all the time', () => {
  test('is changed as soon as it holds still, when what is written does not matter', async () => {
    server.set('a', { a: '1' });
    const plan = await planOf(apply('a', '2'));
    let races = 3;
    server.beforeWrite = () => {
      if (races-- > 0) server.set('a', { a: '1' }, { status: { seen: races } });
    };
    expect(await changes.apply(plan, agent)).toMatchObject({ problem: undefined });
    expect(dataOf('a')).toEqual({ a: '2' });
    expect(server.writes).toHaveLength(4);
  });

  test('is left alone when what is written matters', async () => {
    server.set('a', { a: '1' });
    const plan = await planOf(apply('a', '2'));
    server.beforeWrite = () => server.set('a', { a: 'theirs' });
    const { problem, change } = await changes.apply(plan, agent);
    expect(problem).toContain('data.a "1" → "theirs"');
    expect(change?.steps).toMatchObject([{ state: 'failed' }]);
    expect(dataOf('a')).toEqual({ a: 'theirs' });
  });

  test('is given up at some time', async () => {
    server.set('a', { a: '1' });
    const plan = await planOf(apply('a', '2'));
    let writes = 0;
    server.beforeWrite = () => server.set('a', { a: '1' }, { status: { seen: ++writes } });
    expect((await changes.apply(plan, agent)).problem).toContain('written 8 times by others');
    expect(dataOf('a')).toEqual({ a: '1' });
  });
});

test('a caller who goes away stops the plan between two steps, and never within one', async () => {
  const plan = await planOf(apply('a', '1'), apply('b', '1'), apply('c', '1'));
  const caller = new AbortController();
  // As the connection of a call is, so that the caller's leaving would end its requests.
  connection = server.connection.during({ origin: 'kube_confirm', signal: caller.signal });
  server.afterWrite = (name) => {
    if (name === 'b') caller.abort();
  };
  const { problem, change, undoable } = await changes.apply(plan, agent, { signal: caller.signal });
  expect(problem).toBe('Cancelled by the caller after 2 of 3 steps.');
  expect(change?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'waiting']);
  expect(undoable).toBe(true);
});

test('a plan that is turned down while a word of the agent is looked at is not applied', async () => {
  const plan = await planOf(apply('a', '1'));
  const connect = async (): Promise<Connection> => {
    await changes.refuse(plan);
    return connection;
  };
  const slow = createChanges({ connect, policy: normalisePolicy({ mode: 'plan' }), store, clock });
  await expect(slow.apply(plan, agent)).rejects.toMatchObject({ code: 'plan-refused' });
  expect(server.writes).toEqual([]);
  const { digest } = await changes.get(plan);
  expect(await changes.apply(plan, { who: 'person', via: 'terminal', digest })).toMatchObject({ problem: undefined });
});

test('a plan that has expired is applied by nobody', async () => {
  const plan = await planOf(apply('a', '1'));
  now += 10 * 60_000;
  await expect(changes.apply(plan, agent)).rejects.toMatchObject({ code: 'plan-expired' });
  expect(server.writes).toEqual([]);
});

test('what is as it should be already is not written', async () => {
  server.set('a', { a: '1' });
  const plan = await changes.plan([apply('a', '1'), apply('b', '1')], { author });
  expect(plan.steps.map(({ effect }) => effect)).toEqual(['none', 'create']);
  const { change } = await changes.apply(plan.id, agent);
  expect(server.writes).toEqual(['PATCH b']);
  expect(change?.steps.map(({ state }) => state)).toEqual(['done', 'done']);
});

test('what the server warns of stands in the plan, once and redacted; what it says only when it is done, in the journal', async () => {
  server.set('a', { a: '1' });
  const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  server.warnings = (dry) => (dry ? ['v1 is old', 'v1 is old', `sets ${token}`] : ['v1 is old', 'it is late']);
  const plan = await changes.plan([apply('a', '2'), apply('b', '1')], { author });
  const told = { code: 'server', text: 'v1 is old' };
  expect(plan.steps.map(({ warnings }) => warnings)).toEqual(
    [0, 1].map(() => [told, expect.objectContaining({ code: 'server' })]),
  );
  expect(JSON.stringify(plan)).not.toContain(token);
  const { change } = await changes.apply(plan.id, agent);
  const journal = await changes.change(change?.id ?? '');
  expect(journal.steps.map(({ warnings }) => warnings)).toEqual([['it is late'], ['it is late']]);
});

test('a plan is about each object once, about no more than the policy allows, and about something', async () => {
  const refusal = async (steps: readonly Step[]): Promise<string> =>
    changes.plan(steps, { author }).then(
      () => 'planned',
      (error: { readonly code: string }) => error.code,
    );
  expect(await refusal([apply('a', '1'), apply('a', '2')])).toBe('same-object');
  expect(await refusal([])).toBe('empty-plan');
  expect(await refusal(Array.from({ length: 501 }, (_, index) => apply(`a${index}`, '1')))).toBe('plan-too-large');
  expect(await refusal([{ action: 'create', cluster: 'prod', object: { kind: 'ConfigMap' } }])).toBe('invalid-object');
  const nowhere = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  expect(await refusal([{ action: 'create', cluster: 'prod', object: nowhere }])).toBe('invalid-object');
});

test('where nothing may be changed, nothing is planned', async () => {
  const readOnly = createChanges({ connect: async () => server.connection, policy: normalisePolicy(), store });
  await expect(readOnly.plan([apply('a', '1')], { author })).rejects.toMatchObject({ code: 'read-only' });
  expect(await readOnly.changes()).toEqual([]);
});
