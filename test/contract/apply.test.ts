import { expect } from 'vitest';

import {
  applyObject,
  at,
  createObject,
  getObject,
  listAt,
  patchObject,
  textAt,
  type KubernetesObject,
} from '../../src/kubernetes/index.ts';
import { configMap, contract, PATCHES, type Place, type Sample } from './harness/index.ts';

const template = (name: string, containers: readonly object[]): Sample => ({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: { name },
  template: { spec: { containers } },
});

async function apply(
  { connection, namespace }: Place,
  object: Sample,
  fieldManager: string,
  force = false,
): Promise<KubernetesObject> {
  const { kind } = await connection.resolve(object.kind);
  return applyObject(connection, kind, object, { namespace, fieldManager, force });
}

/** Who owns what, in short: `us Apply f:data.f:a`. */
function owners(object: unknown): string[] {
  const leaves = (fields: unknown, path: string): string[] => {
    const keys = Object.entries(fields ?? {}).filter(([key]) => key !== '.');
    return keys.length === 0 ? [path] : keys.flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
  };
  return listAt(object, 'metadata', 'managedFields')
    .flatMap((entry) =>
      leaves(at(entry, 'fieldsV1'), '').map((path) => `${textAt(entry, 'manager')} ${textAt(entry, 'operation')} ${path}`),
    )
    .toSorted();
}

contract('apply', ({ promise }) => {
  promise('apply makes what is not there, and says so by 201', async (place) => {
    const { ask, namespace } = place;
    const line = `PATCH /api/v1/namespaces/${namespace}/configmaps/made?fieldManager=us`;
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: "1"}\n';
    const made = await ask(line, { type: PATCHES.apply, body });
    expect(made).toMatchObject({ status: 201, body: { data: { a: '1' } } });
    expect(owners(made.body)).toEqual(['us Apply f:data.f:a']);
    expect(await ask(line, { type: PATCHES.apply, body })).toMatchObject({ status: 200, body: made.body });
  });

  promise('a field that another manager owns is a conflict that names it and its owner; force takes it over', async (place) => {
    await apply(place, configMap('shared', { a: '1', b: '1' }), 'left');
    await apply(place, configMap('shared', { c: '1' }), 'right');
    await expect(apply(place, configMap('shared', { a: '2', b: '2', c: '1' }), 'right')).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
      serverMessage: 'Apply failed with 2 conflicts: conflicts with "left":\n- .data.a\n- .data.b',
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "left"', field: '.data.a' },
        { reason: 'FieldManagerConflict', message: 'conflict with "left"', field: '.data.b' },
      ],
    });
    const forced = await apply(place, configMap('shared', { a: '2', c: '1' }), 'right', true);
    expect(forced['data']).toEqual({ a: '2', b: '1', c: '1' });
    expect(owners(forced)).toEqual(['left Apply f:data.f:b', 'right Apply f:data.f:a', 'right Apply f:data.f:c']);
  });

  promise('managers that agree on a value own it together, and it goes when the last of them gives it up', async (place) => {
    await apply(place, configMap('agreed', { a: '1', b: '1' }), 'left');
    const both = await apply(place, configMap('agreed', { a: '1' }), 'right');
    expect(owners(both)).toEqual(['left Apply f:data.f:a', 'left Apply f:data.f:b', 'right Apply f:data.f:a']);
    const without = await apply(place, configMap('agreed', { b: '1' }), 'left');
    expect(without['data']).toEqual({ a: '1', b: '1' });
    const { data } = await apply(place, configMap('agreed', {}), 'right');
    expect(data).toEqual({ b: '1' });
  });

  promise('what was updated belongs to who updated it, and is a conflict to whoever applies', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    await createObject(connection, kind, configMap('updated', { a: '1' }), { namespace, fieldManager: 'writer' });
    await expect(apply(place, configMap('updated', { a: '2' }), 'us')).rejects.toMatchObject({
      serverMessage: expect.stringMatching(
        /^Apply failed with 1 conflict: conflict with "writer" using v1 at \d{4}-.*Z?: \.data\.a$|^Apply failed with 1 conflict: conflict with "writer" using v1: \.data\.a$/,
      ),
    });
    await apply(place, configMap('updated', { a: '2' }), 'us', true);
    const target = { namespace, name: 'updated' };
    const taken = await patchObject(connection, kind, target, 'merge', { data: { a: '3' } }, { fieldManager: 'writer' });
    expect(owners(taken)).toEqual(['writer Update f:data.f:a']);
  });

  promise('items of a list belong to their managers one by one, known by their keys', async (place) => {
    const port = (containerPort: number) => ({ containerPort, protocol: 'TCP' });
    await apply(
      place,
      template('items', [{ name: 'web', image: 'web:1', ports: [port(80)], env: [{ name: 'A', value: '1' }] }]),
      'left',
    );
    const both = await apply(
      place,
      template('items', [
        { name: 'log', image: 'log:1' },
        { name: 'web', ports: [port(81)] },
      ]),
      'right',
    );
    expect(at(both, 'template', 'spec', 'containers')).toMatchObject([
      { name: 'log' },
      { name: 'web', image: 'web:1', ports: [port(80), port(81)], env: [{ name: 'A', value: '1' }] },
    ]);
    expect(owners(both).filter((line) => line.startsWith('right'))).toEqual(
      [
        'f:containers.k:{"name":"log"}.f:image',
        'f:containers.k:{"name":"log"}.f:name',
        'f:containers.k:{"name":"web"}.f:name',
        'f:containers.k:{"name":"web"}.f:ports.k:{"containerPort":81,"protocol":"TCP"}.f:containerPort',
        'f:containers.k:{"name":"web"}.f:ports.k:{"containerPort":81,"protocol":"TCP"}.f:protocol',
      ].map((path) => `right Apply f:template.f:spec.${path}`),
    );
    const left = await apply(place, template('items', [{ name: 'web', ports: [port(81)] }]), 'right');
    expect(at(left, 'template', 'spec', 'containers')).toMatchObject([{ name: 'web', ports: [port(80), port(81)] }]);
  });

  promise('a list that has no keys belongs to one manager as a whole', async (place) => {
    await apply(place, template('whole', [{ name: 'web', image: 'web:1', args: ['a'] }]), 'left');
    await expect(apply(place, template('whole', [{ name: 'web', args: ['a', 'b'] }]), 'right')).rejects.toMatchObject({
      serverMessage: 'Apply failed with 1 conflict: conflict with "left": .template.spec.containers[name="web"].args',
    });
  });

  promise('an apply that cannot be one is refused', async ({ ask, namespace }) => {
    const line = `PATCH /api/v1/namespaces/${namespace}/configmaps/refused`;
    const named = `${line}?fieldManager=us`;
    const type = PATCHES.apply;
    const body = configMap('refused');
    expect(await ask(line, { type, body })).toMatchObject({
      status: 422,
      body: { message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch' },
    });
    expect(await ask(named, { type, body: configMap('refused', {}, { managedFields: [] }) })).toMatchObject({
      status: 400,
      body: { message: 'metadata.managedFields must be nil' },
    });
    expect(await ask(named, { type, body: configMap('another') })).toMatchObject({ status: 400 });
    expect(await ask(named, { type, body: { metadata: { name: 'refused' } } })).toMatchObject({ status: 400 });
    expect(await ask(named, { type, body })).toMatchObject({ status: 201 });
    expect(await ask(named, { type, body: configMap('refused', {}, { resourceVersion: '1' }) })).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('the object has been modified') },
    });
  });

  promise('an apply of what is so already changes nothing, not even its times', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    const object = configMap('same', { a: '1' }, { labels: { a: 'b' } });
    const first = await apply(place, object, 'us');
    await apply(place, object, 'us');
    expect(await getObject(connection, kind, { namespace, name: 'same' })).toEqual(first);
  });
});
