import { expect, test } from 'vitest';

import type { KubeObject, StoreEvent } from '../../model.ts';
import { configMap, pod, refusal, START, testStore } from './testing.fake.ts';

const changed = (object: KubeObject, fields: Readonly<Record<string, unknown>>): KubeObject => ({ ...object, ...fields });

test('a new object is completed: uid, version, time, defaults and who wrote what', () => {
  const { store } = testStore();
  const created = store.create('pods', pod('web'), 'kubectl');
  expect(created.metadata).toMatchObject({
    name: 'web',
    namespace: 'shop',
    uid: expect.any(String),
    resourceVersion: expect.stringMatching(/^\d+$/),
    generation: 1,
    creationTimestamp: new Date(START).toISOString().replace('.000', ''),
    managedFields: [{ manager: 'kubectl', operation: 'Update' }],
  });
  expect(created['spec']).toMatchObject({ restartPolicy: 'Always', terminationGracePeriodSeconds: 30 });
  expect(created['status']).toEqual({ phase: 'Pending' });
});

test('a generated name ends in letters of its own', () => {
  const { store } = testStore();
  const draft = configMap('', { generateName: 'web-' });
  const names = [1, 2, 3].map(() => store.create('configmaps', draft, 'test').metadata.name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^web-[a-z0-9]{5}$/);
});

test.each([
  ['a name that is taken', configMap('taken'), 409, 'configmaps "taken" already exists'],
  ['no name', configMap(''), 422, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
  ['a namespace that is not there', configMap('a', { namespace: 'nowhere' }), 404, 'namespaces "nowhere" not found'],
])('an object with %s is refused', (_, draft, code, message) => {
  const { store } = testStore();
  store.create('configmaps', configMap('taken'), 'test');
  expect(refusal(() => store.create('configmaps', draft, 'test'))).toMatchObject({ code, message });
});

test('a resource that nobody serves is not found', () => {
  const { store } = testStore();
  expect(refusal(() => store.create('gadgets', configMap('a'), 'test'))).toMatchObject({ code: 404 });
});

test('an update of an object leaves its status alone, and one of its status all else', () => {
  const { store } = testStore();
  const created = store.create('pods', pod('web', { nodeName: 'one' }), 'test');
  const running = store.update('pods', changed(created, { status: { phase: 'Running' }, spec: {} }), 'kubelet', 'status');
  expect(running).toMatchObject({ spec: created['spec'], status: { phase: 'Running' } });
  const labelled = { ...running, metadata: { ...running.metadata, labels: { app: 'web' } }, status: { phase: 'Failed' } };
  expect(store.update('pods', labelled, 'test')).toMatchObject({
    metadata: { labels: { app: 'web' } },
    status: { phase: 'Running' },
  });
});

test('a generation begins when something else is wanted, and not for a status or a label', () => {
  const { store } = testStore();
  const deployment = store.create(
    'deployments.apps',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [] } } },
    },
    'test',
  );
  const labelled = store.update(
    'deployments.apps',
    { ...deployment, metadata: { ...deployment.metadata, labels: { x: 'y' } } },
    'test',
  );
  const reported = store.update('deployments.apps', changed(labelled, { status: { replicas: 1 } }), 'test', 'status');
  expect(reported.metadata.generation).toBe(1);
  const scaled = store.update(
    'deployments.apps',
    changed(reported, { spec: { ...(reported['spec'] as object), replicas: 3 } }),
    'test',
  );
  expect(scaled.metadata.generation).toBe(2);
});

test('to put a pod on a node begins no generation', () => {
  const { store } = testStore();
  const created = store.create('pods', pod('web'), 'test');
  const bound = store.update(
    'pods',
    changed(created, { spec: { ...(created['spec'] as object), nodeName: 'one' } }),
    'kube-scheduler',
  );
  expect(bound).toMatchObject({ metadata: { generation: 1 }, spec: { nodeName: 'one' } });
});

test('an update of an old version is a conflict, one that names none is not', () => {
  const { store } = testStore();
  const first = store.create('configmaps', configMap('a'), 'test');
  const second = store.update('configmaps', changed(first, { data: { a: '1' } }), 'test');
  expect(refusal(() => store.update('configmaps', changed(first, { data: { a: '2' } }), 'test'))).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  });
  const anyVersion = { ...second, metadata: { ...second.metadata, resourceVersion: '' }, data: { a: '3' } };
  expect(store.update('configmaps', anyVersion, 'test')['data']).toEqual({ a: '3' });
});

test('an update that changes nothing is none', () => {
  const { store, events } = testStore();
  const created = store.create('configmaps', configMap('a'), 'test');
  const before = events.length;
  expect(store.update('configmaps', structuredClone(created), 'test')).toBe(created);
  expect(events).toHaveLength(before);
});

test('what belongs to the server is not taken from an update', () => {
  const { store } = testStore();
  const { metadata, ...rest } = store.create('configmaps', configMap('a'), 'test');
  const forged = {
    ...metadata,
    creationTimestamp: '2000-01-01T00:00:00Z',
    generation: 9,
    deletionTimestamp: '2000-01-01T00:00:00Z',
  };
  const updated = store.update('configmaps', { ...rest, metadata: forged, data: { a: 'b' } }, 'test');
  expect(updated.metadata.creationTimestamp).toBe(metadata.creationTimestamp);
  expect(updated.metadata.generation).toBeUndefined();
  expect(updated.metadata.deletionTimestamp).toBeUndefined();
});

test('a dry run says what would be and stores nothing', () => {
  const { store, events } = testStore();
  const kind = store.kind('configmaps');
  const before = events.length;
  const would = store.createAs(kind, configMap('a'), { manager: 'test', dryRun: true });
  expect(would.metadata.name).toBe('a');
  expect(would.metadata.resourceVersion).toBeUndefined();
  expect(store.list('configmaps')).toEqual([]);
  expect(events).toHaveLength(before);
});

test('a dry run of a delete that has finalizers to take away shows an empty object', () => {
  const { store } = testStore();
  const kind = store.kind('configmaps');
  store.create('configmaps', configMap('a', { finalizers: ['orphan'] }), 'test');
  const shown = store.deleteAs(kind, 'shop', 'a', { propagation: 'Background', dryRun: true });
  expect(shown).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
  expect(store.get('configmaps', 'shop', 'a')).toBeDefined();
});

test('lists are in the order of their keys in etcd', () => {
  const { store } = testStore();
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }, 'test');
  for (const name of ['c', 'a', 'b']) store.create('configmaps', configMap(name), 'test');
  store.create('configmaps', configMap('z', { namespace: 'a' }), 'test');
  expect(store.list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['z', 'a', 'b', 'c']);
  expect(store.list('configmaps', 'shop').map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
});

test('who listens hears everything in one order, also what another listener writes meanwhile', () => {
  const { store } = testStore();
  const heard: string[] = [];
  store.watch('configmaps', ({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name === 'a') store.create('configmaps', configMap('b'), 'test');
  });
  store.watch('configmaps', ({ type, object }) => heard.push(`${type} ${object.metadata.name}`));
  store.create('configmaps', configMap('a'), 'test');
  expect(heard).toEqual(['ADDED a', 'ADDED b']);
});

test('a pod with a kubelet is given time to end, one without is gone at once', () => {
  const { store } = testStore();
  store.create('pods', pod('waiting'), 'test');
  store.create('pods', pod('placed', { nodeName: 'one' }), 'test');
  expect(store.delete('pods', 'shop', 'waiting')).toBeUndefined();
  expect(store.delete('pods', 'shop', 'placed')?.metadata).toMatchObject({
    deletionTimestamp: new Date(START + 30_000).toISOString().replace('.000', ''),
    deletionGracePeriodSeconds: 30,
    generation: 2,
  });
  expect(store.delete('pods', 'shop', 'placed', { gracePeriodSeconds: 0 })).toBeUndefined();
});

test('an object with finalizers stays until the last one is taken away', () => {
  const { store } = testStore();
  store.create('configmaps', configMap('a', { finalizers: ['example.com/mine'] }), 'test');
  const left = store.delete('configmaps', 'shop', 'a') as KubeObject;
  expect(left.metadata.deletionTimestamp).toBeDefined();
  store.update('configmaps', { ...left, metadata: { ...left.metadata, finalizers: [] } }, 'test');
  expect(store.get('configmaps', 'shop', 'a')).toBeUndefined();
});

test('who takes the last finalizer away sees it gone, and watches are told what was stored before', () => {
  const { store } = testStore();
  store.create('configmaps', configMap('held', { finalizers: ['example.com/held'] }), 'test');
  const going = store.delete('configmaps', 'shop', 'held') as KubeObject;
  const told: StoreEvent[] = [];
  store.watch('configmaps', (event) => told.push(event));
  const last = store.update('configmaps', changed(going, { metadata: { ...going.metadata, finalizers: [] } }), 'test');
  expect(told.map(({ type, object }) => [type, object.metadata.finalizers])).toEqual([['DELETED', ['example.com/held']]]);
  expect(last.metadata.finalizers ?? []).toEqual([]);
  expect(last.metadata.resourceVersion).toBe(told[0]?.object.metadata.resourceVersion);
});

test.each([
  ['uid', { uid: 'other' }, /^Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition \(other\)/],
  ['version', { resourceVersion: '1' }, /the ResourceVersion in the precondition \(1\) does not match/],
])('a delete that names another %s is a conflict', (_, preconditions, message) => {
  const { store } = testStore();
  store.create('configmaps', configMap('a'), 'test');
  expect(refusal(() => store.delete('configmaps', 'shop', 'a', { preconditions }))).toMatchObject({
    code: 409,
    message: expect.stringMatching(message),
  });
});

test('a Service keeps the addresses that it was given when an update does not name them', () => {
  const { store } = testStore();
  const spec = { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const draft = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } };
  const created = store.create('services', { ...draft, spec: { ...spec, ports: [{ port: 80 }] } }, 'test');
  const updated = store.update('services', { ...created, spec: { ports: [{ port: 81 }] } }, 'test');
  expect(updated['spec']).toMatchObject({ ...spec, ports: [{ port: 81 }] });
});
