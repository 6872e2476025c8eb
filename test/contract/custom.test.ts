import { expect } from 'vitest';

import { createObject, deleteObject, getObject, getTable, listAt, patchObject, schemaOf } from '../../src/kubernetes/index.ts';
import { hasCondition } from '../cluster/index.ts';
import { contract, PATCHES, type Place } from './harness/index.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const groupOf = ({ namespace }: Place): string => `${namespace}.fairlead.test`;

const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
  },
  additionalPrinterColumns: [
    { name: 'Color', type: 'string', jsonPath: '.spec.color', description: 'What it looks like.' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
  ],
  schema: {
    openAPIV3Schema: {
      type: 'object',
      description: 'A boat of the contract.',
      required: ['spec'],
      properties: {
        spec: {
          type: 'object',
          required: ['color'],
          properties: {
            color: { type: 'string', pattern: '^[a-z]+$', description: 'What it looks like.' },
            size: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
            replicas: { type: 'integer' },
            kind: { type: 'string', enum: ['row', 'sail'] },
            free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
          'x-kubernetes-validations': [{ rule: "self.color != 'invisible'", message: 'it must be seen' }],
        },
        status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
  ...more,
});

const definition = (place: Place, plural: string, versions: readonly object[]) => {
  const kind = plural === 'boats' ? 'Boat' : 'Raft';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${groupOf(place)}` },
    spec: {
      group: groupOf(place),
      scope: 'Namespaced',
      names: { plural, kind, shortNames: [`${plural[0]}t`], categories: ['fleet'] },
      versions,
    },
  };
};

const boat = (place: Place, name: string, spec: object, more: object = {}) => ({
  apiVersion: `${groupOf(place)}/v1`,
  kind: 'Boat',
  metadata: { name },
  spec,
  ...more,
});

/** Defines a kind, and waits until it is served, which it is a moment after it says so. */
async function define(place: Place, plural: string, versions: readonly object[]): Promise<void> {
  const { admin, cleanUp, ask } = place;
  const object = definition(place, plural, versions);
  await admin.post(CRDS, object);
  cleanUp(`${CRDS}/${object.metadata.name}`);
  await admin.waitForObject(`${CRDS}/${object.metadata.name}`, (found) => hasCondition(found, 'Established'));
  let status = 404;
  while (status === 404) ({ status } = await ask(`GET /apis/${groupOf(place)}/v1/${plural}`));
}

contract('custom kinds', ({ prepare, promise }) => {
  prepare((place) => define(place, 'boats', [version('v1'), version('v1beta1', { additionalPrinterColumns: undefined })]));
  const resolved = async (place: Place) => (await place.connection.resolve(`boats.v1.${groupOf(place)}`)).kind;

  promise('a definition says when its names are accepted, and is served from then on', async (place) => {
    const { admin, connection, ask, namespace } = place;
    const found = await admin.get(`${CRDS}/boats.${groupOf(place)}`);
    expect(found.status).toMatchObject({
      acceptedNames: {
        plural: 'boats',
        singular: 'boat',
        kind: 'Boat',
        listKind: 'BoatList',
        shortNames: ['bt'],
        categories: ['fleet'],
      },
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
      ],
      storedVersions: ['v1'],
    });
    expect((await ask(`GET /apis/${groupOf(place)}/v1/namespaces/${namespace}/boats?labelSelector=none`)).body).toMatchObject({
      kind: 'BoatList',
      items: [],
    });
    expect((await connection.resolve('bt')).kind).toMatchObject({
      kind: 'Boat',
      version: 'v1',
      subresources: ['status', 'scale'],
      preferred: true,
    });
  });

  promise(
    'an object gets its defaults, loses what its schema does not know, and keeps what it is told to keep',
    async (place) => {
      const { connection, namespace } = place;
      const kind = await resolved(place);
      const spec = { color: 'red', unknown: 1, free: { any: ['thing'] } };
      const created = await createObject(connection, kind, boat(place, 'one', spec), { namespace, validation: 'Ignore' });
      expect(created['spec']).toEqual({ color: 'red', size: 3, free: { any: ['thing'] } });
      expect(created.metadata?.generation).toBe(1);
      await expect(createObject(connection, kind, boat(place, 'strict', spec), { namespace })).rejects.toMatchObject({
        status: 400,
        serverMessage: `Boat in version "v1" cannot be handled as a Boat: strict decoding error: unknown field "spec.unknown"`,
      });
    },
  );

  promise('an object that breaks its schema is refused with every field', async (place) => {
    const { connection, namespace } = place;
    const kind = await resolved(place);
    const spec = { color: 'Red1', size: 10, kind: 'steam' };
    await expect(createObject(connection, kind, boat(place, 'bad', spec), { namespace })).rejects.toMatchObject({
      status: 422,
      causes: expect.arrayContaining([
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: "Red1": spec.color in body should match '^[a-z]+$'`,
          field: 'spec.color',
        },
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 10: spec.size in body should be less than or equal to 9',
          field: 'spec.size',
        },
        {
          reason: 'FieldValueNotSupported',
          message: 'Unsupported value: "steam": supported values: "row", "sail"',
          field: 'spec.kind',
        },
      ]),
    });
    await expect(createObject(connection, kind, boat(place, 'bad', {}), { namespace })).rejects.toMatchObject({
      status: 422,
      serverMessage: expect.stringMatching(
        new RegExp(`^Boat\\.${groupOf(place)} "bad" is invalid: \\[?spec\\.color: Required value`),
      ),
    });
  });

  promise('a rule of a schema that is written in CEL is kept', async (place) => {
    const kind = await resolved(place);
    const { namespace } = place;
    await expect(
      createObject(place.connection, kind, boat(place, 'unseen', { color: 'invisible' }), { namespace }),
    ).rejects.toMatchObject({
      status: 422,
      serverMessage: expect.stringContaining('spec: Invalid value: it must be seen'),
    });
  });

  promise('an object has a status and a scale of its own, and knows no strategic patches', async (place) => {
    const { connection, namespace, ask } = place;
    const kind = await resolved(place);
    const target = { namespace, name: 'sub' };
    const status = { replicas: 2, selector: 'app=sub', conditions: [{ type: 'Ready', status: 'True' }] };
    const created = await createObject(connection, kind, boat(place, 'sub', { color: 'blue' }, { status }), { namespace });
    expect(created).not.toHaveProperty('status');
    const done = await patchObject(connection, kind, { ...target, subresource: 'status' }, 'merge', {
      status,
      spec: { color: 'green' },
    });
    expect(done).toMatchObject({ spec: { color: 'blue' }, status, metadata: { generation: 1 } });
    const scaled = await patchObject(connection, kind, { ...target, subresource: 'scale' }, 'merge', { spec: { replicas: 4 } });
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 4 }, status: { replicas: 2, selector: 'app=sub' } });
    expect(await getObject(connection, kind, target)).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 2 } });
    const path = `/apis/${groupOf(place)}/v1/namespaces/${namespace}/boats/sub`;
    expect(await ask(`PATCH ${path}`, { type: PATCHES.strategic, body: {} })).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    const table = await getTable(connection, kind, { namespace, name: 'sub', rows: 'cells' });
    expect(table.columnDefinitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
      'Name 0',
      'Color 0',
      'Ready 0',
      'Size 1',
    ]);
    expect(table.rows.map(({ cells }) => cells)).toEqual([['sub', 'blue', 'True', 3]]);
  });

  promise('every version shows the same objects, under its own name', async (place) => {
    const { connection, namespace } = place;
    await createObject(connection, await resolved(place), boat(place, 'both', { color: 'red' }), { namespace });
    const { kind } = await connection.resolve(`boats.v1beta1.${groupOf(place)}`);
    const found = await getObject(connection, kind, { namespace, name: 'both' });
    expect(found).toMatchObject({ apiVersion: `${groupOf(place)}/v1beta1`, spec: { color: 'red', size: 3 } });
    const table = await getTable(connection, kind, { namespace, name: 'both', rows: 'cells' });
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Age']);
  });

  promise('a custom kind is described as any other', async (place) => {
    const kind = await resolved(place);
    const described = async () => schemaOf(place.connection, kind).catch(() => undefined);
    let schema = await described();
    // The document is put together after the definition is established.
    while (schema === undefined) schema = await described();
    expect(JSON.stringify(schema)).toContain('A boat of the contract.');
  });

  promise('a definition that cannot be is refused', async (place) => {
    const { ask } = place;
    const twice = definition(place, 'rafts', [version('v1', { schema: undefined })]);
    expect(await ask(`POST ${CRDS}`, { body: twice })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('spec.versions[0].schema.openAPIV3Schema: Required value') },
    });
    const misnamed = { ...definition(place, 'rafts', [version('v1')]), metadata: { name: 'rafts.elsewhere.test' } };
    expect(await ask(`POST ${CRDS}`, { body: misnamed })).toMatchObject({
      status: 422,
      body: {
        message: expect.stringContaining(
          'metadata.name: Invalid value: "rafts.elsewhere.test": must be spec.names.plural+"."+spec.group',
        ),
      },
    });
  });

  promise('a definition that goes takes its objects along', async (place) => {
    const { connection, namespace, admin, ask } = place;
    await define(place, 'rafts', [version('v1')]);
    const collection = `/apis/${groupOf(place)}/v1/namespaces/${namespace}/rafts`;
    expect(await ask(`POST ${collection}`, { body: { ...boat(place, 'one', { color: 'red' }), kind: 'Raft' } })).toMatchObject({
      status: 201,
    });
    const { kind: crds } = await connection.resolve('customresourcedefinitions');
    await deleteObject(connection, crds, { name: `rafts.${groupOf(place)}` });
    await admin.waitForObject(`${CRDS}/rafts.${groupOf(place)}`, (found) => found === undefined);
    let status = 200;
    while (status === 200) ({ status } = await ask(`GET ${collection}`));
    expect(status).toBe(404);
    await define(place, 'rafts', [version('v1')]);
    const { body } = await ask(`GET ${collection}`);
    expect(listAt(body, 'items')).toEqual([]);
  });
});
