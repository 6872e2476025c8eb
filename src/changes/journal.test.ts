import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
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
    owner({ pid: 2 ** 30 });
    expect(await state(NOW)).toBe('interrupted');
    owner({ instance: 'an older process with our number' });
    expect(await state(NOW)).toBe('interrupted');
    owner({ host: 'elsewhere' });
    expect(await state(NOW)).toBe('applying');
    expect(await state(NOW + MINUTES)).toBe('interrupted');
    entry.end('applied');
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
