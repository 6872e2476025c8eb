import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { ChangedStep } from './change.ts';
import { openChangeStore, type ChangeStore } from './database.ts';
import { beginChange, listChanges, readChange, readImages, type ChangeStart, type Entry } from './journal.ts';
import { keepPlan, movePlan, openPlans, readBody, readPlan, type PlanBody } from './plan-store.ts';
import type { Plan } from './plan.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINUTES = 60_000;
const clock = { now: () => NOW };

let folder: string;
let store: ChangeStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-journal-'));
  store = openChangeStore({ folder, clock });
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const body: PlanBody = {
  steps: [{ action: 'create', cluster: 'prod', object: { kind: 'Secret', stringData: { password: 'canary-7731' } } }],
  fingerprints: [null],
  bases: [null],
  takesOwn: [false],
  wait: false,
  waitSeconds: 300,
};

function planOf(id: string, madeAt = NOW): Plan {
  return {
    id,
    digest: 'ab12'.repeat(16),
    state: 'open',
    madeAt: new Date(madeAt).toISOString(),
    expiresAt: new Date(madeAt + 10 * MINUTES).toISOString(),
    author: { origin: 'kube_apply', session: 's' },
    needs: 'agent',
    because: [],
    steps: [],
    dryRun: false,
  };
}

function stepOf(name: string, more: Partial<ChangedStep> = {}): ChangedStep {
  const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name };
  return { action: 'apply', subject, identity: 'me', effect: 'change', state: 'waiting', changes: [], ...more };
}

async function begin(plan: string, names: readonly string[], now = NOW, more: Partial<ChangeStart> = {}): Promise<Entry> {
  await keepPlan(store, planOf(plan, now), body);
  const start: ChangeStart = { plan, digest: 'd', origin: 'kube_apply', word: 'agent', via: 'kube_confirm', ...more };
  const entry = await beginChange(
    store,
    start,
    names.map((name) => stepOf(name)),
    () => now,
  );
  if (entry === undefined) throw new Error('the plan was taken');
  return entry;
}

describe('a plan that is kept', () => {
  test('waits for ten minutes, and is there for every process of the user', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    const other = openChangeStore({ folder, clock });
    expect(await readPlan(other, 'plan-1', NOW)).toEqual(planOf('plan-1'));
    expect(await readBody(other, 'plan-1')).toEqual(body);
    expect(await openPlans(other, NOW + 9 * MINUTES)).toHaveLength(1);
    expect(await readPlan(other, 'plan-1', NOW + 10 * MINUTES)).toMatchObject({ state: 'expired' });
    expect(await openPlans(other, NOW + 10 * MINUTES)).toEqual([]);
    other.close();
  });

  test('is taken by one alone, and what it would do is forgotten then', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    const takers = await Promise.all([1, 2, 3].map(async () => movePlan(store, 'plan-1', ['open'], 'stale')));
    expect(takers.filter(Boolean)).toHaveLength(1);
    await expect(readBody(store, 'plan-1')).rejects.toMatchObject({ code: 'plan-expired' });
    expect(await readPlan(store, 'plan-1', NOW)).toMatchObject({ state: 'stale' });
  });

  test('can still be applied after it was refused', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    await movePlan(store, 'plan-1', ['open'], 'refused');
    expect(await readBody(store, 'plan-1')).toEqual(body);
  });

  test('that nobody knows is said to be none', async () => {
    await expect(readPlan(store, 'plan-9', NOW)).rejects.toMatchObject({ code: 'unknown-plan' });
  });
});

test('what has expired is thrown away with the next plan, for a server may never open the file again', async () => {
  const kept = async (): Promise<readonly unknown[]> =>
    (await store.database())
      .prepare('SELECT id, sealed IS NOT NULL AS sealed FROM plans ORDER BY id')
      .all()
      .map((row) => ({ ...row }));
  await keepPlan(store, planOf('plan-1'), body);
  await keepPlan(store, planOf('plan-2', NOW + 11 * MINUTES), body);
  expect(await kept()).toEqual([
    { id: 'plan-1', sealed: 0 },
    { id: 'plan-2', sealed: 1 },
  ]);
  await keepPlan(store, planOf('plan-3', NOW + 25 * 60 * MINUTES), body);
  expect(await kept()).toEqual([{ id: 'plan-3', sealed: 1 }]);
});

test('a store that was closed stays closed', async () => {
  const other = openChangeStore({ folder, clock });
  const opening = other.database();
  other.close();
  other.close();
  expect((await opening).isOpen).toBe(false);
  await expect(other.database()).rejects.toMatchObject({ code: 'closed' });
});

test('what is old is thrown away when the file is opened: plans after a day, changes after ninety', async () => {
  (await begin('plan-1', ['a'])).end('applied');
  await keepPlan(store, planOf('plan-2'), body);
  const later = async (days: number): Promise<readonly number[]> => {
    const other = openChangeStore({ folder, clock: { now: () => NOW + days * 24 * 60 * MINUTES + 11 * MINUTES } });
    const database = await other.database();
    const count = (table: string): number => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    const sealed = Number(database.prepare('SELECT count(sealed) AS n FROM plans').get()?.['n']);
    const counts = [count('plans'), sealed, count('changes'), count('steps')];
    other.close();
    return counts;
  };
  expect(await later(0)).toEqual([2, 0, 1, 1]);
  expect(await later(1)).toEqual([0, 0, 1, 1]);
  expect(await later(90)).toEqual([0, 0, 0, 0]);
});

describe('the journal', () => {
  test('knows of a change from the moment that its plan is taken', async () => {
    const entry = await begin('plan-1', ['a', 'b']);
    expect(await readChange(store, entry.id, NOW)).toMatchObject({
      state: 'applying',
      plan: 'plan-1',
      steps: [{ state: 'waiting' }, { state: 'waiting' }],
    });
    expect(await readPlan(store, 'plan-1', NOW)).toMatchObject({ state: 'applying', change: entry.id });
    entry.step(0, 'done', stepOf('a'), { before: { data: {} }, after: { data: { a: '1' } }, hidden: false });
    entry.step(1, 'failed', stepOf('b', { problem: 'no' }), { hidden: false });
    entry.end('failed');
    expect(await readChange(store, entry.id, NOW)).toMatchObject({
      state: 'failed',
      endedAt: '2026-01-01T00:00:00.000Z',
      steps: [{ state: 'done' }, { state: 'failed', problem: 'no' }],
    });
    expect(await readImages(store, entry.id)).toEqual([{ before: { data: {} }, after: { data: { a: '1' } } }, {}]);
    expect(await readPlan(store, 'plan-1', NOW)).toMatchObject({ state: 'failed' });
  });

  test('says that a change was interrupted when its process is gone', async () => {
    const entry = await begin('plan-1', ['a']);
    const database = await store.database();
    // No process has this number: it is larger than the kernel gives out.
    const owner = (fields: object): unknown =>
      database.prepare('UPDATE changes SET owner = ?').run(JSON.stringify({ ...OWNER, ...fields }));
    const OWNER = JSON.parse(String(database.prepare('SELECT owner FROM changes').get()?.['owner'])) as object;
    const state = async (now: number): Promise<string> => (await readChange(store, entry.id, now)).state;
    expect(await state(NOW + MINUTES)).toBe('applying');
    expect(OWNER).toEqual({ host: expect.any(String), pid: process.pid, instance: expect.any(String) });
    expect(entry.id).toMatch(/^change-\w{8}$/);
    owner({ pid: process.ppid });
    expect(await state(NOW)).toBe('applying');
    // What number a process has on another machine says nothing here.
    owner({ host: 'elsewhere', pid: 2 ** 30 });
    expect(await state(NOW)).toBe('applying');
    owner({ pid: 2 ** 30 });
    expect(await state(NOW)).toBe('interrupted');
    owner({ instance: 'an older process with our number' });
    expect(await state(NOW)).toBe('interrupted');
    owner({ host: 'elsewhere' });
    expect(await state(NOW)).toBe('applying');
    expect(await state(NOW + MINUTES)).toBe('interrupted');
    entry.end('applied');
    expect(await state(NOW + MINUTES)).toBe('applied');
  });

  test('ends no process by a sign of life that cannot be written', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const entry = await begin('plan-1', ['a']);
      const database = await store.database();
      const seenAt = (): unknown => database.prepare('SELECT seen_at FROM changes').get()?.['seen_at'];
      database.exec('UPDATE changes SET seen_at = 0; ALTER TABLE changes RENAME TO elsewhere');
      expect(() => vi.advanceTimersByTime(MINUTES)).not.toThrow();
      database.exec('ALTER TABLE elsewhere RENAME TO changes');
      vi.advanceTimersByTime(MINUTES);
      expect(seenAt()).toBe(NOW);
      entry.end('applied');
    } finally {
      vi.useRealTimers();
    }
  });

  test('tells the newest first, of what was asked for, page by page', async () => {
    for (const [index, names] of [['a'], ['b'], ['a', 'b']].entries()) {
      (await begin(`plan-${index}`, names, NOW + index)).end('applied');
    }
    const plans = async (query: Parameters<typeof listChanges>[1]) =>
      (await listChanges(store, query, NOW)).map(({ plan }) => plan);
    expect(await plans({})).toEqual(['plan-2', 'plan-1', 'plan-0']);
    expect(await plans({ name: 'a' })).toEqual(['plan-2', 'plan-0']);
    expect(await plans({ kind: 'configmap', namespace: 'shop', cluster: 'prod', limit: 1 })).toEqual(['plan-2']);
    expect(await plans({ namespace: 'other' })).toEqual([]);
    const [newest] = await listChanges(store, {}, NOW);
    expect(await plans({ before: newest?.id ?? '' })).toEqual(['plan-1', 'plan-0']);
  });

  test('marks what was undone, once the undo has been applied', async () => {
    const first = await begin('plan-1', ['a']);
    first.end('applied');
    const failed = await begin('plan-2', ['a'], NOW, { undoes: first.id });
    failed.end('failed');
    expect(await readChange(store, first.id, NOW)).not.toHaveProperty('undoneBy');
    const undo = await begin('plan-3', ['a'], NOW, { undoes: first.id });
    undo.end('applied');
    expect(await readChange(store, first.id, NOW)).toMatchObject({ undoneBy: undo.id });
  });

  test('opens what it sealed only with the same key', async () => {
    store.close();
    const images = { before: { data: { password: 'canary-7731' } }, after: undefined };
    store = openChangeStore({ folder, clock, journalKey: Buffer.alloc(32, 1) });
    const entry = await begin('plan-1', ['a']);
    entry.step(0, 'done', stepOf('a'), { ...images, hidden: true });
    entry.end('applied');
    expect(await readImages(store, entry.id)).toEqual([{ before: images.before }]);
    for (const journalKey of [undefined, Buffer.alloc(32, 2)]) {
      const other = openChangeStore({ folder, clock, journalKey });
      await expect(readImages(other, entry.id)).rejects.toMatchObject({ code: 'not-undoable' });
      other.close();
    }
  });

  test('lies in a file for its owner alone', async () => {
    (await begin('plan-1', ['a'])).end('applied');
    expect((await stat(join(folder, 'changes.db'))).mode & 0o077).toBe(0);
  });

  test('that cannot be kept stops every change', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    const broken = openChangeStore({ folder: file });
    await expect(broken.database()).rejects.toMatchObject({ code: 'no-journal' });
  });
});

describe('the plans that wait', () => {
  test('are told the newest first, and only those that somebody could still confirm', async () => {
    for (const [index, id] of ['plan-1', 'plan-2', 'plan-3', 'plan-4'].entries())
      await keepPlan(store, planOf(id, NOW + index), body);
    await keepPlan(store, { ...planOf('plan-5', NOW + 9), state: 'blocked' }, body);
    await movePlan(store, 'plan-1', ['open'], 'refused');
    await movePlan(store, 'plan-2', ['open'], 'stale');
    const plans = await openPlans(store, NOW + MINUTES);
    expect(plans.map(({ id, state }) => `${id} ${state}`)).toEqual(['plan-4 open', 'plan-3 open', 'plan-1 refused']);
  });

  test('expire in every state in which they wait, and in no other', async () => {
    const after = NOW + 11 * MINUTES;
    for (const state of ['open', 'refused', 'blocked', 'applied', 'failed', 'stale', 'applying'] as const) {
      await keepPlan(store, { ...planOf(`plan-${state}`), state }, body);
      const waits = ['open', 'refused', 'blocked'].includes(state);
      expect((await readPlan(store, `plan-${state}`, after)).state).toBe(waits ? 'expired' : state);
    }
  });

  test('move only from where they are', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    expect(await movePlan(store, 'plan-1', ['refused'], 'stale')).toBe(false);
    expect(await movePlan(store, 'plan-9', ['open'], 'stale')).toBe(false);
    expect((await readPlan(store, 'plan-1', NOW)).state).toBe('open');
    expect(await movePlan(store, 'plan-1', ['open', 'refused'], 'stale')).toBe(true);
  });

  test('that can never be applied keep nothing of what they would do', async () => {
    await keepPlan(store, { ...planOf('plan-1'), state: 'blocked' }, body);
    await expect(readBody(store, 'plan-1')).rejects.toMatchObject({ code: 'plan-expired', advice: expect.stringMatching(/./) });
  });

  test('cannot be put in the place of another', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    await keepPlan(store, planOf('plan-2'), { ...body, waitSeconds: 1 });
    (await store.database()).exec("UPDATE plans SET sealed = (SELECT sealed FROM plans WHERE id = 'plan-2') WHERE id = 'plan-1'");
    await expect(readBody(store, 'plan-1')).rejects.toMatchObject({ code: 'plan-expired' });
    expect(await readBody(store, 'plan-2')).toMatchObject({ waitSeconds: 1 });
  });

  test('that nobody knows are named, in short, with what to do', async () => {
    await expect(readPlan(store, `plan-${'x'.repeat(500)}`, NOW)).rejects.toMatchObject({
      field: 'plan',
      message: expect.stringMatching(/^There is no plan plan-x{55}\.$/),
      advice: expect.stringMatching(/./),
    });
  });
});

describe('a change in the journal', () => {
  test('holds what it is, from its beginning to its end', async () => {
    let now = NOW;
    await keepPlan(store, planOf('plan-1'), body);
    const start: ChangeStart = {
      plan: 'plan-1',
      digest: 'd',
      title: 'why',
      origin: 'kube_apply',
      word: 'person',
      via: 'terminal',
    };
    const entry = await beginChange(store, start, [stepOf('a'), stepOf('b')], () => now);
    if (entry === undefined) throw new Error('the plan was taken');
    const begun = await readChange(store, entry.id, now);
    expect(begun).toEqual({
      ...start,
      id: entry.id,
      state: 'applying',
      startedAt: '2026-01-01T00:00:00.000Z',
      steps: [stepOf('a'), stepOf('b')],
    });
    expect(await readPlan(store, 'plan-1', now)).toMatchObject({ state: 'applying', change: entry.id });
    now += MINUTES;
    entry.step(1, 'done', stepOf('b2'), { hidden: false });
    entry.end('failed');
    const ended = await readChange(store, entry.id, now);
    expect(ended).toMatchObject({ state: 'failed', endedAt: '2026-01-01T00:01:00.000Z' });
    expect(ended.steps.map(({ subject, state }) => [subject.name, state])).toEqual([
      ['a', 'waiting'],
      ['b2', 'done'],
    ]);
    expect(await listChanges(store, { name: 'b2' }, now)).toHaveLength(1);
    expect(await listChanges(store, { name: 'b' }, now)).toEqual([]);
    expect(await readPlan(store, 'plan-1', now)).toMatchObject({ state: 'failed', change: entry.id });
  });

  test('of a plan that somebody else has taken is not begun', async () => {
    await begin('plan-1', ['a']);
    const start: ChangeStart = { plan: 'plan-1', digest: 'd', origin: 'x', word: 'agent', via: 'x' };
    expect(await beginChange(store, start, [], clock.now)).toBeUndefined();
    expect(await listChanges(store, {}, NOW)).toHaveLength(1);
  });

  test('that cannot be written whole is not begun, and its plan still waits', async () => {
    await keepPlan(store, planOf('plan-1'), body);
    const start: ChangeStart = { plan: 'plan-1', digest: 'd', origin: 'x', word: 'agent', via: 'x' };
    const broken = stepOf('b', { subject: { ...stepOf('b').subject, name: undefined as never } });
    await expect(beginChange(store, start, [stepOf('a'), broken], clock.now)).rejects.toThrow();
    expect(await listChanges(store, {}, NOW)).toEqual([]);
    expect(await readPlan(store, 'plan-1', NOW)).toMatchObject({ state: 'open' });
  });

  test('keeps what its objects were when more is said of a step', async () => {
    const entry = await begin('plan-1', ['a']);
    const before = { kind: 'ConfigMap', data: { a: '1' } };
    entry.step(0, 'done', stepOf('a'), { before, hidden: false });
    entry.amend(0, stepOf('a', { removed: true }));
    expect(await readImages(store, entry.id)).toEqual([{ before }]);
    expect((await readChange(store, entry.id, NOW)).steps).toMatchObject([{ state: 'done', removed: true }]);
    entry.end('applied');
  });

  test('has nothing to tell of what its objects were before a step was sent', async () => {
    const entry = await begin('plan-1', ['a', 'b']);
    expect(await readImages(store, entry.id)).toEqual([{}, {}]);
    entry.end('failed');
  });

  test('seals each step for itself, so that none can be put in the place of another', async () => {
    store.close();
    store = openChangeStore({ folder, clock, journalKey: Buffer.alloc(32, 1) });
    const entry = await begin('plan-1', ['a', 'b']);
    for (const [position, name] of ['a', 'b'].entries())
      entry.step(position, 'done', stepOf(name), { before: { kind: name }, hidden: true });
    entry.end('applied');
    expect(await readImages(store, entry.id)).toEqual([{ before: { kind: 'a' } }, { before: { kind: 'b' } }]);
    (await store.database()).exec('UPDATE steps SET sealed = (SELECT sealed FROM steps WHERE position = 1) WHERE position = 0');
    await expect(readImages(store, entry.id)).rejects.toMatchObject({
      code: 'not-undoable',
      message: expect.stringContaining(entry.id),
      advice: expect.stringContaining('key'),
    });
  });

  test('that nobody knows is named, in short', async () => {
    await expect(readChange(store, 'x'.repeat(500), NOW)).rejects.toMatchObject({
      code: 'unknown-change',
      field: 'change',
      message: expect.stringMatching(/ x{60} /),
    });
  });

  test('tells twenty at a time', async () => {
    for (let index = 0; index < 21; index++) (await begin(`plan-${index}`, ['a'])).end('applied');
    expect(await listChanges(store, {}, NOW)).toHaveLength(20);
    expect(await listChanges(store, { limit: 30 }, NOW)).toHaveLength(21);
  });
});

test('a change shows that its process is there until it has ended, and nothing else is kept up for it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    let now = NOW;
    await keepPlan(store, planOf('plan-1'), body);
    const start: ChangeStart = { plan: 'plan-1', digest: 'd', origin: 'x', word: 'agent', via: 'x' };
    const entry = await beginChange(store, start, [], () => now);
    if (entry === undefined) throw new Error('the plan was taken');
    (await store.database()).exec(`UPDATE changes SET owner = '{"host":"elsewhere","pid":1,"instance":"x"}'`);
    now += 10 * MINUTES;
    expect((await readChange(store, entry.id, now)).state).toBe('interrupted');
    vi.advanceTimersByTime(5_000);
    expect((await readChange(store, entry.id, now)).state).toBe('applying');
    entry.end('applied');
    expect(vi.getTimerCount()).toBe(0);
    await begin('plan-2', []);
    store.close();
    expect(() => vi.advanceTimersByTime(60_000)).not.toThrow();
  } finally {
    vi.useRealTimers();
  }
});

test('what is sealed stands nowhere in the file', async () => {
  store.close();
  store = openChangeStore({ folder, clock, journalKey: Buffer.alloc(32, 1) });
  const entry = await begin('plan-1', ['a']);
  entry.step(0, 'done', stepOf('a'), { before: { data: { password: 'canary-7731' } }, hidden: true });
  entry.end('applied');
  const files = await Promise.all((await readdir(folder)).map(async (file) => readFile(join(folder, file), 'latin1')));
  expect(files.join('')).toContain('plan-1');
  expect(files.join('')).not.toContain('canary');
});

describe('the file', () => {
  test('is opened once, and never again after it was closed', async () => {
    const [one, same] = await Promise.all([store.database(), store.database()]);
    expect(one).toBe(same);
    store.close();
    expect(one.isOpen).toBe(false);
    await expect(store.database()).rejects.toMatchObject({ code: 'closed' });
  });

  test('that could not be opened is tried again, and the error says where and what it needs', async () => {
    const inside = join(folder, 'later');
    await writeFile(inside, '');
    const late = openChangeStore({ folder: inside });
    await expect(late.database()).rejects.toMatchObject({
      code: 'no-journal',
      message: expect.stringContaining(join(inside, 'changes.db')),
      advice: expect.stringContaining('XDG_STATE_HOME'),
      cause: expect.any(Error),
    });
    await rm(inside);
    expect((await late.database()).isOpen).toBe(true);
    late.close();
  });
});
