import { describe, expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import type { Json, KubernetesObject, ResourceKind } from '../kubernetes/index.ts';
import { checkReads, hiddenConflicts, pathsSetBy } from './oracle.ts';
import { foreignOwners } from './owners.ts';
import type { Step } from './step.ts';
import type { Target } from './target.ts';

const owned = (manager: string, fieldsV1: object) => ({ manager, operation: 'Update', fieldsType: 'FieldsV1', fieldsV1 });
const managedFields = [
  owned('kubectl', { 'f:data': { '.': {}, 'f:password': {} } }),
  owned('fairlead', { 'f:data': { 'f:user': {} } }),
];
const metadata = { name: 'db', labels: { app: 'web' }, managedFields };
const data = { password: 'cGFzc3dvcmQ=', user: 'bWU=' };
const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata, data };
const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' };
const target: Target = { subject, kind: {} as ResourceKind, connection: connectionTo(() => ({})).connection, pending: false };
const patching = (patch: Json): Step => ({ action: 'patch', cluster: 'prod', subject, type: 'json', patch });

describe('a JSON patch', () => {
  test.each([
    ['asks whether a hidden value is this one', [{ op: 'test', path: '/data/password', value: 'cGFzc3dvcmQ=' }]],
    ['copies a hidden value to where it is none', [{ op: 'copy', from: '/data/password', path: '/metadata/labels/x' }]],
    ['moves all hidden values', [{ op: 'move', from: '/data', path: '/metadata/annotations' }]],
    ['asks about the whole object', [{ op: 'test', path: '', value: {} }]],
  ])('that %s is refused', (_, patch) => {
    expect(() => checkReads(patching(patch), secret, target)).toThrow(expect.objectContaining({ code: 'hidden-value' }));
  });

  const COPY = 'kubectl.kubernetes.io/last-applied-configuration';
  const copied = { ...secret, metadata: { ...metadata, annotations: { [COPY]: JSON.stringify({ kind: 'Secret', data }) } } };
  const env = ['plain', 'hunter2'].map((value, index) => ({ name: ['MODE', 'PASSWORD'][index], value }));
  const pod: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'app', env }] } };
  const list = '/spec/containers/0/env';

  test.each([
    [
      "copies kubectl's copy of the object",
      copied,
      [
        {
          op: 'copy',
          from: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
          path: '/metadata/labels/x',
        },
      ],
    ],
    ['copies all annotations', copied, [{ op: 'copy', from: '/metadata/annotations', path: '/metadata/labels' }]],
    ['asks about an item of a list', pod, [{ op: 'test', path: `${list}/1/value`, value: 'hunter2' }]],
    ['counts from the end of a list', pod, [{ op: 'copy', from: `${list}/-1/value`, path: '/metadata/labels/x' }]],
    ['writes a place in its own way', pod, [{ op: 'copy', from: `${list}/01/value`, path: '/metadata/labels/x' }]],
    [
      'moves the items of a list before it reads one',
      pod,
      [
        { op: 'remove', path: `${list}/0` },
        { op: 'copy', from: `${list}/0/value`, path: '/metadata/labels/x' },
      ],
    ],
    [
      'moves a whole list of lists before it reads an item',
      pod,
      [
        { op: 'add', path: '/spec/containers/0', value: { name: 'first' } },
        { op: 'test', path: '/spec/containers/1/env/1/value', value: 'hunter2' },
      ],
    ],
  ])('that %s is refused', (_, object, patch) => {
    expect(() => checkReads(patching(patch), object, target)).toThrow(expect.objectContaining({ code: 'hidden-value' }));
  });

  test('that reads an item that may be seen is not, nor one that reads another list than it has shifted', () => {
    const listed = { ...pod, spec: { ...(pod['spec'] as object), tolerations: [{ key: 'a' }] } };
    const patch = [
      { op: 'test', path: `${list}/0/value`, value: 'plain' },
      { op: 'add', path: `${list}/-`, value: { name: 'X' } },
      { op: 'test', path: '/spec/tolerations/0/key', value: 'a' },
    ];
    expect(() => checkReads(patching(patch), listed, target)).not.toThrow();
  });

  test('that sets values, or reads what may be seen, is not', () => {
    const patch = [
      { op: 'test', path: '/metadata/labels/app', value: 'web' },
      { op: 'replace', path: '/data/password', value: 'bmV3' },
      { op: 'remove', path: '/data/user' },
    ];
    expect(() => checkReads(patching(patch), secret, target)).not.toThrow();
  });
});

describe('an apply of hidden values that others own', () => {
  const applying = (object: KubernetesObject): Step => ({ action: 'apply', cluster: 'prod', object });

  test('is a conflict, whether the value is right or wrong', () => {
    for (const password of ['cGFzc3dvcmQ=', 'd3Jvbmc=']) {
      const after = { ...secret, data: { ...data, password } };
      const step = applying({ kind: 'Secret', stringData: { password: 'x' } });
      expect(hiddenConflicts(step, secret, after)).toEqual([{ field: 'data.password', owner: 'kubectl' }]);
    }
  });

  test('is none where they are ours, or nobody was there', () => {
    expect(hiddenConflicts(applying({ kind: 'Secret', data: { user: 'x' } }), secret, secret)).toEqual([]);
    expect(hiddenConflicts(applying({ kind: 'Secret', data: { password: 'x' } }), null, secret)).toEqual([]);
  });
});

test('the owners of fields are known by the paths of differences', () => {
  const fields = {
    'f:metadata': { 'f:finalizers': { 'v:"shop.test/a"': {} }, 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {} } },
    'f:spec': {
      'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } },
      'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:port': {} } },
    },
  };
  const object = { metadata: { managedFields: [owned('kubectl', fields)] } } as KubernetesObject;
  expect([...foreignOwners(object)]).toEqual([
    ['metadata.finalizers', 'kubectl'],
    ['metadata.labels["app.kubernetes.io/name"]', 'kubectl'],
    ['spec.containers[name=web].image', 'kubectl'],
    ['spec.ports[port=80].port', 'kubectl'],
  ]);
});

test("the owners of fields are others than we, and what cannot be read is nobody's", () => {
  const ownersOf = (...entries: readonly unknown[]) =>
    Object.fromEntries(foreignOwners({ metadata: { managedFields: entries } } as KubernetesObject));
  expect(ownersOf(owned('fairlead', { 'f:data': {} }))).toEqual({});
  expect(ownersOf('none', null, { manager: 'theirs' }, owned('theirs', []))).toEqual({});
  expect(foreignOwners({}).size).toBe(0);
  // A set of which no field stands alone is the whole of what it stands under.
  expect(ownersOf(owned('theirs', { 'f:data': { '.': {} } }))).toEqual({ data: 'theirs' });
  expect(ownersOf({ fieldsV1: { 'f:data': {} } })).toEqual({ data: '' });
  // Items that no key tells apart, or whose keys say nothing, are the list that they stand in.
  const listed = { 'f:spec': { 'f:args': { 'i:0': {} }, 'f:ports': { 'k:[]': {}, 'k:{}': { 'f:port': {} } } } };
  expect(ownersOf(owned('theirs', listed))).toEqual({
    'spec.args': 'theirs',
    'spec.ports': 'theirs',
    'spec.ports.port': 'theirs',
  });
});

describe('the paths that a step sets', () => {
  const object: KubernetesObject = { data: { password: 'x' }, stringData: { user: 'y' }, spec: { stringData: 'z' } };

  test.each<[string, Step]>([
    ['an apply', { action: 'apply', cluster: 'prod', object }],
    ['a new object', { action: 'create', cluster: 'prod', object }],
    ['a merge patch', { action: 'patch', cluster: 'prod', subject, type: 'merge', patch: object as Json }],
  ])('of %s are those that stand in it, by the names that the server gives them', (_, step) => {
    const sets = pathsSetBy(step);
    expect(sets('spec.stringData')).toBe(true);
    expect(['data.password', 'data.user', 'data.other', 'stringData.user'].map(sets)).toEqual([true, true, false, false]);
  });

  test('of a patch that is not followed may be any, and of what sets nothing are none', () => {
    expect(pathsSetBy(patching([]))('data.password')).toBe(true);
    const strategic: Step = { action: 'patch', cluster: 'prod', subject, type: 'strategic', patch: {} };
    expect(pathsSetBy(strategic)('data.password')).toBe(true);
    expect(pathsSetBy({ action: 'delete', cluster: 'prod', subject })('data.password')).toBe(false);
  });
});

test('a patch that reads what is hidden is told so with the place, and how to do without', () => {
  expect(() => checkReads(patching([{ op: 'test', path: '/data/user', value: 'x' }]), secret, target)).toThrow(
    expect.objectContaining({
      field: 'patch',
      message: 'The patch reads /data/user of Secret db in namespace shop, which is hidden.',
      advice: expect.stringMatching(/./),
    }),
  );
});

test('what is not an operation, or has no object to read from, is for the server to refuse', () => {
  for (const patch of [['x', null, 1], [{ op: 'test' }], [{ op: 1, path: '/data/user' }], [{ path: '/data/user' }]])
    expect(() => checkReads(patching(patch as Json), secret, target)).not.toThrow();
  const reads = [{ op: 'test', path: '/data/user' }];
  expect(() => checkReads(patching(reads), null, target)).not.toThrow();
  const merge: Step = { action: 'patch', cluster: 'prod', subject, type: 'merge', patch: { data: { user: 'x' } } };
  expect(() => checkReads(merge, secret, target)).not.toThrow();
  expect(() => checkReads({ action: 'delete', cluster: 'prod', subject }, secret, target)).not.toThrow();
});
