import { expect } from 'vitest';

import { createObject, deleteObject, getObject, patchObject, replaceObject } from '../../src/kubernetes/index.ts';
import { configMap, contract, networkPolicy } from './harness/index.ts';

contract('objects', ({ promise }) => {
  promise('a new object has what only the server gives: a uid, a version, its time and who wrote which field', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('configmaps');
    const created = await createObject(connection, kind, configMap('new', { a: '1' }), { namespace, fieldManager: 'us' });
    expect(created).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'new',
        namespace,
        uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        managedFields: [
          {
            manager: 'us',
            operation: 'Update',
            apiVersion: 'v1',
            time: expect.stringMatching(/Z$/),
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
          },
        ],
      },
      data: { a: '1' },
    });
    expect(await getObject(connection, kind, { namespace, name: 'new' })).toEqual(created);
  });

  promise('what a client sends of the fields that the server gives is passed over', async ({ ask, namespace }) => {
    const uid = '11111111-1111-4111-8111-111111111111';
    const time = '2001-01-01T00:00:00Z';
    const metadata = { uid, creationTimestamp: time, deletionTimestamp: time, deletionGracePeriodSeconds: 5, selfLink: '/old' };
    const { status, body } = await ask(`POST /api/v1/namespaces/${namespace}/configmaps`, {
      body: configMap('claims', {}, metadata),
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: { uid: expect.not.stringMatching(uid), creationTimestamp: expect.not.stringMatching(time) },
    });
    for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']) {
      expect(body).not.toHaveProperty(`metadata.${field}`);
    }
  });

  promise('generateName is completed by five letters that make no words', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const names = new Set<string | undefined>();
    for (let round = 0; round < 3; round++) {
      const { metadata } = await createObject(
        connection,
        kind,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } },
        { namespace },
      );
      expect(metadata).toMatchObject({
        generateName: 'made-',
        name: expect.stringMatching(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/),
      });
      names.add(metadata?.name);
    }
    expect(names.size).toBe(3);
  });

  promise('a name that is taken is a conflict', async ({ ask, namespace }) => {
    const path = `POST /api/v1/namespaces/${namespace}/configmaps`;
    await ask(path, { body: configMap('taken') });
    expect(await ask(path, { body: configMap('taken') })).toMatchObject({
      status: 409,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'configmaps "taken" already exists',
        reason: 'AlreadyExists',
        details: { name: 'taken', kind: 'configmaps' },
        code: 409,
      },
    });
  });

  promise('what is not there is not found, whoever asks and for whatever', async ({ ask, namespace }) => {
    const collection = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
    const body = {
      message: 'networkpolicies.networking.k8s.io "absent" not found',
      reason: 'NotFound',
      details: { name: 'absent', group: 'networking.k8s.io', kind: 'networkpolicies' },
    };
    expect(await ask(`GET ${collection}/absent`)).toMatchObject({ status: 404, body });
    expect(await ask(`DELETE ${collection}/absent`)).toMatchObject({ status: 404, body });
    expect(await ask(`PUT ${collection}/absent`, { body: networkPolicy('absent') })).toMatchObject({ status: 404, body });
    const patch = { type: 'application/merge-patch+json', body: {} };
    expect(await ask(`PATCH ${collection}/absent`, patch)).toMatchObject({ status: 404, body });
  });

  promise(
    'what is not served is not found, and a verb that a resource does not know is not allowed',
    async ({ ask, namespace }) => {
      const unknown = {
        message: 'the server could not find the requested resource',
        reason: 'NotFound',
        details: {},
        code: 404,
      };
      expect(await ask('GET /api/v1/unicorns')).toMatchObject({ status: 404, body: unknown });
      expect(await ask(`GET /api/v1/namespaces/${namespace}/unicorns/one`)).toMatchObject({ status: 404, body: unknown });
      expect(await ask('GET /apis/unicorns.test/v1/unicorns')).toMatchObject({ status: 404, body: '404 page not found\n' });
      expect(await ask('GET /nowhere')).toMatchObject({ status: 404, body: '404 page not found\n' });
      expect(await ask('DELETE /api/v1/componentstatuses')).toMatchObject({
        status: 405,
        body: {
          message: 'the server does not allow this method on the requested resource',
          reason: 'MethodNotAllowed',
          code: 405,
        },
      });
    },
  );

  promise('every change has a higher version, and a write that changes nothing keeps it', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const target = { namespace, name: 'versions' };
    const first = await createObject(connection, kind, configMap('versions', { a: '1' }), { namespace });
    const second = await patchObject(connection, kind, target, 'merge', { data: { a: '2' } });
    expect(Number(second.metadata?.resourceVersion)).toBeGreaterThan(Number(first.metadata?.resourceVersion));
    expect(await patchObject(connection, kind, target, 'merge', { data: { a: '2' } })).toEqual(second);
    expect(await replaceObject(connection, kind, second, { namespace })).toEqual(second);
  });

  promise('the generation counts changes of the spec, and of nothing else', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('networkpolicies');
    const target = { namespace, name: 'generations' };
    const created = await createObject(connection, kind, networkPolicy('generations'), { namespace });
    expect(created.metadata?.generation).toBe(1);
    const labelled = await patchObject(connection, kind, target, 'merge', { metadata: { labels: { a: 'b' } } });
    expect(labelled.metadata?.generation).toBe(1);
    const changed = await patchObject(connection, kind, target, 'merge', { spec: { policyTypes: ['Egress'] } });
    expect(changed.metadata?.generation).toBe(2);
  });

  promise(
    'a replace of what somebody else has changed meanwhile is a conflict, and one that names no version is not',
    async (place) => {
      const { connection, namespace } = place;
      const { kind } = await connection.resolve('configmaps');
      const old = await createObject(connection, kind, configMap('contended', { a: '1' }), { namespace });
      await patchObject(connection, kind, { namespace, name: 'contended' }, 'merge', { data: { a: '2' } });
      await expect(replaceObject(connection, kind, { ...old, data: { a: '3' } }, { namespace })).rejects.toMatchObject({
        status: 409,
        reason: 'Conflict',
        serverMessage:
          'Operation cannot be fulfilled on configmaps "contended": the object has been modified; please apply your changes to the latest version and try again',
      });
      const replaced = await replaceObject(connection, kind, configMap('contended', { a: '4' }), { namespace });
      expect(replaced['data']).toEqual({ a: '4' });
      expect(replaced.metadata?.uid).toBe(old.metadata?.uid);
    },
  );

  promise(
    'a replace or a delete that means an earlier object of the same name is a conflict',
    async ({ connection, namespace }) => {
      const { kind } = await connection.resolve('configmaps');
      const target = { namespace, name: 'reborn' };
      const { metadata } = await createObject(connection, kind, configMap('reborn'), { namespace });
      const before = metadata?.uid ?? '';
      await deleteObject(connection, kind, target);
      const now = (await createObject(connection, kind, configMap('reborn'), { namespace })).metadata?.uid ?? '';
      await expect(
        replaceObject(connection, kind, configMap('reborn', {}, { uid: before }), { namespace }),
      ).rejects.toMatchObject({
        status: 409,
        serverMessage: expect.stringContaining(`Precondition failed: UID in precondition: ${before}, UID in object meta: ${now}`),
      });
      await expect(deleteObject(connection, kind, target, { preconditions: { uid: before } })).rejects.toMatchObject({
        status: 409,
        serverMessage: `Operation cannot be fulfilled on ConfigMap "reborn": the UID in the precondition (${before}) does not match the UID in record (${now}). The object might have been deleted and then recreated`,
      });
    },
  );

  promise('an object whose name or namespace is not that of its address is refused', async ({ ask, namespace }) => {
    const collection = `/api/v1/namespaces/${namespace}/configmaps`;
    expect(await ask(`POST ${collection}`, { body: configMap('away', {}, { namespace: 'default' }) })).toMatchObject({
      status: 400,
      body: {
        reason: 'BadRequest',
        message: 'the namespace of the provided object does not match the namespace sent on the request',
      },
    });
    await ask(`POST ${collection}`, { body: configMap('one') });
    expect(await ask(`PUT ${collection}/one`, { body: configMap('two') })).toMatchObject({
      status: 400,
      body: { message: 'the name of the object (two) does not match the name on the URL (one)' },
    });
    expect(await ask(`POST ${collection}`, { body: { ...configMap('two'), kind: 'Secret' } })).toMatchObject({
      status: 400,
      body: {
        message:
          'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
      },
    });
  });

  promise('bodies are JSON or YAML, and other media types are refused', async ({ ask, namespace }) => {
    const collection = `/api/v1/namespaces/${namespace}/configmaps`;
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: written}\ndata: {by: hand}\n';
    expect(await ask(`POST ${collection}`, { type: 'application/yaml', body: yaml })).toMatchObject({
      status: 201,
      body: { data: { by: 'hand' } },
    });
    expect(await ask(`POST ${collection}`, { type: 'text/plain', body: yaml })).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    expect(await ask(`PATCH ${collection}/written`, { body: {} })).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    expect(await ask(`GET ${collection}`, { accept: 'text/html' })).toMatchObject({
      status: 406,
      body: { reason: 'NotAcceptable' },
    });
  });
});
