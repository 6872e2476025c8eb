import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { configMapServer, type ConfigMapServer } from '../../test/support/config-maps.ts';
import { normalisePolicy, type PolicyOptions } from '../access/index.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import type { Changes, Word } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore, type ChangeStore } from './database.ts';
import type { Step } from './step.ts';

const author = { origin: 'kube_debug', session: 's' };
const agent: Word = { who: 'agent', via: 'kube_confirm', session: 's' };
const made: Step = {
  action: 'create',
  cluster: 'prod',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made', namespace: 'shop' } },
  temporary: true,
};

let folder: string;
let store: ChangeStore;
let server: ConfigMapServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-temporary-'));
  store = openChangeStore({ folder });
  server = configMapServer();
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const changesFor = (policy: PolicyOptions): Changes =>
  createChanges({ connect: async () => server.connection, policy: normalisePolicy({ mode: 'plan', ...policy }), store });
const granted = { allowedOperations: ['get', 'list', 'create', 'patch', 'delete', 'exec'] };

test('what is temporary is there while it is made use of, and gone afterwards, with nothing left to undo', async () => {
  const changes = changesFor(granted);
  const plan = await changes.plan([made], { author, waitSeconds: 7 });
  expect(plan).toMatchObject({ state: 'open', steps: [{ effect: 'create', temporary: true }] });
  const seen: unknown[] = [];
  const { change, undoable } = await changes.apply(plan.id, agent, {
    whileThere: async ({ seconds }) => void seen.push([...server.objects.keys(), seconds]),
  });
  expect(seen).toEqual([['made', 7]]);
  expect(server.writes).toEqual(['POST made', 'DELETE made']);
  expect(change).toMatchObject({ state: 'applied', steps: [{ state: 'done', removed: true }] });
  expect(undoable).toBe(false);
  await expect(changes.planUndo(change?.id ?? '', { author })).rejects.toMatchObject({ code: 'not-undoable' });
});

test('it goes even where making use of it fails, or a later step does', async () => {
  const changes = changesFor(granted);
  const first = await changes.plan([made], { author });
  const whileThere = async (): Promise<void> => {
    throw new Error('no');
  };
  await expect(changes.apply(first.id, agent, { whileThere })).rejects.toThrow('no');
  expect([...server.objects.keys()]).toEqual([]);
  const other: Step = { ...made, object: { ...made.object, metadata: { name: 'other', namespace: 'shop' } }, temporary: false };
  const second = await changes.plan([made, other], { author });
  server.beforeWrite = (name) => {
    if (name === 'other') throw new KubernetesError('forbidden', 'no', { status: 403 });
  };
  const { problem, change } = await changes.apply(second.id, agent);
  expect(problem).toContain('no');
  expect(change?.steps).toMatchObject([{ removed: true }, { state: 'failed' }]);
  expect([...server.objects.keys()]).toEqual([]);
});

test('what could not be removed is told, and can be undone', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([made], { author });
  const { change, undoable } = await changes.apply(id, agent, {
    whileThere: async () => {
      server.beforeWrite = () => {
        throw new KubernetesError('forbidden', 'not now', { status: 403 });
      };
    },
  });
  expect(change?.steps[0]?.warnings).toEqual([expect.stringContaining('it is still there: not now')]);
  expect(undoable).toBe(true);
});

test('without the permission exec it is never made', async () => {
  const plan = await changesFor({}).plan([made], { author });
  expect(plan).toMatchObject({ state: 'blocked', steps: [{ problem: expect.stringContaining('the permission "exec"') }] });
});

test('a rule about deletions is one about it as well', async () => {
  const rules = [{ verbs: ['delete'], require: 'human' }];
  const plan = await changesFor({ ...granted, changes: { rules } }).plan([made], { author });
  expect(plan.needs).toBe('person');
});

test('nothing is removed that was not made, and of each thing only the one that was made', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([made], { author });
  server.beforeWrite = () => {
    throw new KubernetesError('forbidden', 'no', { status: 403 });
  };
  const { change } = await changes.apply(id, agent);
  expect(server.writes).toEqual(['POST made']);
  expect(change?.steps[0]).not.toHaveProperty('removed');
});

test('what may have been made without an answer is removed as well', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([made], { author });
  server.afterWrite = () => {
    server.afterWrite = () => undefined;
    throw new KubernetesError('timeout', 'no answer came in time');
  };
  const { change } = await changes.apply(id, agent);
  expect(server.writes).toEqual(['POST made', 'DELETE made']);
  expect([...server.objects.keys()]).toEqual([]);
  expect(change?.steps).toMatchObject([{ state: 'sent', removed: true }]);
});

test('what has gone by itself is as good as removed', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([made], { author });
  const { change, undoable } = await changes.apply(id, agent, {
    whileThere: async () => {
      server.beforeWrite = () => {
        throw new KubernetesError('not-found', 'gone', { status: 404 });
      };
    },
  });
  expect(change?.steps).toMatchObject([{ removed: true }]);
  expect(change?.steps[0]?.warnings).toBeUndefined();
  expect(undoable).toBe(false);
});

test('where removing goes wrong inside ourselves the change still comes to its end', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([made], { author });
  const whileThere = async (): Promise<void> => {
    server.beforeWrite = () => {
      throw new TypeError('a bug');
    };
  };
  await expect(changes.apply(id, agent, { whileThere })).rejects.toThrow('a bug');
  expect(await changes.get(id)).toMatchObject({ state: 'applied' });
});

test('what is made for good stays', async () => {
  const changes = changesFor(granted);
  const { id } = await changes.plan([{ ...made, temporary: false }], { author });
  const { change, undoable } = await changes.apply(id, agent);
  expect(server.writes).toEqual(['POST made']);
  expect(change?.steps[0]).not.toHaveProperty('removed');
  expect(undoable).toBe(true);
});
