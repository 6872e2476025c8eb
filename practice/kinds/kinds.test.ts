import { describe, expect, it } from 'vitest';

import type { Schema, ServedKind } from '../model.ts';
import { BUILT_IN_KINDS, customDocument, definitions, openApiDocument, openApiIndex, schemaOf } from './index.ts';
import { referencesOf } from './openapi.ts';

const groupVersions = [...new Set(BUILT_IN_KINDS.map(({ group, version }) => (group === '' ? version : `${group}/${version}`)))];

const kindNamed = (kind: string): ServedKind => {
  const found = BUILT_IN_KINDS.find((served) => served.kind === kind);
  if (found === undefined) throw new Error(`${kind} is not served`);
  return found;
};

describe('built-in kinds', () => {
  it('are what kubectl knows of them', () => {
    expect(kindNamed('Deployment')).toMatchObject({
      group: 'apps',
      version: 'v1',
      plural: 'deployments',
      shortNames: ['deploy'],
      categories: ['all'],
      namespaced: true,
      subresources: [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1' }, { name: 'status' }],
    });
    expect(kindNamed('Pod').subresources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['binding', 'ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'status']),
    );
  });

  it('are in one version each, but for those that clients ask for in two', () => {
    const names = BUILT_IN_KINDS.map(({ plural, group }) => `${plural}.${group}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual(['horizontalpodautoscalers.autoscaling']);
  });

  it('all have a schema', () => {
    expect(BUILT_IN_KINDS.filter(({ group, version, kind }) => schemaOf(group, version, kind) === undefined)).toEqual([]);
    expect(schemaOf('policy', 'v1', 'Eviction')?.description).toMatch(/^Eviction evicts a pod/);
    expect(schemaOf('apps', 'v1', 'Nix')).toBeUndefined();
  });
});

describe('definitions', () => {
  it('are found by reference, with what merges and patches need', () => {
    const pod = definitions('#/components/schemas/io.k8s.api.core.v1.PodSpec');
    expect(pod.properties?.['containers']).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(definitions('io.k8s.api.core.v1.PodSpec')).toBe(pod);
    expect(() => definitions('#/components/schemas/Nix')).toThrow('no definition of #/components/schemas/Nix');
  });
});

describe('OpenAPI documents', () => {
  it.each(groupVersions)('of %s hold all that they refer to', (groupVersion) => {
    const schemas: Readonly<Record<string, Schema>> = openApiDocument(groupVersion)?.components.schemas ?? {};
    const missing = Object.values(schemas).flatMap((schema) => referencesOf(schema).filter((name) => !(name in schemas)));
    expect(Object.keys(schemas)).not.toEqual([]);
    expect(missing).toEqual([]);
  });

  it('say of which kind a path is, and how it is patched', () => {
    const document = openApiDocument('apps/v1');
    const patch = document?.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch).toMatchObject({
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    });
    expect(patch?.parameters?.map(({ name }) => name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect(Object.keys(patch?.requestBody?.content ?? {})).toContain('application/strategic-merge-patch+json');
    expect(openApiDocument('nix/v1')).toBeUndefined();
  });

  it('of custom kinds come with their list and no strategic merge patch', () => {
    const kind: ServedKind = {
      group: 'shop.example.test',
      version: 'v1',
      kind: 'Widget',
      plural: 'widgets',
      singular: 'widget',
      shortNames: [],
      categories: [],
      namespaced: false,
      verbs: ['get', 'list', 'patch'],
      subresources: [],
    };
    const schema: Schema = { type: 'object', properties: { spec: { 'x-kubernetes-int-or-string': true } } };
    const { components, paths } = customDocument([{ kind, schema }]);
    expect(components.schemas['test.example.shop.v1.Widget']).toMatchObject({
      properties: { spec: { anyOf: [{ type: 'integer' }, { type: 'string' }] }, metadata: { allOf: [expect.anything()] } },
      'x-kubernetes-group-version-kind': [{ group: 'shop.example.test', version: 'v1', kind: 'Widget' }],
    });
    expect(components.schemas).toHaveProperty(['test.example.shop.v1.WidgetList']);
    expect(components.schemas).toHaveProperty(['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']);
    expect(Object.keys(paths)).toEqual(['/apis/shop.example.test/v1/widgets', '/apis/shop.example.test/v1/widgets/{name}']);
    expect(Object.keys(paths['/apis/shop.example.test/v1/widgets/{name}']?.patch?.requestBody?.content ?? {})).not.toContain(
      'application/strategic-merge-patch+json',
    );
  });

  it('are listed with a hash that changes when they do', () => {
    const document = openApiDocument('apps/v1');
    if (document === undefined) throw new Error('apps/v1 is not served');
    const before = openApiIndex(new Map([['shop.example.test/v1', document]])).paths;
    const after = openApiIndex(new Map([['shop.example.test/v1', { ...document, paths: {} }]])).paths;
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/shop.example.test/v1']));
    expect(before['apis/apps/v1']).toEqual(after['apis/apps/v1']);
    expect(before['apis/shop.example.test/v1']).not.toEqual(after['apis/shop.example.test/v1']);
  });
});
