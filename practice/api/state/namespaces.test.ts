import { expect, test } from 'vitest';

import { configMap, refusal, testStore } from './testing.fake.ts';

test('a namespace begins active, with its name as a label and a finalizer of its own', () => {
  const { store } = testStore();
  expect(store.get('namespaces', undefined, 'shop')).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
});

test('a namespace that is deleted is emptied, takes nothing new, and goes', () => {
  const { store, settle } = testStore();
  store.create('configmaps', configMap('a'), 'test');
  expect(store.delete('namespaces', undefined, 'shop')).toMatchObject({ status: { phase: 'Terminating' } });
  expect(refusal(() => store.create('configmaps', configMap('b'), 'test'))).toMatchObject({
    code: 403,
    message: 'configmaps "b" is forbidden: unable to create new content in namespace shop because it is being terminated',
    details: { causes: [{ reason: 'NamespaceTerminating' }] },
  });
  settle();
  expect(store.list('configmaps')).toEqual([]);
  expect(store.get('namespaces', undefined, 'shop')).toBeUndefined();
});

test('a namespace with something held says what, and goes when it is let go', () => {
  const { store, settle } = testStore();
  store.create('configmaps', configMap('a', { finalizers: ['example.com/held'] }), 'test');
  store.delete('namespaces', undefined, 'shop');
  settle();
  expect(store.get('namespaces', undefined, 'shop')?.['status']).toMatchObject({
    phase: 'Terminating',
    conditions: expect.arrayContaining([
      expect.objectContaining({
        type: 'NamespaceContentRemaining',
        status: 'True',
        message: 'Some resources are remaining: configmaps. has 1 resource instances',
      }),
      expect.objectContaining({
        type: 'NamespaceFinalizersRemaining',
        message: 'Some content in the namespace has finalizers remaining: example.com/held in 1 resource instances',
      }),
    ]),
  });
  const held = store.get('configmaps', 'shop', 'a');
  if (held === undefined) throw new Error('nothing is held');
  store.update('configmaps', { ...held, metadata: { ...held.metadata, finalizers: [] } }, 'test');
  settle();
  expect(store.get('namespaces', undefined, 'shop')).toBeUndefined();
});
