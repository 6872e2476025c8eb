import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy } from '../access/index.ts';
import { KubernetesError, type Connection } from '../kubernetes/index.ts';
import { UsageError, type Clock } from '../platform/index.ts';
import type { Changes, Word } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore, type ChangeStore } from './database.ts';
import type { ApplyStep, Step } from './step.ts';

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

const apply = (name: string, a: string): ApplyStep => ({
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

describe('an undo of what nobody knows whether it was done', () => {
  const subject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
  const theirs = { metadata: { name: 'a', namespace: 'shop', uid: 'theirs', resourceVersion: '99' } };

  /** What an undo would do after a step whose answer was lost, before or after it was done. */
  const backFrom = async (step: Step, when: 'beforeWrite' | 'afterWrite', meanwhile?: () => void): Promise<unknown> => {
    const plan = await planOf(step);
    server[when] = () => {
      throw new KubernetesError('timeout', 'no answer came in time');
    };
    const { change, undoable } = await changes.apply(plan, agent);
    expect(undoable).toBe(false);
    meanwhile?.();
    return changes.planUndo(change?.id ?? '', { author }).then(
      ({ steps }) => steps.map(({ action }) => action),
      (error: { readonly code: string }) => error.code,
    );
  };

  test('removes what was made by us, and nothing that somebody else has made', async () => {
    expect(await backFrom(apply('a', '1'), 'afterWrite')).toEqual(['delete']);
    server = configMapServer();
    connection = server.connection;
    expect(await backFrom(apply('a', '1'), 'beforeWrite')).toBe('not-undoable');
    server.beforeWrite = () => undefined;
    expect(await backFrom(apply('a', '1'), 'beforeWrite', () => server.set('a', { a: '1' }, theirs))).toBe('not-undoable');
  });

  test('brings back what is gone, and nothing that is still there', async () => {
    server.set('a', { a: '1' });
    const remove: Step = { action: 'delete', cluster: 'prod', subject };
    expect(await backFrom(remove, 'beforeWrite')).toBe('not-undoable');
    server.beforeWrite = () => undefined;
    expect(await backFrom(remove, 'afterWrite')).toEqual(['create']);
  });
});

describe('what fails', () => {
  const failing = async (when: 'beforeWrite' | 'afterWrite', error: Error, from = 'b'): Promise<readonly unknown[]> => {
    const plan = await planOf(apply('a', '1'), apply('b', '1'), apply('c', '1'));
    server[when] = (name) => {
      if (name === from) throw error;
    };
    const applied = await changes.apply(plan, agent).catch((thrown: unknown) => thrown);
    const [change] = await changes.changes();
    return [applied, change?.state, ...(change?.steps.map(({ state, problem }) => [state, problem]) ?? [])];
  };

  test.each<[string, Error, string]>([
    ['a refusal of the server', new KubernetesError('forbidden', 'You may not.', { status: 403 }), 'failed'],
    ['a refusal of the gate', new UsageError('It is not covered.', { code: 'plan' }), 'failed'],
    ['an error of the server', new KubernetesError('server', 'It broke.', { status: 500 }), 'sent'],
    ['no answer', new KubernetesError('unreachable', 'Nobody is there.'), 'sent'],
  ])('of %s stops the plan, and the journal knows whether it may have been done', async (_, error, state) => {
    const [applied, became, first, second, third] = await failing('beforeWrite', error);
    const told = state === 'sent' ? `No answer came, it may or may not have been done: ${error.message}` : error.message;
    expect(applied).toMatchObject({
      problem: `apply ConfigMap b in namespace shop: ${told}`,
      plan: { state: 'failed' },
      undoable: true,
    });
    expect([became, first, second, third]).toEqual(['failed', ['done', undefined], [state, told], ['waiting', undefined]]);
    expect(server.writes).toEqual(['PATCH a', 'PATCH b']);
  });

  test('inside ourselves is thrown, and leaves no plan that is being applied for ever', async () => {
    const [thrown, became, , second] = await failing('afterWrite', new TypeError('a bug'));
    expect(thrown).toMatchObject({ message: 'a bug' });
    expect([became, second]).toEqual(['failed', ['sent', expect.stringContaining('went wrong inside Fairlead')]]);
  });

  test('at the first step has changed nothing that could be undone', async () => {
    const [applied] = await failing('beforeWrite', new KubernetesError('forbidden', 'No.', { status: 403 }), 'a');
    expect(applied).toMatchObject({ undoable: false });
  });

  test('while a step is looked at once more has not been sent', async () => {
    server.set('a', { a: '1' });
    const plan = await planOf(apply('a', '2'));
    server.beforeWrite = () => {
      server.set('a', { a: '1' }, { status: {} });
      server.beforeRead = () => {
        if (++reads > 1) throw new KubernetesError('unreachable', 'Nobody is there.');
      };
    };
    let reads = 0;
    const { change, problem } = await changes.apply(plan, agent);
    expect(problem).toContain('Nobody is there.');
    expect(change?.steps).toMatchObject([{ state: 'failed', problem: 'Nobody is there.' }]);
  });

  test('of an object that somebody made meanwhile takes nothing from them', async () => {
    const create: Step = { action: 'create', cluster: 'prod', object: apply('a', '1').object };
    const plan = await planOf(create);
    server.beforeWrite = () => {
      throw new KubernetesError('conflict', '"a" already exists', { status: 409 });
    };
    const { change } = await changes.apply(plan, agent);
    expect(change?.steps).toMatchObject([{ state: 'failed', problem: '"a" already exists' }]);
    expect(server.writes).toEqual(['POST a']);
  });
});

describe('a plan', () => {
  test('is applied by one of all who confirm it at the same time', async () => {
    const plan = await planOf(apply('a', '1'));
    const outcomes = await Promise.allSettled([1, 2, 3].map(async () => changes.apply(plan, agent)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'plan-used', field: 'plan' });
    expect(server.writes).toEqual(['PATCH a']);
  });

  test('that is not true any more is stale for good, whoever had refused it before', async () => {
    server.set('a', { a: '1' });
    for (const refused of [false, true]) {
      const plan = await planOf(apply('a', '2'));
      if (refused) await changes.refuse(plan);
      server.set('a', { a: refused ? '4' : '3' });
      const { digest } = await changes.get(plan);
      await expect(changes.apply(plan, { who: 'person', via: 'terminal', digest })).rejects.toMatchObject({ code: 'plan-stale' });
      expect(await changes.get(plan)).toMatchObject({ state: 'stale' });
    }
  });

  test('that could not be looked at again stays open', async () => {
    const plan = await planOf(apply('a', '1'));
    server.beforeRead = () => {
      throw new KubernetesError('unreachable', 'Nobody is there.');
    };
    await expect(changes.apply(plan, agent)).rejects.toMatchObject({ code: 'unreachable' });
    server.beforeRead = () => undefined;
    expect(await changes.get(plan)).toMatchObject({ state: 'open' });
    expect(await changes.apply(plan, agent)).toMatchObject({ problem: undefined });
  });

  test('tells how far it is, and at the end what is not ready', async () => {
    server.set('a', { a: '1' }, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const { id } = await changes.plan([apply('b', '1'), apply('c', '1')], { author, wait: true, waitSeconds: 5 });
    const told: string[] = [];
    const onProgress = ({ done, of, text }: { readonly done: number; readonly of: number; readonly text: string }): void =>
      void told.push(`${done}/${of} ${text}`);
    server.afterWrite = (name) => server.set(name, { a: '1' }, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const { notReady, problem } = await changes.apply(id, agent, { onProgress });
    expect(problem).toBeUndefined();
    expect(notReady).toEqual(['b', 'c'].map((name) => `ConfigMap ${name} in namespace shop: it is not Ready`));
    expect(told.slice(0, 3)).toEqual([
      '0/2 apply ConfigMap b in namespace shop',
      '1/2 apply ConfigMap c in namespace shop',
      '2/2 all steps are done',
    ]);
  });

  test('waits for nothing unless it is told to, nor for what was not done', async () => {
    const unready = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
    server.afterWrite = (name) => server.set(name, { a: '1' }, unready);
    const plan = await planOf(apply('b', '1'));
    expect(await changes.apply(plan, agent)).toMatchObject({ notReady: [] });
    const { id } = await changes.plan([apply('c', '1'), apply('d', '1')], { author, wait: true });
    server.beforeWrite = (name) => {
      if (name === 'd') throw new KubernetesError('forbidden', 'No.', { status: 403 });
    };
    const used: string[] = [];
    const applied = await changes.apply(id, agent, { whileThere: async ({ change }) => void used.push(change) });
    expect([applied.notReady, used]).toEqual([[], []]);
  });

  test('of which nothing had to be done is applied, and there is nothing to undo', async () => {
    server.set('a', { a: '1' });
    const { change, undoable } = await changes.apply(await planOf(apply('a', '1')), agent);
    expect(change).toMatchObject({ state: 'applied', steps: [{ state: 'done', effect: 'none' }] });
    expect(undoable).toBe(false);
  });

  test('shows what became of it', async () => {
    const id = await planOf(apply('a', '1'));
    const { change, plan } = await changes.apply(id, agent);
    expect(plan).toMatchObject({ id, state: 'applied', change: change?.id });
    expect(change).toMatchObject({ plan: id, origin: 'kube_apply', word: 'agent', via: 'kube_confirm', state: 'applied' });
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
    const { problem, change } = await changes.apply(plan, agent);
    expect(problem).toContain('written 8 times by others');
    expect(change?.steps).toMatchObject([{ state: 'failed', problem: expect.stringContaining('8 times') }]);
    expect(server.writes).toHaveLength(8);
    expect(dataOf('a')).toEqual({ a: '1' });
  });
});

test('a step is in the journal as sent, with what its object was, before the request goes out', async () => {
  server.set('a', { a: '1' });
  const plan = await planOf(apply('a', '2'), apply('b', '1'));
  const database = await store.database();
  const rows: unknown[] = [];
  server.beforeWrite = () => void rows.push(database.prepare('SELECT state, images FROM steps ORDER BY position').all());
  await changes.apply(plan, agent);
  expect(rows[0]).toMatchObject([{ state: 'sent', images: expect.stringContaining('"data":{"a":"1"}') }, { state: 'waiting' }]);
  expect(rows[1]).toMatchObject([{ state: 'done', images: expect.stringContaining('"data":{"a":"2"}') }, { state: 'sent' }]);
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
