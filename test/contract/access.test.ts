import { expect } from 'vitest';

import {
  at,
  createObject,
  deleteObject,
  isKubernetesError,
  listAt,
  listPage,
  textAt,
  type Connection,
} from '../../src/kubernetes/index.ts';
import { connect } from './harness/access.ts';
import { configMap, contract, type Place } from './harness/index.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';

/** Somebody who may read ConfigMaps, but of Secrets only the one called `known`, and may say what others may do. */
async function reader({ connection, namespace, access }: Place): Promise<{ user: string; client: Connection }> {
  const of = async (name: string) => (await connection.resolve(name)).kind;
  await createObject(
    connection,
    await of('serviceaccounts'),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader' } },
    { namespace },
  );
  const rules = [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['known'], verbs: ['get'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['create'] },
    { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch'] },
  ];
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader' } };
  await createObject(connection, await of('roles'), { ...rbac, kind: 'Role', rules }, { namespace });
  const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  await createObject(connection, await of('rolebindings'), { ...rbac, kind: 'RoleBinding', subjects, roleRef }, { namespace });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const token = await createObject(connection, await of('serviceaccounts'), request, {
    namespace,
    name: 'reader',
    subresource: 'token',
  });
  const { server, ca } = access;
  const client = connect({ server, ca, token: textAt(token, 'status', 'token') ?? '' });
  return { user: `system:serviceaccount:${namespace}:reader`, client };
}

contract('access', ({ prepare, promise }) => {
  let user: string;
  let client: Connection;

  prepare(async (place) => {
    ({ user, client } = await reader(place));
    const { kind } = await client.resolve('configmaps');
    // Roles are watched, not read at each request: the first one may be too early.
    for (;;) {
      const told = await listPage(client, kind, { namespace: place.namespace }).catch((error: unknown) => error);
      if (!isKubernetesError(told, 'forbidden')) break;
    }
    place.cleanUp(`/api/v1/namespaces/${place.namespace}/serviceaccounts/reader`);
  });

  promise(
    'a role allows what it names, and everything else is forbidden in a sentence that says who, what and where',
    async (place) => {
      const { namespace } = place;
      const { kind: configMaps } = await client.resolve('configmaps');
      const { kind: secrets } = await client.resolve('secrets');
      await createObject(client, configMaps, configMap('allowed'), { namespace });
      const forbidden = (message: string) => ({ status: 403, reason: 'Forbidden', serverMessage: message });
      await expect(deleteObject(client, configMaps, { namespace, name: 'allowed' })).rejects.toMatchObject(
        forbidden(
          `configmaps "allowed" is forbidden: User "${user}" cannot delete resource "configmaps" in API group "" in the namespace "${namespace}"`,
        ),
      );
      await expect(listPage(client, configMaps, { namespace: 'default' })).rejects.toMatchObject(
        forbidden(
          `configmaps is forbidden: User "${user}" cannot list resource "configmaps" in API group "" in the namespace "default"`,
        ),
      );
      await expect(listPage(client, configMaps)).rejects.toMatchObject(
        forbidden(
          `configmaps is forbidden: User "${user}" cannot list resource "configmaps" in API group "" at the cluster scope`,
        ),
      );
      await expect(listPage(client, secrets, { namespace })).rejects.toMatchObject(
        forbidden(
          `secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`,
        ),
      );
    },
  );

  promise('a server answers by itself what the asker may do', async ({ namespace }) => {
    const { kind } = await client.resolve('selfsubjectaccessreviews');
    const may = async (resourceAttributes: object): Promise<unknown> => {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
      return at(await createObject(client, kind, review), 'status', 'allowed');
    };
    expect(await may({ namespace, verb: 'get', resource: 'configmaps' })).toBe(true);
    expect(await may({ namespace, verb: 'delete', resource: 'configmaps' })).toBe(false);
    expect(await may({ verb: 'get', resource: 'configmaps' })).toBe(false);
    expect(await may({ namespace, verb: 'get', resource: 'secrets', name: 'known' })).toBe(true);
    expect(await may({ namespace, verb: 'get', resource: 'secrets', name: 'other' })).toBe(false);
    expect(await may({ namespace, verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale' })).toBe(true);
    expect(await may({ namespace, verb: 'patch', group: 'apps', resource: 'deployments' })).toBe(false);
  });

  promise('a server lists all rules of the asker', async ({ namespace }) => {
    const { kind } = await client.resolve('selfsubjectrulesreviews');
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
    const { status } = await createObject(client, kind, review);
    expect(at(status, 'incomplete')).toBe(false);
    const rules = listAt(status, 'resourceRules');
    expect(rules).toContainEqual({ verbs: ['get', 'list', 'create'], apiGroups: [''], resources: ['configmaps'] });
    expect(rules).toContainEqual({ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['known'] });
    expect(rules).toContainEqual({
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    });
    expect(listAt(status, 'nonResourceRules').flatMap((rule) => listAt(rule, 'nonResourceURLs'))).toContain('/version');
  });

  promise('who may ask about others is told what they may do', async ({ ask, namespace }) => {
    const about = (groups: readonly string[], verb: string) =>
      ask(`POST ${REVIEWS}/subjectaccessreviews`, {
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { user, groups, resourceAttributes: { namespace, verb, resource: 'configmaps' } },
        },
      });
    expect(at((await about([], 'get')).body, 'status')).toMatchObject({
      allowed: true,
      reason: expect.stringContaining('RBAC: allowed by RoleBinding "reader/'),
    });
    expect(at((await about([], 'delete')).body, 'status')).toEqual({ allowed: false });
    expect(at((await about(['system:masters'], 'delete')).body, 'status', 'allowed')).toBe(true);
  });

  promise('nobody gives away rights that they do not have', async ({ namespace }) => {
    const { kind } = await client.resolve('roles');
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'more' } };
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }];
    await expect(createObject(client, kind, { ...role, rules }, { namespace })).rejects.toMatchObject({
      status: 403,
      serverMessage: expect.stringMatching(
        /is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["list"\]\}/,
      ),
    });
  });
});
