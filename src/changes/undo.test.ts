import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { author } from '../../test/support/changes.ts';
import { practiceChanges, PRACTICE as cluster, type PracticeChanges } from '../../test/support/practice-changes.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { Change, PatchStep, Step, Subject } from './index.ts';

let house: PracticeChanges;

beforeAll(async () => {
  house = await practiceChanges();
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

const namespace = 'default';
const CONFIG_MAPS = `/api/v1/namespaces/${namespace}/configmaps`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const merging = { headers: { 'content-type': 'application/merge-patch+json' } };

const configMap = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
const deployment = (name: string, image: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
  },
});
const apply = (object: KubernetesObject): Step => ({ action: 'apply', cluster, object });
const subjectOf = ({ apiVersion = '', kind = '', metadata }: KubernetesObject): Omit<Subject, 'cluster'> => ({
  apiVersion,
  kind,
  namespace,
  name: metadata?.name ?? '',
});
const remove = (object: KubernetesObject): Step => ({ action: 'delete', cluster, subject: subjectOf(object) });
const patch = (object: KubernetesObject, body: PatchStep['patch'], subresource?: string): Step => ({
  action: 'patch',
  cluster,
  subject: subjectOf(object),
  type: 'merge',
  patch: body,
  subresource,
});
const refusal = async ({ id }: Pick<Change, 'id'>): Promise<object> =>
  house.changes.planUndo(id, { author }).then(
    () => ({ code: 'planned' }),
    (error: object) => error,
  );

describe('an undo', () => {
  test('removes what was made, brings back what was deleted, and takes back what was changed, last first', async () => {
    const [kept, gone, made] = [configMap('kept', { a: '1' }), configMap('gone', { a: '1' }), configMap('made', { a: '1' })];
    await house.done(apply(kept), apply(gone));
    const change = await house.done(apply(configMap('kept', { a: '2', b: '2' })), apply(made), remove(gone));
    const plan = await house.changes.planUndo(change.id, { author });
    expect(plan).toMatchObject({ title: `undo of ${change.id}`, undoes: change.id });
    expect(plan.steps.map(({ action, subject }) => `${action} ${subject.name}`)).toEqual([
      'create gone',
      'delete made',
      'patch kept',
    ]);
    await house.undone(change);
    expect(await house.live(`${CONFIG_MAPS}/kept`)).toMatchObject({ data: { a: '1' } });
    expect((await house.live(`${CONFIG_MAPS}/kept`))?.['data']).not.toHaveProperty('b');
    expect(await house.live(`${CONFIG_MAPS}/gone`)).toMatchObject({ data: { a: '1' } });
    expect(await house.live(`${CONFIG_MAPS}/made`)).toBeUndefined();
  });

  test('may be called otherwise', async () => {
    const change = await house.done(apply(configMap('titled', {})));
    const { title } = await house.changes.planUndo(change.id, { author, title: 'back to Monday' });
    expect(title).toBe('back to Monday');
  });

  test('can be done once, and can itself be undone', async () => {
    const change = await house.done(apply(configMap('once', { a: '1' })));
    const undo = await house.undone(change);
    expect(await refusal(change)).toMatchObject({
      code: 'not-undoable',
      field: 'change',
      message: `Change ${change.id} has been undone by ${undo.id}.`,
    });
    await house.undone(undo);
    expect(await house.live(`${CONFIG_MAPS}/once`)).toMatchObject({ data: { a: '1' } });
  });

  test('of a change that changed nothing is none', async () => {
    const object = configMap('same', { a: '1' });
    await house.done(apply(object));
    const change = await house.done(apply(object));
    expect(change.steps).toMatchObject([{ effect: 'none', state: 'done' }]);
    expect(await refusal(change)).toMatchObject({ code: 'not-undoable', message: expect.stringContaining('Nothing') });
  });

  test('of what somebody has put back already is none', async () => {
    await house.done(apply(configMap('back', { a: '1' })));
    const change = await house.done(apply(configMap('back', { a: '2' })));
    await house.ask(`PATCH ${CONFIG_MAPS}/back`, { ...merging, body: { data: { a: '1' } } });
    expect(await refusal(change)).toMatchObject({ message: expect.stringContaining('Nothing') });
    const made = await house.done(apply(configMap('removed', {})));
    await house.ask(`DELETE ${CONFIG_MAPS}/removed`);
    expect(await refusal(made)).toMatchObject({ message: expect.stringContaining('Nothing') });
  });

  test('scales back what was scaled, and patches what was changed besides', async () => {
    const object = deployment('scaled', 'nginx:1');
    await house.done(apply(object));
    const scaled = await house.done({ action: 'scale', cluster, subject: subjectOf(object), replicas: 5 });
    expect(await house.live(`${DEPLOYMENTS}/scaled`)).toMatchObject({ spec: { replicas: 5 } });
    const plan = await house.changes.planUndo(scaled.id, { author });
    expect(plan.steps).toMatchObject([{ action: 'scale', changes: [{ path: 'spec.replicas', before: 5, after: 2 }] }]);
    await house.undone(scaled);
    expect(await house.live(`${DEPLOYMENTS}/scaled`)).toMatchObject({ spec: { replicas: 2 } });
    const patched = await house.done(patch(object, { spec: { replicas: 4 } }));
    expect((await house.changes.planUndo(patched.id, { author })).steps).toMatchObject([{ action: 'patch' }]);
  });

  test('keeps what controllers wrote meanwhile, and leads into lists', async () => {
    const [first, second] = [deployment('rolled', 'nginx:1'), deployment('rolled', 'nginx:2')];
    await house.done(apply(first));
    const change = await house.done(apply(second));
    await house.ask(`PATCH ${DEPLOYMENTS}/rolled`, { ...merging, body: { metadata: { labels: { theirs: 'x' } } } });
    await house.undone(change);
    expect(await house.live(`${DEPLOYMENTS}/rolled`)).toMatchObject({
      metadata: { labels: { theirs: 'x' } },
      spec: { template: { spec: { containers: [{ image: 'nginx:1' }] } } },
    });
  });

  test('of a status takes back the status, and of anything else leaves it alone', async () => {
    const object = deployment('told', 'nginx:1');
    const pods = { ...object, apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
    const claim = { ...pods, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
    await house.done(apply(claim));
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/told`;
    const conditions = [{ type: 'Told', status: 'True' }];
    const change = await house.done(patch(claim, { status: { conditions } }, 'status'));
    expect(await house.live(path)).toMatchObject({ status: { conditions: [{ type: 'Told' }] } });
    await house.undone(change);
    expect((await house.live(path))?.['status']).not.toHaveProperty('conditions');
  });
});

describe('an undo that would lose what somebody did is refused', () => {
  test('where the same field is another now, and says which', async () => {
    await house.done(apply(configMap('field', { a: '1', b: '1' })));
    const change = await house.done(apply(configMap('field', { a: '2', b: '1' })));
    await house.ask(`PATCH ${CONFIG_MAPS}/field`, { ...merging, body: { data: { a: 'theirs', b: 'theirs' } } });
    const error = await refusal(change);
    expect(error).toMatchObject({ code: 'changed-since', advice: expect.stringMatching(/./) });
    expect(error).toMatchObject({
      message: expect.stringContaining('ConfigMap field in namespace default has been changed since'),
    });
    expect(error).toMatchObject({ message: expect.stringContaining('data.a "2" → "theirs"') });
  });

  test('where what was changed has been deleted', async () => {
    await house.done(apply(configMap('vanished', { a: '1' })));
    const change = await house.done(apply(configMap('vanished', { a: '2' })));
    await house.ask(`DELETE ${CONFIG_MAPS}/vanished`);
    expect(await refusal(change)).toMatchObject({
      code: 'changed-since',
      message: expect.stringContaining('it has been deleted'),
    });
  });

  test('where what was deleted has been made anew', async () => {
    const object = configMap('anew', { a: '1' });
    await house.done(apply(object));
    const change = await house.done(remove(object));
    await house.ask(`POST ${CONFIG_MAPS}`, { body: object });
    expect(await refusal(change)).toMatchObject({ code: 'changed-since', message: expect.stringContaining('made it anew') });
  });

  test('where what was made holds something of theirs, or is another object', async () => {
    const change = await house.done(apply(configMap('grown', { a: '1' })));
    await house.ask(`PATCH ${CONFIG_MAPS}/grown`, { ...merging, body: { data: { b: 'theirs' } } });
    expect(await refusal(change)).toMatchObject({ code: 'changed-since', message: expect.stringContaining('data.b is new') });
    await house.ask(`DELETE ${CONFIG_MAPS}/grown`);
    await house.ask(`POST ${CONFIG_MAPS}`, { body: configMap('grown', { a: '1' }) });
    expect(await refusal(change)).toMatchObject({
      code: 'changed-since',
      message: expect.stringContaining('another object now'),
    });
  });

  test('but not where controllers have only filled in what they always do', async () => {
    const change = await house.done(apply(configMap('held', { a: '1' })));
    await house.ask(`PATCH ${CONFIG_MAPS}/held`, { ...merging, body: { metadata: { finalizers: ['shop.test/cleanup'] } } });
    expect(await refusal(change)).toMatchObject({ code: 'planned' });
    await house.ask(`PATCH ${CONFIG_MAPS}/held`, { ...merging, body: { metadata: { labels: { finalizers: 'x' } } } });
    expect(await refusal(change)).toMatchObject({ code: 'changed-since' });
  });

  test('but not where a pod has found its node', async () => {
    const spec = { containers: [{ name: 'app', image: 'nginx' }] };
    const change = await house.done(apply({ ...configMap('scheduled', {}), kind: 'Pod', data: undefined, spec }));
    house.time.advance(20_000);
    expect(await house.live(`/api/v1/namespaces/${namespace}/pods/scheduled`)).toMatchObject({ spec: { nodeName: 'node-1' } });
    expect(await refusal(change)).toMatchObject({ code: 'planned' });
  });

  test('while what was deleted is still going, and says what holds it', async () => {
    const object = { ...configMap('going', {}), metadata: { name: 'going', namespace, finalizers: ['shop.test/cleanup'] } };
    await house.done(apply(object));
    const change = await house.done(remove(object));
    expect(await refusal(change)).toMatchObject({
      code: 'not-undoable',
      message: 'ConfigMap going in namespace default is still being deleted: finalizers hold it (shop.test/cleanup).',
      advice: expect.stringContaining('when it is gone'),
    });
  });
});

describe('secret values', () => {
  const SECRETS = `/api/v1/namespaces/${namespace}/secrets`;
  const secret = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
    ...configMap(name, data),
    kind: 'Secret',
  });

  test('that the journal did not keep cannot come back, and it says so beforehand', async () => {
    await house.done(apply(secret('lost', { password: 'aHVudGVyMg==' })));
    const changed = await house.done(apply(secret('lost', { password: 'b3RoZXI=' })));
    expect(await refusal(changed)).toMatchObject({
      code: 'not-undoable',
      field: 'change',
      message: expect.stringContaining('data.password'),
      advice: expect.stringContaining('key'),
    });
    const [planned] = (await house.plan(remove(secret('lost', {})))).steps;
    expect(planned?.warnings.map(({ code }) => code)).toEqual(['not-undoable']);
    const deleted = await house.done(remove(secret('lost', {})));
    expect(deleted.steps).toMatchObject([{ notUndoable: expect.stringContaining('the Secret held secret values') }]);
    expect(await refusal(deleted)).toMatchObject({
      code: 'not-undoable',
      message: expect.stringContaining('Secret lost in namespace default cannot be restored: '),
      advice: expect.stringContaining('key'),
    });
  });

  test('are no reason to keep what was made, unless somebody has written it since', async () => {
    const first = await house.done(apply(secret('new', { password: 'aHVudGVyMg==' })));
    await house.undone(first);
    expect(await house.live(`${SECRETS}/new`)).toBeUndefined();
    const second = await house.done(apply(secret('new', { password: 'aHVudGVyMg==' })));
    await house.ask(`PATCH ${SECRETS}/new`, { ...merging, body: { data: { password: 'aHVudGVyMw==' } } });
    const error = await refusal(second);
    expect(error).toMatchObject({ code: 'changed-since', message: expect.stringContaining('a value that is hidden') });
    expect((error as Error).message).not.toContain('aHVudGVyMw');
  });

  test('that stayed as they were do not keep another field from being taken back', async () => {
    await house.done(apply(secret('labelled', { password: 'aHVudGVyMg==' })));
    const change = await house.done(patch(secret('labelled', {}), { metadata: { labels: { a: 'b' } } }));
    await house.ask(`PATCH ${SECRETS}/labelled`, { ...merging, body: { metadata: { annotations: { theirs: 'x' } } } });
    await house.undone(change);
    expect(await house.live(`${SECRETS}/labelled`)).toMatchObject({
      metadata: { annotations: { theirs: 'x' } },
      data: { password: 'aHVudGVyMg==' },
    });
    expect((await house.live(`${SECRETS}/labelled`))?.metadata).not.toHaveProperty('labels');
  });

  test('are in no message about what somebody changed', async () => {
    await house.done(apply(secret('clash', { password: 'aHVudGVyMg==' })));
    const change = await house.done(patch(secret('clash', {}), { metadata: { labels: { a: 'b' } } }));
    await house.ask(`PATCH ${SECRETS}/clash`, {
      ...merging,
      body: { metadata: { labels: { a: 'theirs' } }, data: { password: 'dGhlaXJz' } },
    });
    const error = await refusal(change);
    expect(error).toMatchObject({ message: expect.stringContaining('metadata.labels.a "b" → "theirs"') });
    expect((error as Error).message).not.toMatch(/dGhlaXJz|aHVudGVyMg| data\./);
  });
});
