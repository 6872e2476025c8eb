import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy, type PolicyOptions } from '../access/index.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import type { Changes, Word } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore, type ChangeStore } from './database.ts';
import type { ApplyStep, Step } from './step.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const author = { origin: 'kube_apply', session: 's' };
const agent: Word = { who: 'agent', via: 'kube_confirm', session: 's' };
const person: Word = { who: 'person', via: 'terminal' };

let folder: string;
let store: ChangeStore;
let server: ConfigMapServer;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-plans-'));
  now = NOW;
  store = openChangeStore({ folder, clock: { now: () => now } });
  server = configMapServer();
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const changesFor = (policy: PolicyOptions = {}): Changes =>
  createChanges({
    connect: async () => server.connection,
    policy: normalisePolicy({ mode: 'plan', ...policy }),
    store,
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
  });
const subject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const apply = (name: string, a: string, more: Partial<ApplyStep> = {}): ApplyStep => ({
  action: 'apply',
  cluster: 'prod',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { a } },
  ...more,
});
const remove: Step = { action: 'delete', cluster: 'prod', subject };

describe('a plan', () => {
  test('says what it is, what it is for, who made it and until when it waits', async () => {
    const changes = changesFor();
    const plan = await changes.plan([apply('a', '1')], { author, title: 'because' });
    expect(plan).toMatchObject({
      state: 'open',
      madeAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-01T00:10:00.000Z',
      author,
      title: 'because',
      needs: 'agent',
      because: [],
      dryRun: false,
    });
    expect(plan.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await changes.get(plan.id)).toEqual(JSON.parse(JSON.stringify(plan)));
  });

  test('has another digest for whatever would be done otherwise', async () => {
    const changes = changesFor();
    const digest = async (...steps: readonly Step[]): Promise<string> => (await changes.plan(steps, { author })).digest;
    const first = await digest(apply('a', '1'));
    expect(await digest(apply('a', '1'))).toBe(first);
    const others = [[apply('a', '2')], [apply('b', '1')], [apply('a', '1', { force: true })], [apply('a', '1'), apply('b', '1')]];
    server.set('c', { a: '1' });
    expect(new Set(await Promise.all(others.map(async (steps) => digest(...steps)))).size).toBe(4);
    server.set('a', { a: '0' });
    expect(await digest(apply('a', '1'))).not.toBe(first);
  });

  test('tells of each object what would become of it', async () => {
    server.set('a', { a: '1' });
    server.set('same', { a: '1' });
    const { steps } = await changesFor().plan([apply('a', '2'), apply('same', '1'), apply('new', '1')], { author });
    expect(steps.map(({ effect, changes }) => [effect, changes])).toEqual([
      ['change', [{ path: 'data.a', before: '1', after: '2' }]],
      ['none', []],
      ['create', []],
    ]);
    expect(steps.map(({ index, action, precondition, forced }) => [index, action, precondition.is, forced])).toEqual([
      [0, 'apply', 'present', false],
      [1, 'apply', 'present', false],
      [2, 'apply', 'absent', false],
    ]);
    expect(steps.map(({ object }) => object)).toEqual([undefined, undefined, expect.objectContaining({ data: { a: '1' } })]);
    const [gone] = (await changesFor().plan([remove], { author })).steps;
    expect(gone).toMatchObject({ effect: 'delete', object: { data: { a: '1' } }, changes: [] });
    expect(server.writes).toEqual([]);
  });

  test('shows what was tried by the place that it had, in the order in which it will be done', async () => {
    server.set('a', { a: '1' });
    const patch: Step = { action: 'patch', cluster: 'prod', subject, type: 'merge', patch: { data: { a: '2' } } };
    const { steps } = await changesFor().plan([patch, apply('b', '1', { force: true })], { author });
    expect(steps.map(({ index, action, forced }) => `${index} ${action} ${forced}`)).toEqual(['0 patch false', '1 apply true']);
  });

  test('with a step that the server refuses is blocked, and says why', async () => {
    const scale: Step = { action: 'scale', cluster: 'prod', subject, replicas: 1 };
    server.set('a', { a: '1' });
    const blocked = await changesFor().plan([scale], { author });
    expect(blocked).toMatchObject({
      state: 'blocked',
      steps: [{ effect: 'unknown', problem: expect.stringContaining('cannot be scaled'), problemCode: 'not-scalable' }],
    });
    await expect(changesFor().apply(blocked.id, person)).rejects.toMatchObject({ code: 'plan-blocked' });
  });

  test('about nothing is none', async () => {
    await expect(changesFor().plan([], { author })).rejects.toMatchObject({ code: 'empty-plan' });
  });

  test('that a rule denies is blocked, and names the policy', async () => {
    const changes = changesFor({ changes: { rules: [{ verbs: ['delete'], require: 'deny' }] } });
    server.set('a', { a: '1' });
    const plan = await changes.plan([apply('b', '1'), remove], { author });
    expect(plan).toMatchObject({
      state: 'blocked',
      steps: [
        { subject: { name: 'b' } },
        { problem: expect.stringMatching(/^Refused by policy: .*deny.*\.$/), problemCode: 'policy' },
      ],
    });
    expect(plan.steps[0]?.problem).toBeUndefined();
  });

  test('of which nothing can be said is not made', async () => {
    for (const code of ['unreachable', 'timeout', 'unauthorized', 'credentials', 'throttled', 'bad-answer'] as const) {
      server.beforeRead = () => {
        throw new KubernetesError(code, 'Nothing can be said.');
      };
      await expect(changesFor().plan([apply('a', '1')], { author })).rejects.toMatchObject({ code });
    }
    expect(await changesFor().open()).toEqual([]);
  });

  test('may be as large as the operator says, and not larger', async () => {
    const changes = changesFor({ changes: { maxObjects: 2 } });
    const steps = ['a', 'b', 'c'].map((name) => apply(name, '1'));
    expect(await changes.plan(steps.slice(0, 2), { author })).toMatchObject({ state: 'open' });
    await expect(changes.plan(steps, { author })).rejects.toMatchObject({
      code: 'plan-too-large',
      message: 'A plan may touch 2 objects here, and this one would touch 3.',
      advice: expect.stringContaining('max_objects'),
    });
  });

  test('needs nobody in mode direct', async () => {
    const { id, needs } = await changesFor({ mode: 'direct' }).plan([apply('a', '1')], { author });
    expect(needs).toBe('nobody');
    await changesFor({ mode: 'direct' }).apply(id, { who: 'nobody', via: 'direct', session: 's' });
    expect(server.writes).toEqual(['PATCH a']);
  });
});

describe('a plan that waits', () => {
  test('can be checked and refused, and is told among those that wait', async () => {
    const changes = changesFor();
    const { id } = await changes.plan([apply('a', '1')], { author });
    expect(await changes.check(id, agent)).toMatchObject({ id, state: 'open' });
    await expect(changes.check(id, { ...agent, session: 'other' })).rejects.toMatchObject({ code: 'other-session' });
    expect((await changes.open()).map((plan) => plan.id)).toEqual([id]);
    expect(await changes.refuse(id)).toMatchObject({ state: 'refused' });
    await expect(changes.check(id, agent)).rejects.toMatchObject({ code: 'plan-refused' });
    await expect(changes.apply(id, agent)).rejects.toMatchObject({ code: 'plan-refused' });
    expect(server.writes).toEqual([]);
    await changes.apply(id, person);
    expect(server.writes).toEqual(['PATCH a']);
    expect(await changes.open()).toEqual([]);
  });

  test('can be refused as long as it is open, and nothing that is over becomes refused', async () => {
    const changes = changesFor();
    const { id } = await changes.plan([apply('a', '1')], { author });
    await changes.apply(id, agent);
    expect(await changes.refuse(id)).toMatchObject({ state: 'applied' });
    await expect(changes.refuse('plan-none')).rejects.toMatchObject({ code: 'unknown-plan' });
  });

  test('whose process ended while it was applied has been tried, and not more', async () => {
    const changes = changesFor();
    const { id } = await changes.plan([apply('a', '1')], { author });
    let under: string | undefined;
    await changes.apply(id, agent, {
      whileThere: async () => {
        under = (await changes.get(id)).state;
        (await store.database()).exec(`UPDATE changes SET owner = '{"host":"elsewhere","pid":1,"instance":"x"}', seen_at = 0`);
        expect(await changes.get(id)).toMatchObject({ state: 'failed' });
      },
    });
    expect(under).toBe('applying');
    expect(await changes.get(id)).toMatchObject({ state: 'applied' });
  });
});

describe('where nothing may be changed', () => {
  test('nothing is planned, applied or undone, the setting is named, and the journal can be read', async () => {
    const changes = changesFor();
    const { id } = await changes.plan([apply('a', '1')], { author });
    const { change } = await changes.apply(id, agent);
    const reading = changesFor({ mode: 'read-only' });
    const refused = { code: 'read-only', advice: expect.stringContaining('--changes plan') };
    await expect(reading.plan([apply('b', '1')], { author })).rejects.toMatchObject(refused);
    await expect(reading.apply(id, agent)).rejects.toMatchObject(refused);
    await expect(reading.planUndo(change?.id ?? '', { author })).rejects.toMatchObject(refused);
    expect((await reading.changes()).map((each) => each.id)).toEqual([change?.id]);
    expect(await reading.change(change?.id ?? '')).toMatchObject({ steps: [{ after: { data: { a: '1' } } }] });
    expect((await reading.change(change?.id ?? '')).steps[0]).not.toHaveProperty('before');
  });
});
