import { expect } from 'vitest';

import {
  at,
  createObject,
  deleteCollection,
  deleteObject,
  getObject,
  listAt,
  listPage,
  patchObject,
} from '../../src/kubernetes/index.ts';
import { configMap, contract, type Place } from './harness/index.ts';

const HELD = { finalizers: ['contract.test/held'] };

/** An owner, and something that it owns and that may hold it back. */
async function family(
  { connection, namespace }: Place,
  name: string,
  metadata: object = {},
): Promise<{ owner: string; child: string }> {
  const { kind } = await connection.resolve('configmaps');
  const owner = await createObject(connection, kind, configMap(name), { namespace });
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name, uid: owner.metadata?.uid, blockOwnerDeletion: true };
  await createObject(connection, kind, configMap(`${name}-child`, {}, { ownerReferences: [reference], ...metadata }), {
    namespace,
  });
  return { owner: name, child: `${name}-child` };
}

contract('deletion', ({ promise }) => {
  const pathOf = ({ namespace }: Place, name: string): string => `/api/v1/namespaces/${namespace}/configmaps/${name}`;

  promise(
    'a delete answers with the end of an object that nothing holds, and with the object that something does',
    async (place) => {
      const { connection, namespace } = place;
      const { kind } = await connection.resolve('configmaps');
      const { metadata } = await createObject(connection, kind, configMap('free'), { namespace });
      expect(await deleteObject(connection, kind, { namespace, name: 'free' })).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'free', kind: 'configmaps', uid: metadata?.uid },
      });
      await createObject(connection, kind, configMap('held', {}, HELD), { namespace });
      const going = await deleteObject(connection, kind, { namespace, name: 'held' });
      expect(going).toMatchObject({
        kind: 'ConfigMap',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0, ...HELD },
      });
      expect(await deleteObject(connection, kind, { namespace, name: 'held' })).toEqual(going);
      await expect(
        patchObject(connection, kind, { namespace, name: 'held' }, 'merge', { metadata: { finalizers: ['contract.test/more'] } }),
      ).rejects.toMatchObject({
        status: 422,
        serverMessage: expect.stringContaining(
          'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"contract.test/more"}',
        ),
      });
      await patchObject(connection, kind, { namespace, name: 'held' }, 'merge', { metadata: { finalizers: null } });
      await expect(getObject(connection, kind, { namespace, name: 'held' })).rejects.toMatchObject({ status: 404 });
    },
  );

  promise('a delete may be meant for one version alone', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    const target = { namespace, name: 'version' };
    const { metadata } = await createObject(connection, kind, configMap('version'), { namespace });
    await patchObject(connection, kind, target, 'merge', { data: { a: '1' } });
    const preconditions = { resourceVersion: metadata?.resourceVersion ?? '' };
    await expect(deleteObject(connection, kind, target, { preconditions })).rejects.toMatchObject({
      status: 409,
      serverMessage: expect.stringMatching(
        /^Operation cannot be fulfilled on ConfigMap "version": the ResourceVersion in the precondition \(\d+\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/,
      ),
    });
  });

  promise('deleted in the background, an owner goes at once and what it owns follows', async (place) => {
    const { connection, namespace, admin } = place;
    const { kind } = await connection.resolve('configmaps');
    const { owner, child } = await family(place, 'background');
    expect(await deleteObject(connection, kind, { namespace, name: owner }, { propagation: 'Background' })).toMatchObject({
      kind: 'Status',
    });
    await admin.waitForObject(pathOf(place, child), (object) => object === undefined);
  });

  promise('deleted in the foreground, an owner goes after what it owns', async (place) => {
    const { connection, namespace, admin } = place;
    const { kind } = await connection.resolve('configmaps');
    const { owner, child } = await family(place, 'foreground', HELD);
    expect(await deleteObject(connection, kind, { namespace, name: owner }, { propagation: 'Foreground' })).toMatchObject({
      metadata: { finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) },
    });
    await admin.waitForObject(pathOf(place, child), (object) => object?.metadata.deletionTimestamp !== undefined);
    expect((await getObject(connection, kind, { namespace, name: owner })).metadata?.finalizers).toEqual(['foregroundDeletion']);
    await patchObject(connection, kind, { namespace, name: child }, 'merge', { metadata: { finalizers: null } });
    await admin.waitForObject(pathOf(place, owner), (object) => object === undefined);
  });

  promise('deleted as the owner of orphans, an owner leaves what it owns behind, and no trace of itself', async (place) => {
    const { connection, namespace, admin } = place;
    const { kind } = await connection.resolve('configmaps');
    const { owner, child } = await family(place, 'orphan');
    expect(await deleteObject(connection, kind, { namespace, name: owner }, { propagation: 'Orphan' })).toMatchObject({
      metadata: { finalizers: ['orphan'] },
    });
    await admin.waitForObject(pathOf(place, owner), (object) => object === undefined);
    expect((await getObject(connection, kind, { namespace, name: child })).metadata).not.toHaveProperty('ownerReferences');
  });

  promise('what belongs to an owner that is not there is collected', async (place) => {
    const { connection, namespace, admin } = place;
    const { kind } = await connection.resolve('configmaps');
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '11111111-1111-4111-8111-111111111111' };
    await createObject(connection, kind, configMap('stray', {}, { ownerReferences: [reference] }), { namespace });
    await admin.waitForObject(pathOf(place, 'stray'), (object) => object === undefined);
  });

  promise('many are deleted by a selector, and the others stay', async ({ connection, namespace }) => {
    const { kind } = await connection.resolve('configmaps');
    for (const name of ['sweep-1', 'sweep-2', 'keep'])
      await createObject(connection, kind, configMap(name, {}, { labels: { sweep: String(name !== 'keep') } }), { namespace });
    const answer = await deleteCollection(connection, kind, { namespace, labels: 'sweep=true' });
    expect(at(answer, 'kind')).toBe('ConfigMapList');
    expect(listAt(answer, 'items').map((item) => at(item, 'metadata', 'name'))).toEqual(['sweep-1', 'sweep-2']);
    const { items } = await listPage(connection, kind, { namespace, labels: 'sweep' });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['keep']);
  });

  promise('a namespace is emptied before it goes, and takes nothing new meanwhile', async (place) => {
    const { connection, admin, ask, cleanUp } = place;
    const [{ kind: namespaces }, { kind }] = [await connection.resolve('namespaces'), await connection.resolve('configmaps')];
    const namespace = `${place.namespace}-going`;
    const path = `/api/v1/namespaces/${namespace}`;
    cleanUp(path);
    const created = await createObject(connection, namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    expect(created).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': namespace } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
    await createObject(connection, kind, configMap('held', {}, HELD), { namespace });
    await createObject(connection, kind, configMap('free'), { namespace });
    expect(await deleteObject(connection, namespaces, { name: namespace })).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
      status: { phase: 'Terminating' },
    });
    expect(await ask(`POST ${path}/configmaps`, { body: configMap('late') })).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message: `configmaps "late" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
        details: {
          name: 'late',
          kind: 'configmaps',
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: `namespace ${namespace} is being terminated`,
              field: 'metadata.namespace',
            },
          ],
        },
      },
    });
    await admin.waitForObject(`${path}/configmaps/free`, (object) => object === undefined);
    const waiting = await admin.waitForObject(path, (object) => at(object, 'status', 'conditions', 4) !== undefined);
    const conditions = listAt(waiting, 'status', 'conditions');
    expect(conditions).toContainEqual(
      expect.objectContaining({
        type: 'NamespaceFinalizersRemaining',
        status: 'True',
        reason: 'SomeFinalizersRemain',
        message: 'Some content in the namespace has finalizers remaining: contract.test/held in 1 resource instances',
      }),
    );
    expect(conditions).toContainEqual(
      expect.objectContaining({
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: 'Some resources are remaining: configmaps. has 1 resource instances',
      }),
    );
    await patchObject(connection, kind, { namespace, name: 'held' }, 'merge', { metadata: { finalizers: null } });
    await admin.waitForObject(path, (object) => object === undefined);
    expect(await ask(`POST ${path}/configmaps`, { body: configMap('late') })).toMatchObject({
      status: 404,
      body: { message: `namespaces "${namespace}" not found`, details: { name: namespace, kind: 'namespaces' } },
    });
  });
});
