import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { agent, author, changesHouse } from '../../test/support/changes.ts';
import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { practiceChanges, PRACTICE as cluster, type PracticeChanges } from '../../test/support/practice-changes.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { PatchStep, Step } from './index.ts';

const KEY = Buffer.alloc(32, 7);
const namespace = 'default';
const BASE = `/api/v1/namespaces/${namespace}`;

let house: PracticeChanges;

beforeAll(async () => {
  house = await practiceChanges({
    journalKey: KEY,
    policy: { allowedOperations: ['get', 'list', 'create', 'patch', 'delete', 'exec'] },
  });
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

const configMap = (name: string, data: Readonly<Record<string, string>>, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, ...metadata },
  data,
});
const secret = (name: string, password: string): KubernetesObject => ({ ...configMap(name, { password }), kind: 'Secret' });
const apply = (object: KubernetesObject): Step => ({ action: 'apply', cluster, object });
const named = (kind: string, name: string) => ({ apiVersion: 'v1', kind, namespace, name });
const patch = (kind: string, name: string, body: PatchStep['patch'], more: Partial<PatchStep> = {}): Step => ({
  action: 'patch',
  cluster,
  subject: named(kind, name),
  type: 'merge',
  patch: body,
  ...more,
});

/** A pod that runs and is ready. */
async function running(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const spec = { containers: [{ name: 'app', image: 'nginx', resources: { limits: { memory: '1Mi' } } }] };
  await house.ask(`POST ${BASE}/pods`, { body: { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec } });
  house.time.advance(20_000);
  expect(await house.live(`${BASE}/pods/${name}`)).toMatchObject({ status: { phase: 'Running' } });
}

describe('an eviction', () => {
  const evict = (name: string): Step => ({ action: 'evict', cluster, subject: named('Pod', name) });
  const BUDGETS = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  const budget = (name: string) => ({
    metadata: { name, namespace },
    spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
  });

  test('takes the pod, and is nothing that could be undone', async () => {
    await running('evicted');
    const { id } = await house.plan(evict('evicted'));
    const { change, undoable } = await house.changes.apply(id, agent);
    expect(change?.steps).toMatchObject([
      { state: 'done', effect: 'delete', notUndoable: expect.stringContaining('controller') },
    ]);
    expect(undoable).toBe(false);
    expect((await house.live(`${BASE}/pods/evicted`))?.metadata?.deletionTimestamp).toBeDefined();
    await expect(house.changes.planUndo(change?.id ?? '', { author })).rejects.toMatchObject({
      code: 'not-undoable',
      message: expect.stringContaining('Nothing'),
    });
  });

  test('of a pod that has gone by itself is done, and has done nothing', async () => {
    await running('gone');
    const { id } = await house.plan(evict('gone'));
    await house.ask(`DELETE ${BASE}/pods/gone?gracePeriodSeconds=0`);
    const { change, problem, undoable } = await house.changes.apply(id, agent);
    expect(problem).toBeUndefined();
    expect(change).toMatchObject({ state: 'applied', steps: [{ state: 'done', effect: 'none' }] });
    expect(undoable).toBe(false);
  });

  test('that a budget forbids is tried again while the time of the plan lasts, and then given up', async () => {
    await running('guarded', { app: 'guarded' });
    await house.ask(`POST ${BUDGETS}`, { body: budget('guarded') });
    house.time.advance(5_000);
    const clock = jumpingClock(Date.now());
    const patient = await changesHouse({ ...house.place, clock });
    const plan = await patient.changes.plan([evict('guarded')], { author, waitSeconds: 3 });
    expect(plan).toMatchObject({ state: 'open', steps: [{ warnings: [{ code: 'budget-blocks' }] }] });
    const told: string[] = [];
    const onProgress = ({ text }: { readonly text: string }): void => void told.push(text);
    const { problem, change } = await patient.changes.apply(plan.id, agent, { onProgress });
    expect(problem).toContain('evict Pod guarded in namespace default: ');
    expect(problem).toContain('disruption budget');
    expect(change?.steps).toMatchObject([{ state: 'failed' }]);
    expect(clock.slept).toEqual([1_000, 1_000, 1_000]);
    expect(told.filter((text) => text.includes('disruption budget'))).toHaveLength(3);
    expect(await house.live(`${BASE}/pods/guarded`)).not.toHaveProperty('metadata.deletionTimestamp');
    await patient[Symbol.asyncDispose]();
  });

  test('that a budget forbids goes on when the budget allows it', async () => {
    await running('waiting', { app: 'waiting' });
    await house.ask(`POST ${BUDGETS}`, { body: budget('waiting') });
    house.time.advance(5_000);
    const clock = jumpingClock(Date.now());
    const sleep = async (): Promise<void> => void (await house.ask(`DELETE ${BUDGETS}/waiting`));
    const patient = await changesHouse({ ...house.place, clock: { ...clock, sleep } });
    const plan = await patient.changes.plan([evict('waiting')], { author });
    expect(await patient.changes.apply(plan.id, agent)).toMatchObject({ problem: undefined });
    expect((await house.live(`${BASE}/pods/waiting`))?.metadata?.deletionTimestamp).toBeDefined();
    await patient[Symbol.asyncDispose]();
  });
});

test('an ephemeral container stays, and a change that adds one says beforehand that it cannot be undone', async () => {
  await running('debugged');
  const containers = [{ name: 'debugger', image: 'busybox:1' }];
  const step = patch(
    'Pod',
    'debugged',
    { spec: { ephemeralContainers: containers } },
    { type: 'strategic', subresource: 'ephemeralcontainers' },
  );
  const { id } = await house.plan(step);
  const { change, undoable } = await house.changes.apply(id, agent);
  expect(change?.steps).toMatchObject([{ state: 'done', subresource: 'ephemeralcontainers', notUndoable: expect.any(String) }]);
  expect(undoable).toBe(false);
  const error = await house.changes.planUndo(change?.id ?? '', { author }).catch((thrown: object) => thrown);
  expect(error).toMatchObject({ code: 'not-undoable', message: expect.stringContaining('Pod debugged in namespace default') });
  // No key would help.
  expect(error).not.toHaveProperty('advice', expect.any(String));
});

test('what the server names goes into the journal by its name, is waited for and removed by it', async () => {
  const object = configMap('', { a: '1' }, { name: undefined, generateName: 'made-' });
  const plan = await house.changes.plan([{ action: 'create', cluster, object }], { author, wait: true });
  const seen: string[] = [];
  const { change, notReady } = await house.changes.apply(plan.id, agent, {
    onProgress: ({ done, of, text }) => seen.push(`${done}/${of} ${text}`),
  });
  const name = change?.steps[0]?.subject.name ?? '';
  expect(name).toMatch(/^made-\w{5}$/);
  expect(notReady).toEqual([]);
  expect(seen).toEqual(['0/1 create ConfigMap made-… in namespace default', '1/1 all steps are done']);
  expect(await house.live(`${BASE}/configmaps/${name}`)).toMatchObject({ data: { a: '1' } });
  if (change !== undefined) await house.undone(change);
  expect(await house.live(`${BASE}/configmaps/${name}`)).toBeUndefined();
});

describe('the journal of a step', () => {
  test('tells what the object was and what it became', async () => {
    await house.done(apply(configMap('told', { a: '1' })));
    const change = await house.done(patch('ConfigMap', 'told', { data: { a: '2', b: '2' } }));
    expect(change.steps).toMatchObject([
      {
        action: 'patch',
        state: 'done',
        effect: 'change',
        changes: [
          { path: 'data.a', before: '1', after: '2' },
          { path: 'data.b', after: '2' },
        ],
      },
    ]);
    expect((await house.changes.change(change.id)).steps).toMatchObject([
      { before: { data: { a: '1' } }, after: { data: { a: '2', b: '2' } } },
    ]);
    const deleted = await house.done({ action: 'delete', cluster, subject: named('ConfigMap', 'told') });
    const [step] = (await house.changes.change(deleted.id)).steps;
    expect(step).toMatchObject({ effect: 'delete', before: { data: { a: '2' } } });
    expect(step).not.toHaveProperty('after');
    expect(step).not.toHaveProperty('notUndoable');
  });

  test('keeps secret values where it has a key, shows them to nobody, and brings them back', async () => {
    await house.done(apply(secret('kept', 'aHVudGVyMg==')));
    const change = await house.done(apply(secret('kept', 'b3RoZXI=')));
    const told = JSON.stringify(await house.changes.change(change.id));
    expect(told).not.toMatch(/aHVudGVyMg|b3RoZXI/);
    await house.undone(change);
    expect(await house.live(`${BASE}/secrets/kept`)).toMatchObject({ data: { password: 'aHVudGVyMg==' } });
    const removal: Step = { action: 'delete', cluster, subject: named('Secret', 'kept') };
    expect((await house.plan(removal)).steps[0]?.warnings).toEqual([]);
    const deleted = await house.done(removal);
    expect(deleted.steps[0]).not.toHaveProperty('notUndoable');
    const files = await Promise.all(
      (await readdir(house.folder)).map(async (file) => readFile(join(house.folder, file), 'latin1')),
    );
    expect(files.join('')).toContain(deleted.id);
    expect(files.join('')).not.toMatch(/aHVudGVyMg|b3RoZXI/);
    await house.undone(deleted);
    expect(await house.live(`${BASE}/secrets/kept`)).toMatchObject({ data: { password: 'aHVudGVyMg==' } });
  });
});

describe('an apply', () => {
  test('is in no conflict with what we patched ourselves', async () => {
    await house.done(apply(configMap('own', { a: '1' })));
    await house.done(patch('ConfigMap', 'own', { data: { a: '2' } }));
    await house.done(apply(configMap('own', { a: '3' })));
    expect(await house.live(`${BASE}/configmaps/own`)).toMatchObject({ data: { a: '3' } });
  });

  test('takes fields of others only when it is told to', async () => {
    await house.ask(`POST ${BASE}/configmaps?fieldManager=theirs`, { body: configMap('shared', { theirs: '1' }) });
    const taking = apply(configMap('shared', { theirs: '2' }));
    expect(await house.plan(taking)).toMatchObject({
      state: 'blocked',
      steps: [{ conflicts: [{ field: 'data.theirs', owner: 'theirs' }] }],
    });
    const change = await house.done({ ...taking, force: true } as Step);
    expect(await house.live(`${BASE}/configmaps/shared`)).toMatchObject({ data: { theirs: '2' } });
    expect(change.steps).toMatchObject([{ effect: 'change' }]);
  });

  test('takes nothing from whoever came to own the same value after the plan was made', async () => {
    await house.done(apply(configMap('joined', { a: '1' })));
    const { id } = await house.plan(apply(configMap('joined', { a: '2' })));
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const body = configMap('joined', { a: '1' });
    expect(await house.ask(`PATCH ${BASE}/configmaps/joined?fieldManager=theirs`, { body, headers })).toMatchObject({
      status: 200,
    });
    const { problem, change } = await house.changes.apply(id, agent);
    expect(problem).toContain('theirs');
    expect(change?.steps).toMatchObject([{ state: 'failed' }]);
    expect(await house.live(`${BASE}/configmaps/joined`)).toMatchObject({ data: { a: '1' } });
  });

  test('of what could not be tried before another step tells afterwards what it did', async () => {
    const inside = { ...configMap('inside', { a: '1' }), metadata: { name: 'inside', namespace: 'made' } };
    const space: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made' } };
    const { id, steps } = await house.plan(apply(inside), apply(space));
    expect(steps.map(({ subject, effect }) => `${subject.kind} ${effect}`)).toEqual(['Namespace create', 'ConfigMap unknown']);
    const { change, undoable } = await house.changes.apply(id, agent);
    expect(change?.steps).toMatchObject([{ effect: 'create' }, { effect: 'create' }]);
    expect(undoable).toBe(true);
  });
});

describe('in dry-run mode', () => {
  test('a plan is tried once more, with nothing stored and nothing in the journal', async () => {
    await house.done(apply(configMap('tried', { a: '1' })));
    const dry = await changesHouse({ ...house.place, policy: { dryRun: true } });
    const before = await house.changes.changes();
    const { id, dryRun } = await dry.changes.plan([apply(configMap('tried', { a: '2' }))], { author });
    expect(dryRun).toBe(true);
    // Whoever applies it, and however he is allowed to: it was shown as one that stores nothing.
    const applied = await house.changes.apply(id, agent);
    expect(applied).toMatchObject({
      change: undefined,
      problem: undefined,
      undoable: false,
      notReady: [],
      plan: { state: 'applied' },
    });
    expect(await house.live(`${BASE}/configmaps/tried`)).toMatchObject({ data: { a: '1' } });
    expect(await house.changes.changes()).toEqual(before);
    await dry[Symbol.asyncDispose]();
  });

  test('what would fail is told, up to the first that does', async () => {
    const dry = await changesHouse({ ...house.place, policy: { dryRun: true } });
    const steps: Step[] = ['one', 'two'].map((name) => ({ action: 'create', cluster, object: configMap(name, {}) }));
    const { id } = await house.changes.plan(steps, { author });
    await house.ask(`POST ${BASE}/configmaps`, { body: configMap('two', {}) });
    const { problem, plan } = await dry.changes.apply(id, agent);
    expect(problem).toContain('"two" already exists');
    expect(plan.state).toBe('failed');
    expect(await house.live(`${BASE}/configmaps/one`)).toBeUndefined();
    await dry[Symbol.asyncDispose]();
  });
});
