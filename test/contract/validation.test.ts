import { expect } from 'vitest';

import { applyObject, at, createObject, deleteObject, getObject, patchObject } from '../../src/kubernetes/index.ts';
import { configMap, contract, deployment, pod, podSpec, type Place } from './harness/index.ts';

contract('dry runs and validation', ({ promise }) => {
  const pods = ({ namespace }: Place): string => `/api/v1/namespaces/${namespace}/pods`;

  promise('a dry run answers as if it were done, and does nothing', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const target = { namespace, name: 'tried' };
    const dryRun = true;
    const tried = await createObject(connection, kind, configMap('tried', { a: '1' }), { namespace, dryRun });
    expect(tried).toMatchObject({
      metadata: { uid: expect.any(String), creationTimestamp: expect.any(String) },
      data: { a: '1' },
    });
    await expect(getObject(connection, kind, target)).rejects.toMatchObject({ status: 404 });
    const made = await createObject(connection, kind, configMap('tried', { a: '1' }), { namespace });
    expect(await patchObject(connection, kind, target, 'merge', { data: { a: '2' } }, { dryRun })).toMatchObject({
      data: { a: '2' },
    });
    expect(await applyObject(connection, kind, configMap('tried', { a: '3' }), { namespace, force: true, dryRun })).toMatchObject(
      {
        data: { a: '3' },
      },
    );
    expect(await deleteObject(connection, kind, target, { dryRun })).toMatchObject({ status: 'Success' });
    expect(await getObject(connection, kind, target)).toEqual(made);
  });

  promise('fields that the schema does not know are an error, a warning or nothing, as the client wants', async (place) => {
    const { ask } = place;
    const body = pod('odd', { ...podSpec('i'), contianers: [] }, { lables: {} });
    const create = (validation: string) =>
      ask(`POST ${pods(place)}?dryRun=All&fieldValidation=${validation}`, {
        body: { ...body, spec: { ...(body['spec'] as object), containers: [{ name: 'app', image: 'i', imgae: 'j' }] } },
      });
    expect(await create('Strict')).toMatchObject({
      status: 400,
      body: {
        reason: 'BadRequest',
        message:
          'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "metadata.lables", unknown field "spec.containers[0].imgae", unknown field "spec.contianers"',
      },
    });
    const warned = await create('Warn');
    expect(warned.status).toBe(201);
    expect(String(warned.headers['warning'])).toContain('299 - "unknown field \\"spec.contianers\\""');
    const ignored = await create('Ignore');
    expect(ignored.status).toBe(201);
    expect(ignored.headers).not.toHaveProperty('warning');
    expect(ignored.body).not.toHaveProperty('spec.contianers');
  });

  promise('an object that breaks rules is refused with every rule and its field', async (place) => {
    const { ask } = place;
    const spec = {
      containers: [
        { name: 'Web', image: 'i', ports: [{ containerPort: 0 }], resources: { limits: { cpu: '1x' } } },
        { name: 'two', env: [{ name: '' }], resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
        { name: 'two', image: 'i', volumeMounts: [{ name: 'none', mountPath: '/x' }] },
      ],
      restartPolicy: 'Sometimes',
    };
    expect(await ask(`POST ${pods(place)}`, { body: pod('Broken', spec, { labels: { 'a b': 'c d' } }) })).toMatchObject({
      status: 400,
      body: {
        message:
          'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
      },
    });
    const containers = [{ ...spec.containers[0], resources: {} }, ...spec.containers.slice(1)];
    const { status, body } = await ask(`POST ${pods(place)}`, {
      body: pod('Broken', { ...spec, containers }, { labels: { 'a b': 'c d' } }),
    });
    expect(status).toBe(422);
    const causes = at(body, 'details', 'causes') as readonly { field: string; reason: string }[];
    expect(causes.map(({ field, reason }) => `${field} ${reason}`)).toEqual([
      'metadata.name FieldValueInvalid',
      'metadata.labels FieldValueInvalid',
      'metadata.labels FieldValueInvalid',
      'spec.containers[0].name FieldValueInvalid',
      'spec.containers[0].ports[0].containerPort FieldValueRequired',
      'spec.containers[1].image FieldValueRequired',
      'spec.containers[1].env[0].name FieldValueRequired',
      'spec.containers[1].resources.requests FieldValueInvalid',
      'spec.containers[2].volumeMounts[0].name FieldValueNotFound',
      'spec.containers[2].name FieldValueDuplicate',
      'spec.restartPolicy FieldValueNotSupported',
    ]);
  });

  promise('what an object is made of stands in answers as the server completed it', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('deployments');
    const bare = deployment('bare', 0, { containers: [{ name: 'app', image: 'i' }] });
    const created = await createObject(connection, kind, bare, { namespace, dryRun: true });
    expect(created['spec']).toEqual({
      replicas: 0,
      selector: { matchLabels: { app: 'bare' } },
      template: {
        metadata: { labels: { app: 'bare' } },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'i',
              resources: {},
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              imagePullPolicy: 'Always',
            },
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          schedulerName: 'default-scheduler',
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
  });

  promise('what may not change cannot be changed', async ({ connection, namespace, ask }) => {
    const { kind } = await connection.resolve('deployments');
    await createObject(connection, kind, deployment('fixed', 0, podSpec('i')), { namespace });
    const labels = { app: 'other' };
    const patch = { spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } } };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/fixed`;
    expect(await ask(`PATCH ${path}`, { type: 'application/merge-patch+json', body: patch })).toMatchObject({
      status: 422,
      body: {
        message:
          'Deployment.apps "fixed" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
      },
    });
    const mismatch = deployment('mismatch', 0, podSpec('i'), { selector: { matchLabels: labels } });
    expect(await ask(`POST /apis/apps/v1/namespaces/${namespace}/deployments`, { body: mismatch })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('`selector` does not match template `labels`') },
    });
    const { kind: configMaps } = await connection.resolve('configmaps');
    await createObject(connection, configMaps, { ...configMap('frozen', { a: '1' }), immutable: true }, { namespace });
    await expect(
      patchObject(connection, configMaps, { namespace, name: 'frozen' }, 'merge', { data: { a: '2' } }),
    ).rejects.toMatchObject({
      status: 422,
      serverMessage: 'ConfigMap "frozen" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    });
  });

  promise('what is of another type than its field is refused with the path to it', async (place) => {
    const { ask } = place;
    const body = pod('typed', { containers: [{ name: 'app', image: 5 }] });
    expect(await ask(`POST ${pods(place)}`, { body })).toMatchObject({
      status: 400,
      body: {
        reason: 'BadRequest',
        message:
          'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
      },
    });
    expect(await ask(`POST ${pods(place)}`, { body: '{"kind": "Pod", ' })).toMatchObject({ status: 400 });
    expect(await ask(`POST ${pods(place)}`, { body: '[]' })).toMatchObject({ status: 400 });
  });
});
