import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  BUILT_IN_KINDS,
  customDocument,
  openApiDocument,
  openApiIndex,
  type OpenApiDocument,
} from '../../practice/kinds/index.ts';
import type { Schema, ServedKind } from '../../practice/model.ts';
import { adminClient, ensureCluster, hasCondition, type AdminClient } from './index.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'kinds.practice.fairlead.test';
const CRD = `gauges.${GROUP}`;

interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface RealOperation {
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: object;
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
}

type RealPath = Readonly<Partial<Record<string, RealOperation>>> & { readonly parameters?: RealOperation['parameters'] };

interface RealDocument {
  readonly paths: Readonly<Record<string, RealPath>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Operation = NonNullable<OpenApiDocument['paths'][string]['get']>;

const cluster = await ensureCluster();
const groupVersions = [...new Set(BUILT_IN_KINDS.map(({ group, version }) => (group === '' ? version : `${group}/${version}`)))];
const pathOf = (groupVersion: string): string => `${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`;

/** Our resources of a group and version as plain discovery lists them. */
const resourcesOf = (kind: ServedKind): Resource[] => [
  {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  },
  ...kind.subresources.map(({ name, ...subresource }) => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...subresource,
  })),
];

const byName = (a: Resource, b: Resource): number => (a.name < b.name ? -1 : 1);

/** Options and Status say which groups use them; the practice cluster leaves that out. */
const SHARED = /^io\.k8s\.apimachinery\./;

function comparable(schemas: Readonly<Record<string, Schema>>, wanted: Iterable<string>): Record<string, unknown> {
  return Object.fromEntries(
    [...wanted].map((name) => {
      const { 'x-kubernetes-group-version-kind': kinds, ...schema } = schemas[name] ?? {};
      return [name, SHARED.test(name) ? schema : { ...schema, ...(kinds !== undefined && { kinds }) }];
    }),
  );
}

/** What of the real document ours says something about. */
function expectDescribed(ours: OpenApiDocument, real: RealDocument): void {
  const names = Object.keys(ours.components.schemas);
  expect(comparable(ours.components.schemas, names)).toEqual(comparable(real.components.schemas, names));
  for (const [path, item] of Object.entries(ours.paths)) {
    for (const [method, operation] of Object.entries(item))
      expectOperation(`${method} ${path}`, operation, real.paths[path], method);
  }
}

function expectOperation(where: string, ours: Operation, item: RealPath | undefined, method: string): void {
  const real = item?.[method];
  expect([where, real?.['x-kubernetes-action']]).toEqual([where, ours['x-kubernetes-action']]);
  expect(real?.['x-kubernetes-group-version-kind'], where).toEqual(ours['x-kubernetes-group-version-kind']);
  const known = [...(real?.parameters ?? []), ...(item?.parameters ?? [])].map(({ name }) => name);
  expect(known, where).toEqual(expect.arrayContaining((ours.parameters ?? []).map(({ name }) => name)));
  const types = Object.keys(real?.requestBody?.content ?? {});
  expect(types, where).toEqual(expect.arrayContaining(Object.keys(ours.requestBody?.content ?? {})));
}

describe.skipIf(cluster === undefined)('kinds of the practice cluster', () => {
  let admin: AdminClient;
  beforeAll(() => {
    if (cluster !== undefined) admin = adminClient(cluster);
  });
  afterAll(() => admin?.close());

  it.each(groupVersions)('are served in %s as by the API server', async (groupVersion) => {
    const { resources } = await admin.get<{ resources: readonly Resource[] }>(`/${pathOf(groupVersion)}`);
    const real = resources.map((resource) => ({ ...resource, storageVersionHash: undefined }));
    const ours = BUILT_IN_KINDS.filter(({ group, version }) => (group === '' ? version : `${group}/${version}`) === groupVersion);
    expect(ours.flatMap(resourcesOf).sort(byName)).toEqual(real.sort(byName));
  });

  // What metrics-server describes of the API server's own kinds is a release behind.
  it.each(groupVersions.filter((name) => !name.startsWith('metrics')))(
    'are described in %s as by the API server',
    async (name) => {
      const ours = openApiDocument(name);
      expect(openApiIndex().paths[pathOf(name)]?.serverRelativeURL).toMatch(`/openapi/v3/${pathOf(name)}?hash=`);
      if (ours !== undefined) expectDescribed(ours, await admin.get<RealDocument>(`/openapi/v3/${pathOf(name)}`));
    },
  );

  it('are described as by the API server when they are custom ones', async () => {
    const schema: Schema = {
      type: 'object',
      description: 'A gauge shows a level.',
      required: ['spec'],
      properties: {
        spec: {
          type: 'object',
          properties: {
            level: { type: 'integer', minimum: 0, maximum: 9, default: 1 },
            port: { 'x-kubernetes-int-or-string': true },
            note: { type: 'string', nullable: true },
            marks: {
              type: 'array',
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['at'],
              items: { type: 'object', required: ['at'], properties: { at: { 'x-kubernetes-int-or-string': true } } },
            },
            more: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
        status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    };
    const kind: ServedKind = {
      group: GROUP,
      version: 'v1',
      kind: 'Gauge',
      plural: 'gauges',
      singular: 'gauge',
      shortNames: [],
      categories: [],
      namespaced: true,
      verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
      subresources: [
        { name: 'status', kind: 'Gauge', verbs: ['get', 'patch', 'update'] },
        { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] },
      ],
    };
    const scale = { specReplicasPath: '.spec.level', statusReplicasPath: '.status.level' };
    await admin.post(CRDS, {
      metadata: { name: CRD },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { plural: 'gauges', kind: 'Gauge' },
        versions: [
          { name: 'v1', served: true, storage: true, subresources: { status: {}, scale }, schema: { openAPIV3Schema: schema } },
        ],
      },
    });
    try {
      await admin.waitForObject(`${CRDS}/${CRD}`, (crd) => hasCondition(crd, 'Established'));
      const real = await published(admin, `apis/${GROUP}/v1`);
      const ours = customDocument([{ kind, schema }]);
      expectDescribed(ours, real);
      expect(Object.keys(real.paths).sort()).toEqual(Object.keys(ours.paths).sort());
    } finally {
      await admin.delete(`${CRDS}/${CRD}`);
    }
  });
});

/** The API server describes a new kind a moment after it serves it; nothing can be watched for that. */
async function published(admin: AdminClient, path: string): Promise<RealDocument> {
  for (;;) {
    const { paths } = await admin.get<{ paths: Readonly<Record<string, { serverRelativeURL: string }>> }>('/openapi/v3');
    const found = paths[path];
    if (found !== undefined) return admin.get<RealDocument>(found.serverRelativeURL);
  }
}
