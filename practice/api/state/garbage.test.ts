import { expect, test } from 'vitest';

import { configMap, ownedBy, pod, testStore } from './testing.fake.ts';

test('dependents go when their last owner is gone', () => {
  const { store, settle } = testStore();
  const owner = store.create('configmaps', configMap('owner'), 'test');
  store.create('pods', pod('dependent', { metadata: ownedBy(owner) }), 'test');
  store.delete('configmaps', 'shop', 'owner', { propagation: 'Background' });
  expect(store.get('pods', 'shop', 'dependent')).toBeDefined();
  settle();
  expect(store.get('pods', 'shop', 'dependent')).toBeUndefined();
});

test('a dependent of two owners loses the reference to the one that is gone', () => {
  const { store, settle } = testStore();
  const [one, two] = ['one', 'two'].map((name) => store.create('configmaps', configMap(name), 'test'));
  if (one === undefined || two === undefined) throw new Error('no owners');
  const ownerReferences = [...ownedBy(one).ownerReferences, ...ownedBy(two).ownerReferences];
  store.create('pods', pod('dependent', { metadata: { ownerReferences } }), 'test');
  store.delete('configmaps', 'shop', 'one');
  settle();
  expect(store.get('pods', 'shop', 'dependent')?.metadata.ownerReferences).toMatchObject([{ name: 'two' }]);
});

test('an owner that is deleted in the foreground goes after its dependents', () => {
  const { store, settle, events } = testStore();
  const owner = store.create('configmaps', configMap('owner'), 'test');
  store.create('pods', pod('dependent', { metadata: ownedBy(owner) }), 'test');
  expect(store.delete('configmaps', 'shop', 'owner', { propagation: 'Foreground' })?.metadata.finalizers).toEqual([
    'foregroundDeletion',
  ]);
  settle();
  expect(events.filter((event) => event.startsWith('DELETED'))).toEqual(['DELETED Pod dependent', 'DELETED ConfigMap owner']);
});

test('an owner in the foreground waits for a dependent that is held, and for none that does not block it', () => {
  const { store, settle } = testStore();
  const owner = store.create('configmaps', configMap('owner'), 'test');
  const held = { ...ownedBy(owner), finalizers: ['example.com/held'] };
  const dependent = store.create('configmaps', configMap('dependent', held), 'test');
  store.delete('configmaps', 'shop', 'owner', { propagation: 'Foreground' });
  settle();
  expect(store.get('configmaps', 'shop', 'owner')).toBeDefined();
  const current = store.get('configmaps', 'shop', 'dependent') ?? dependent;
  store.update('configmaps', { ...current, metadata: { ...current.metadata, finalizers: [] } }, 'test');
  settle();
  expect(store.list('configmaps')).toEqual([]);

  const second = store.create('configmaps', configMap('second'), 'test');
  store.create('configmaps', configMap('loose', { ...ownedBy(second, false), finalizers: ['example.com/held'] }), 'test');
  store.delete('configmaps', 'shop', 'second', { propagation: 'Foreground' });
  settle();
  expect(store.list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['loose']);
});

test('a dependent that does not block goes even where its owner is held by somebody else', () => {
  const { store, settle } = testStore();
  const owner = store.create('configmaps', configMap('owner', { finalizers: ['example.com/held'] }), 'test');
  store.create('configmaps', configMap('loose', ownedBy(owner, false)), 'test');
  store.delete('configmaps', 'shop', 'owner', { propagation: 'Foreground' });
  settle();
  expect(store.list('configmaps').map(({ metadata }) => metadata)).toMatchObject([
    { name: 'owner', finalizers: ['example.com/held'] },
  ]);
});

test('orphans stay without their owner', () => {
  const { store, settle } = testStore();
  const owner = store.create('configmaps', configMap('owner'), 'test');
  store.create('pods', pod('dependent', { metadata: ownedBy(owner) }), 'test');
  store.delete('configmaps', 'shop', 'owner', { propagation: 'Orphan' });
  settle();
  expect(store.get('configmaps', 'shop', 'owner')).toBeUndefined();
  expect(store.get('pods', 'shop', 'dependent')?.metadata).not.toHaveProperty('ownerReferences');
});

test('an object that names an owner of another uid is deleted, one of an unknown kind is left', () => {
  const { store, settle } = testStore();
  const owner = store.create('configmaps', configMap('owner'), 'test');
  const [reference] = ownedBy(owner).ownerReferences;
  if (reference === undefined) throw new Error('no reference');
  store.create('pods', pod('stale', { metadata: { ownerReferences: [{ ...reference, uid: 'former' }] } }), 'test');
  const unknown = { ...reference, apiVersion: 'example.com/v1', kind: 'Widget' };
  store.create('pods', pod('unknown', { metadata: { ownerReferences: [unknown] } }), 'test');
  settle();
  expect(store.list('pods').map(({ metadata }) => metadata.name)).toEqual(['unknown']);
});
