import { describe, expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import { filled } from './fill.ts';
import type { HiddenFrom, Step } from './step.ts';

const from: HiddenFrom = { cluster: 'prod', apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' };
const HIDDEN = '<redacted 8 bytes>';

/** A cluster whose every object is this one. */
const holding = (object: KubernetesObject) => async () =>
  connectionTo(({ path }) => {
    if (path === '/api' || path === '/apis') return { body: discovery(path === '/api') };
    return { body: object };
  }).connection;

const discovery = (core: boolean): unknown => ({
  kind: 'APIGroupDiscoveryList',
  items: core
    ? [
        {
          metadata: { name: '' },
          versions: [
            {
              version: 'v1',
              resources: ['Secret', 'ConfigMap', 'ReplicaSet'].map((kind) => ({
                resource: `${kind.toLowerCase()}s`,
                responseKind: { kind },
                scope: 'Namespaced',
                verbs: [],
              })),
            },
          ],
        },
      ]
    : [],
});

const secret = { kind: 'Secret', data: { password: 'cGFzc3dvcmQ=', user: 'bWU=' } };
const copy = (object: KubernetesObject, hiddenFrom = from): Step => ({ action: 'create', cluster: 'prod', object, hiddenFrom });

describe('values that are hidden', () => {
  test('are put back from the object that they were read from', async () => {
    const step = copy({ kind: 'Secret', data: { password: HIDDEN, user: 'eW91' } });
    expect(await filled(step, holding(secret))).toEqual({
      action: 'create',
      cluster: 'prod',
      object: { kind: 'Secret', data: { password: 'cGFzc3dvcmQ=', user: 'eW91' } },
    });
  });

  test('never go where they could be read', async () => {
    const step = copy({ kind: 'ConfigMap', data: { user: HIDDEN } });
    await expect(filled(step, holding(secret))).rejects.toMatchObject({ code: 'hidden-value' });
    const patch: Step = {
      action: 'patch',
      cluster: 'prod',
      subject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'x' },
      type: 'merge',
      patch: { data: { password: HIDDEN } },
      hiddenFrom: from,
    };
    await expect(filled(patch, holding(secret))).rejects.toMatchObject({ code: 'hidden-value' });
  });

  test('that are not there are an error, and not a marker in the place of a value', async () => {
    const step = copy({ kind: 'Secret', data: { other: HIDDEN } });
    await expect(filled(step, holding(secret))).rejects.toMatchObject({ code: 'hidden-value' });
  });

  test('of a revision go back to the places that a patch names', async () => {
    const spec = (value: string) => ({ containers: [{ env: [{ name: 'DB_PASSWORD', value }] }] });
    const patch: Step = {
      action: 'patch',
      cluster: 'prod',
      subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      type: 'json',
      patch: [{ op: 'replace', path: '/spec/template', value: { spec: spec(HIDDEN) } }],
      hiddenFrom: { ...from, kind: 'ReplicaSet', path: ['data'] },
    };
    const revision = { kind: 'ReplicaSet', data: { spec: { template: { spec: spec('hunter22') } } } };
    expect(await filled(patch, holding(revision))).toMatchObject({
      patch: [{ op: 'replace', path: '/spec/template', value: { spec: spec('hunter22') } }],
    });
  });
});

test('a step without hidden values asks nothing', async () => {
  const step: Step = { action: 'create', cluster: 'prod', object: { kind: 'ConfigMap' } };
  const nobody = async () => Promise.reject(new Error('nothing is to be asked'));
  expect(await filled(step, nobody)).toBe(step);
});

describe('a patch with values that are hidden', () => {
  const env = (value: string) => ({ containers: [{ env: [{ name: 'DB_PASSWORD', value }] }] });
  const patching = (patch: object, kind: string, hiddenFrom: HiddenFrom): Step =>
    ({
      action: 'patch',
      cluster: 'prod',
      subject: { apiVersion: 'v1', kind, namespace: 'shop', name: 'x' },
      type: Array.isArray(patch) ? 'json' : 'merge',
      patch,
      hiddenFrom,
    }) as Step;

  test('gets them from the same place of the same kind, or of a revision', async () => {
    const patch = { spec: env(HIDDEN) };
    for (const kind of ['ConfigMap', 'ReplicaSet']) {
      const step = patching(patch, 'ConfigMap', { ...from, kind });
      expect(await filled(step, holding({ kind, spec: env('hunter22') }))).toMatchObject({ patch: { spec: env('hunter22') } });
    }
    await expect(filled(patching(patch, 'ConfigMap', from), holding(secret))).rejects.toMatchObject({
      message: 'Values that are hidden in a Secret cannot be put into a ConfigMap.',
    });
  });

  test('keeps what is not hidden, whatever stands there now', async () => {
    const patch = [
      { op: 'remove', path: '/spec/a' },
      { op: 'add', path: '/spec/b', value: 'plain' },
      { op: 'add', path: '/spec/list', value: [1, null, HIDDEN] },
      'no operation',
    ];
    const step = patching(patch, 'ConfigMap', { ...from, kind: 'ConfigMap' });
    const source = { kind: 'ConfigMap', spec: { b: 'other', list: [2, 3, 'four'] } };
    const [first, second, , last] = patch;
    expect(await filled(step, holding(source))).toMatchObject({
      patch: [first, second, { op: 'add', path: '/spec/list', value: [1, null, 'four'] }, last],
    });
  });

  test('names the object in which a value is not to be found', async () => {
    const step = patching({ data: { other: HIDDEN } }, 'Secret', from);
    await expect(filled(step, holding(secret))).rejects.toMatchObject({
      code: 'hidden-value',
      message: 'A value that is hidden cannot be found in Secret db in namespace shop.',
    });
    const nested = patching({ data: HIDDEN }, 'Secret', from);
    await expect(filled(nested, holding(secret))).rejects.toMatchObject({ code: 'hidden-value' });
  });
});

test('a value that would be hidden no more is refused with the object that it came from', async () => {
  const step = copy({ kind: 'ConfigMap', data: { user: HIDDEN, plain: 'x' }, spec: [null, 1] });
  await expect(filled(step, holding(secret))).rejects.toMatchObject({
    code: 'hidden-value',
    message: 'A value that is hidden in Secret db in namespace shop would not be hidden in the new object.',
  });
});
