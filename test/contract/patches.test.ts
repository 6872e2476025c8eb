import { expect } from 'vitest';

import { createObject, getObject, patchObject, type Json, type PatchType } from '../../src/kubernetes/index.ts';
import { configMap, contract, networkPolicy, PATCHES, type Place, type Sample } from './harness/index.ts';

/** Containers and all, with nobody who looks after it. */
const template = (name: string, spec: object): Sample => ({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: { name },
  template: { metadata: { labels: { app: name } }, spec },
});

const CONTAINERS = [
  { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }], args: ['a', 'b'] },
  { name: 'log', image: 'log:1' },
];

async function patched({ connection, namespace }: Place, object: Sample, type: PatchType, patch: Json): Promise<unknown> {
  const { kind } = await connection.resolve(object.kind === 'PodTemplate' ? 'podtemplates' : 'configmaps');
  await createObject(connection, kind, object, { namespace });
  return patchObject(connection, kind, { namespace, name: object.metadata.name ?? '' }, type, patch);
}

contract('patches', ({ promise }) => {
  promise('a JSON patch does its operations in order, or none of them', async (place) => {
    const { ask, namespace } = place;
    const object = configMap('operations', { a: '1', b: '2' }, { annotations: { 'x.test/y': '3' } });
    const done = await patched(place, object, 'json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '9' },
      { op: 'remove', path: '/metadata/annotations/x.test~1y' },
      { op: 'copy', from: '/data/a', path: '/data/c' },
      { op: 'move', from: '/data/b', path: '/data/d' },
      { op: 'add', path: '/metadata/labels', value: { new: 'yes' } },
    ]);
    expect(done).toMatchObject({ data: { a: '9', c: '9', d: '2' }, metadata: { labels: { new: 'yes' } } });
    const line = `PATCH /api/v1/namespaces/${namespace}/configmaps/operations`;
    const failing = (operations: readonly object[]) => ask(line, { type: PATCHES.json, body: operations });
    const change = { op: 'replace', path: '/data/a', value: '10' };
    expect(await failing([change, { op: 'test', path: '/data/a', value: '1' }])).toMatchObject({
      status: 422,
      body: { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
    });
    expect(await failing([change, { op: 'remove', path: '/data/nowhere' }])).toMatchObject({ status: 422 });
    expect(await ask(line.replace('PATCH', 'GET'))).toMatchObject({ body: { data: { a: '9' } } });
  });

  promise('a merge patch takes away by null and replaces lists as a whole', async (place) => {
    const done = await patched(place, template('merged', { containers: CONTAINERS }), 'merge', {
      metadata: { labels: { a: 'b' } },
      template: { metadata: { labels: { app: null, other: 'x' } }, spec: { containers: [{ name: 'only', image: 'only:1' }] } },
    });
    expect(done).toMatchObject({
      metadata: { labels: { a: 'b' } },
      template: { metadata: { labels: { other: 'x' } }, spec: { containers: [{ name: 'only', image: 'only:1' }] } },
    });
    expect(done).not.toHaveProperty('template.metadata.labels.app');
  });

  promise('a strategic merge patch merges lists by the key of their items, and replaces those that have none', async (place) => {
    const done = await patched(place, template('strategic', { containers: CONTAINERS }), 'strategic', {
      template: {
        spec: {
          containers: [
            { name: 'new', image: 'new:1' },
            { name: 'web', env: [{ name: 'B', value: '2' }], ports: [{ containerPort: 81 }], args: ['c'] },
            { name: 'log', $patch: 'delete' },
          ],
        },
      },
    });
    expect(done).toMatchObject({
      template: {
        spec: {
          containers: [
            { name: 'new', image: 'new:1' },
            {
              name: 'web',
              image: 'web:1',
              env: [
                { name: 'B', value: '2' },
                { name: 'A', value: '1' },
              ],
              ports: [{ containerPort: 81 }, { containerPort: 80 }],
              args: ['c'],
            },
          ],
        },
      },
    });
  });

  promise('a strategic merge patch can order, keep and replace by its directives', async (place) => {
    const done = await patched(
      place,
      template('directives', { containers: CONTAINERS, volumes: [{ name: 'v', emptyDir: {} }], nodeSelector: { a: 'b' } }),
      'strategic',
      {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'log' }, { name: 'web' }],
            containers: [{ name: 'log', image: 'log:2' }],
            volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }],
            nodeSelector: { $patch: 'replace', c: 'd' },
          },
        },
      },
    );
    expect(done).toMatchObject({
      template: {
        spec: {
          containers: [{ name: 'log', image: 'log:2' }, { name: 'web' }],
          volumes: [{ name: 'v', configMap: { name: 'c', defaultMode: 420 } }],
          nodeSelector: { c: 'd' },
        },
      },
    });
    expect(done).not.toHaveProperty('template.spec.nodeSelector.a');
    expect(done).not.toHaveProperty('template.spec.volumes.0.emptyDir');
  });

  promise('a patch that names a version is a conflict when it is not the present one', async (place) => {
    const { ask, namespace } = place;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await ask(`POST ${path}`, { body: configMap('guarded') });
    const body = { metadata: { resourceVersion: '1' }, data: { a: '1' } };
    for (const type of ['merge', 'strategic'] as const) {
      expect(await ask(`PATCH ${path}/guarded`, { type: PATCHES[type], body })).toMatchObject({
        status: 409,
        body: {
          reason: 'Conflict',
          message:
            'Operation cannot be fulfilled on configmaps "guarded": the object has been modified; please apply your changes to the latest version and try again',
        },
      });
    }
  });

  promise('a patch cannot change what an object is', async (place) => {
    const { ask, namespace } = place;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await ask(`POST ${path}`, { body: configMap('steady') });
    const patch = (body: object) => ask(`PATCH ${path}/steady`, { type: PATCHES.merge, body });
    expect(await patch({ metadata: { name: 'other' } })).toMatchObject({ status: 400 });
    expect(await patch({ metadata: { namespace: 'default' } })).toMatchObject({ status: 400 });
    expect(await patch({ kind: 'Secret' })).toMatchObject({
      status: 422,
      body: {
        message: expect.stringMatching(
          /^ "" is invalid: patch: Invalid value: .*: converting \(v1\.Secret\) to \(core\.ConfigMap\)/,
        ),
      },
    });
    expect(await patch({ metadata: { uid: '1' } })).toMatchObject({
      status: 422,
      body: { message: 'ConfigMap "steady" is invalid: metadata.uid: Invalid value: "1": field is immutable' },
    });
    expect(await patch({ metadata: { creationTimestamp: null } })).toMatchObject({
      status: 200,
      body: { metadata: { name: 'steady', creationTimestamp: expect.any(String) } },
    });
  });

  promise('a patch is checked like any other write', async ({ ask, connection, namespace }) => {
    const { kind } = await connection.resolve('networkpolicies');
    await createObject(connection, kind, networkPolicy('checked'), { namespace });
    const line = `PATCH /apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/checked`;
    expect(await ask(line, { type: PATCHES.merge, body: { spec: { policyTypes: ['Sideways'] } } })).toMatchObject({
      status: 422,
      body: {
        reason: 'Invalid',
        message:
          'NetworkPolicy.networking.k8s.io "checked" is invalid: spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
        details: {
          name: 'checked',
          group: 'networking.k8s.io',
          kind: 'NetworkPolicy',
          causes: [
            {
              reason: 'FieldValueNotSupported',
              message: 'Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
              field: 'spec.policyTypes[0]',
            },
          ],
        },
      },
    });
    expect(await ask(line, { type: PATCHES.merge, body: { spec: { policyTypes: 'Egress' } } })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('json: cannot unmarshal string into Go struct field') },
    });
    expect(await ask(line, { type: PATCHES.merge, body: '{"spec":' })).toMatchObject({ status: 400 });
    expect((await getObject(connection, kind, { namespace, name: 'checked' })).metadata?.generation).toBe(1);
  });
});
