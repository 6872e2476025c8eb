import { expect, test } from 'vitest';

import { compareVersions } from './custom.ts';
import { testStore } from './testing.fake.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: ['v1alpha1', 'v1', 'v1beta1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 3 } } } },
        },
      },
      subresources: { status: {} },
    })),
  },
};

const widget = (version: string) => ({
  apiVersion: `example.com/${version}`,
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'shop' },
  spec: {},
});

test('a definition serves its kind at once, the stable version preferred', () => {
  const { store } = testStore();
  store.create(DEFINITIONS, definition, 'test');
  expect(store.kind('widgets.example.com')).toMatchObject({
    version: 'v1',
    kind: 'Widget',
    singular: 'widget',
    shortNames: ['wd'],
  });
  expect(store.get(DEFINITIONS, undefined, 'widgets.example.com')).toMatchObject({
    metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] },
    status: {
      acceptedNames: { listKind: 'WidgetList' },
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      storedVersions: ['v1'],
    },
  });
});

test('an object written in one version is kept once and shown in any', () => {
  const { store } = testStore();
  store.create(DEFINITIONS, definition, 'test');
  const beta = store.registry.at('example.com', 'v1beta1', 'widgets');
  if (beta === undefined) throw new Error('v1beta1 is not served');
  const created = store.createAs(beta, widget('v1beta1'), { manager: 'test' });
  expect(created).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 3 } });
  expect(store.get('widgets.example.com', 'shop', 'a')?.apiVersion).toBe('example.com/v1');
});

test('a definition that is deleted takes its objects with it and is served no longer', () => {
  const { store, settle } = testStore();
  store.create(DEFINITIONS, definition, 'test');
  store.create('widgets.example.com', widget('v1'), 'test');
  store.delete(DEFINITIONS, undefined, 'widgets.example.com');
  settle();
  expect(store.list('widgets.example.com')).toEqual([]);
  expect(store.list(DEFINITIONS)).toEqual([]);
  expect(store.registry.find('widgets.example.com')).toBeUndefined();
});

test('versions are ordered as Kubernetes prefers them', () => {
  const versions = ['foo', 'v1alpha1', 'v2', 'v10beta3', 'v1', 'v11beta2', 'v3beta1', 'v10', 'foo10', 'v12alpha1'];
  expect(versions.sort(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v1alpha1',
    'foo',
    'foo10',
  ]);
});
