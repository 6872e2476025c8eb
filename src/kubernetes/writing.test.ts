import { describe, expect, it } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import { NODES } from './builtin.ts';
import type { Connection } from './connection.ts';
import type { ResourceKind } from './discovery.ts';
import { applyObject, createObject, deleteCollection, deleteObject, patchObject, replaceObject } from './writing.ts';

const DEPLOYMENTS: ResourceKind = {
  ...NODES,
  group: 'apps',
  resource: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
};
const PODS: ResourceKind = { ...NODES, resource: 'pods', singular: 'pod', kind: 'Pod', namespaced: true };
const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', namespace: 'odd' } };
const target = { namespace: 'shop', name: 'web' };

/** What goes over the wire for one call. */
async function wireOf(call: (connection: Connection) => Promise<unknown>): Promise<readonly unknown[]> {
  const { connection, sent } = connectionTo(() => ({ body: { answered: true } }));
  expect(await call(connection)).toEqual({ answered: true });
  expect(sent.length).toBe(1);
  const { method, path, contentType, body } = sent[0] ?? {};
  return [`${method} ${path}`, contentType, body === undefined ? undefined : JSON.parse(body)];
}

const COMMON = 'fieldManager=fairlead&fieldValidation=Strict';
const BASE = '/apis/apps/v1/namespaces/shop/deployments';

describe('what is sent', () => {
  it.each<{
    readonly what: string;
    readonly call: (connection: Connection) => Promise<unknown>;
    readonly wire: readonly unknown[];
  }>([
    {
      what: 'create',
      call: (connection) => createObject(connection, DEPLOYMENTS, web),
      wire: [`POST ${BASE}?${COMMON}`, 'application/json', web],
    },
    {
      what: 'create in a named namespace, in a dry run, with other options',
      call: (connection) =>
        createObject(connection, DEPLOYMENTS, web, { namespace: 'other', dryRun: true, validation: 'Warn', fieldManager: 'me' }),
      wire: [
        'POST /apis/apps/v1/namespaces/other/deployments?fieldManager=me&fieldValidation=Warn&dryRun=All',
        'application/json',
        web,
      ],
    },
    {
      what: 'create of what is in no namespace',
      call: (connection) => createObject(connection, NODES, node),
      wire: [`POST /api/v1/nodes?${COMMON}`, 'application/json', node],
    },
    {
      what: 'create of a subresource',
      call: (connection) =>
        createObject(connection, PODS, { kind: 'Eviction' }, { namespace: 'shop', name: 'web-1', subresource: 'eviction' }),
      wire: [`POST /api/v1/namespaces/shop/pods/web-1/eviction?${COMMON}`, 'application/json', { kind: 'Eviction' }],
    },
    {
      what: 'create, whose name stands in the object only',
      call: (connection) => createObject(connection, DEPLOYMENTS, web, { name: 'ignored' }),
      wire: [`POST ${BASE}?${COMMON}`, 'application/json', web],
    },
    {
      what: 'apply',
      call: (connection) => applyObject(connection, DEPLOYMENTS, web),
      wire: [`PATCH ${BASE}/web?${COMMON}&force=false`, 'application/apply-patch+yaml', web],
    },
    {
      what: 'apply with force, of a subresource, in a dry run',
      call: (connection) => applyObject(connection, DEPLOYMENTS, web, { force: true, subresource: 'status', dryRun: true }),
      wire: [`PATCH ${BASE}/web/status?${COMMON}&force=true&dryRun=All`, 'application/apply-patch+yaml', web],
    },
    {
      what: 'apply of what is in no namespace',
      call: (connection) => applyObject(connection, NODES, node),
      wire: [`PATCH /api/v1/nodes/n1?${COMMON}&force=false`, 'application/apply-patch+yaml', node],
    },
    {
      what: 'a JSON patch',
      call: (connection) => patchObject(connection, DEPLOYMENTS, target, 'json', [{ op: 'remove', path: '/a' }]),
      wire: [`PATCH ${BASE}/web?${COMMON}`, 'application/json-patch+json', [{ op: 'remove', path: '/a' }]],
    },
    {
      what: 'a merge patch of a subresource',
      call: (connection) =>
        patchObject(
          connection,
          DEPLOYMENTS,
          { ...target, subresource: 'scale' },
          'merge',
          { spec: { replicas: 3 } },
          { dryRun: true },
        ),
      wire: [`PATCH ${BASE}/web/scale?${COMMON}&dryRun=All`, 'application/merge-patch+json', { spec: { replicas: 3 } }],
    },
    {
      what: 'a strategic patch',
      call: (connection) => patchObject(connection, DEPLOYMENTS, target, 'strategic', { a: null }),
      wire: [`PATCH ${BASE}/web?${COMMON}`, 'application/strategic-merge-patch+json', { a: null }],
    },
    {
      what: 'replace',
      call: (connection) => replaceObject(connection, DEPLOYMENTS, web, { validation: 'Ignore' }),
      wire: [`PUT ${BASE}/web?fieldManager=fairlead&fieldValidation=Ignore`, 'application/json', web],
    },
    {
      what: 'delete',
      call: (connection) => deleteObject(connection, DEPLOYMENTS, target),
      wire: [`DELETE ${BASE}/web`, 'application/json', { apiVersion: 'v1', kind: 'DeleteOptions' }],
    },
    {
      what: 'delete with all options',
      call: (connection) =>
        deleteObject(connection, DEPLOYMENTS, target, {
          propagation: 'Foreground',
          gracePeriodSeconds: 0,
          preconditions: { uid: 'u', resourceVersion: '7' },
        }),
      wire: [
        `DELETE ${BASE}/web`,
        'application/json',
        {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Foreground',
          gracePeriodSeconds: 0,
          preconditions: { uid: 'u', resourceVersion: '7' },
        },
      ],
    },
    {
      // The server reads the options from the body instead of the query: the dry run must stand there.
      what: 'delete in a dry run',
      call: (connection) => deleteObject(connection, DEPLOYMENTS, target, { dryRun: true }),
      wire: [`DELETE ${BASE}/web?dryRun=All`, 'application/json', { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] }],
    },
    {
      what: 'delete of a selection, in a dry run',
      call: (connection) =>
        deleteCollection(
          connection,
          DEPLOYMENTS,
          { namespace: 'shop', labels: 'a=b', fields: 'c=d' },
          { dryRun: true, propagation: 'Orphan' },
        ),
      wire: [
        `DELETE ${BASE}?labelSelector=a%3Db&fieldSelector=c%3Dd&dryRun=All`,
        'application/json',
        { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'], propagationPolicy: 'Orphan' },
      ],
    },
  ])('$what', async ({ call, wire }) => {
    expect(await wireOf(call)).toEqual(wire);
  });
});

describe('what cannot be meant', () => {
  const nothing = (): Connection => connectionTo(() => ({})).connection;

  it.each([applyObject, replaceObject])('an object without a name', async (write) => {
    await expect(write(nothing(), DEPLOYMENTS, { metadata: {} })).rejects.toMatchObject({
      code: 'usage',
      field: 'metadata.name',
    });
  });

  it('a patch of the wrong form', async () => {
    await expect(patchObject(nothing(), DEPLOYMENTS, target, 'json', {})).rejects.toThrow(
      'A patch of type json is a list of operations.',
    );
    await expect(patchObject(nothing(), DEPLOYMENTS, target, 'merge', [])).rejects.toThrow('A patch of type merge is an object.');
    await expect(patchObject(nothing(), DEPLOYMENTS, target, 'strategic', [])).rejects.toThrow(
      'A patch of type strategic is an object.',
    );
  });

  it('an empty name, which would be the whole collection', async () => {
    await expect(deleteObject(nothing(), DEPLOYMENTS, { namespace: 'shop', name: '' })).rejects.toMatchObject({ field: 'name' });
  });
});
