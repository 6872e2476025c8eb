import { request } from 'node:https';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { askWith, type Ask } from '../../../test/support/practice.ts';
import { startBareServer, type BareServer } from '../serve/testing.fake.ts';

let server: BareServer;

const RBAC = 'rbac.authorization.k8s.io';
const PODS = 'GET /api/v1/namespaces/default/pods';
const asks: (Ask & { close(): void })[] = [];

const as = (user: string, ...groups: readonly string[]): Ask => kept(askWith(server.api.kubeconfig({ user, groups })));
function kept(ask: Ask & { close(): void }): Ask {
  asks.push(ask);
  return ask;
}

function bind(role: string, subject: Readonly<Record<string, string>>, namespace?: string): void {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const resource = namespace === undefined ? `clusterrolebindings.${RBAC}` : `rolebindings.${RBAC}`;
  const metadata = { name: `${role}-${subject['name']}`, ...(namespace !== undefined && { namespace }) };
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: role };
  server.api.store.create(resource, { apiVersion: `${RBAC}/v1`, kind, metadata, roleRef, subjects: [subject] }, 'test');
}

beforeAll(async () => {
  server = await startBareServer({ rbac: true });
  const { store } = server.api;
  for (const name of ['robot', 'idle']) {
    store.create(
      'serviceaccounts',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } },
      'test',
    );
  }
  store.create(
    `clusterroles.${RBAC}`,
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'narrow' },
      rules: [
        { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['only'] },
        { verbs: ['get'], nonResourceURLs: ['/metrics*'] },
        { verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['bob'] },
      ],
    },
    'test',
  );
  store.create(
    `clusterroles.${RBAC}`,
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'gardener' },
      rules: [
        { verbs: ['create'], apiGroups: [RBAC], resources: ['roles', 'rolebindings'] },
        { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
      ],
    },
    'test',
  );
  bind('view', { kind: 'User', name: 'bob', apiGroup: RBAC }, 'default');
  bind('view', { kind: 'Group', name: 'readers', apiGroup: RBAC });
  bind('view', { kind: 'ServiceAccount', name: 'robot', namespace: 'default' }, 'default');
  bind('narrow', { kind: 'User', name: 'nora', apiGroup: RBAC });
});
afterAll(async () => {
  for (const ask of asks) ask.close();
  await server.stop();
});

test('who is in no role is told so, with the words of a real server', async () => {
  expect((await as('eve')(PODS)).body).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: 'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"',
    details: { kind: 'pods' },
  });
  expect((await as('eve')('GET /apis/apps/v1/namespaces/default/deployments/web/scale')).body.message).toBe(
    'deployments.apps "web" is forbidden: User "eve" cannot get resource "deployments/scale" in API group "apps" in the namespace "default"',
  );
  expect((await as('eve')('GET /metrics')).body.message).toBe('forbidden: User "eve" cannot get path "/metrics"');
});

test('a role in a namespace holds there alone', async () => {
  const bob = as('bob');
  expect((await bob(PODS)).status).toBe(200);
  expect((await bob('GET /api/v1/namespaces/kube-system/pods')).status).toBe(403);
  expect((await bob('GET /api/v1/pods')).body.message).toMatch(/at the cluster scope$/);
  expect((await bob('GET /api/v1/namespaces/default/secrets')).status).toBe(403);
  expect((await bob('DELETE /api/v1/namespaces/default/pods/web')).status).toBe(403);
});

test('a role that a group has holds for its members', async () => {
  expect((await as('anna', 'readers')('GET /api/v1/pods')).status).toBe(200);
});

test('a rule can name its objects and paths', async () => {
  const nora = as('nora');
  expect((await nora('GET /api/v1/namespaces/default/configmaps/only')).status).toBe(404);
  expect((await nora('GET /api/v1/namespaces/default/configmaps/other')).status).toBe(403);
  expect((await nora('GET /metrics/more')).status).toBe(404);
});

test('everybody who logs in may look around and ask what they may', async () => {
  const eve = as('eve');
  expect((await eve('GET /apis')).status).toBe(200);
  const question = { spec: { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } } };
  const path = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  expect((await eve(path, { body: question })).body.status).toEqual({ allowed: false });
  expect((await as('bob')(path, { body: question })).body.status).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "view-bob/default" of ClusterRole "view" to User "bob"',
  });
});

test('an administrator asks for others', async () => {
  const body = { spec: { user: 'x', groups: ['readers'], resourceAttributes: { verb: 'get', resource: 'pods' } } };
  const { body: answer } = await server.ask('POST /apis/authorization.k8s.io/v1/subjectaccessreviews', { body });
  expect(answer.status.allowed).toBe(true);
});

test('the rules of somebody are those of all their roles', async () => {
  const body = { spec: { namespace: 'default' } };
  const { body: answer } = await as('nora')('POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body });
  expect(answer.status.resourceRules).toContainEqual({
    verbs: ['get'],
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['only'],
  });
  expect(answer.status.nonResourceRules).toContainEqual({ verbs: ['get'], nonResourceURLs: ['/metrics*'] });
  expect(answer.spec).toEqual({});
  const { body: own } = await server.ask('POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body });
  expect(own.status.resourceRules).toMatchObject([{ verbs: ['*'], resources: ['*'] }, {}, {}]);
});

test('a certificate, a token and an impersonation each say who somebody is', async () => {
  const path = 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews';
  const who = async (ask: Ask, headers: Readonly<Record<string, string>> = {}) =>
    (await ask(path, { body: {}, headers })).body.status.userInfo as unknown;
  expect(await who(as('anna', 'readers'))).toEqual({ username: 'anna', groups: ['readers', 'system:authenticated'] });
  const token = server.api.token('default', 'robot');
  expect(await who(kept(askWith(server.api.kubeconfig({ token }))))).toMatchObject({
    username: 'system:serviceaccount:default:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  });
  expect(await who(server.ask, { 'impersonate-user': 'bob', 'impersonate-group': 'readers' })).toEqual({
    username: 'bob',
    groups: ['readers', 'system:authenticated'],
  });
});

test('nobody gives away rights that they do not have', async () => {
  bind('gardener', { kind: 'User', name: 'gus', apiGroup: RBAC }, 'default');
  const gus = as('gus', 'garden');
  const roles = `/apis/${RBAC}/v1/namespaces/default/roles`;
  const role = (name: string, ...rules: readonly object[]) => ({ body: { metadata: { name }, rules } });
  const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  expect((await gus(`POST ${roles}`, role('own', pods))).status).toBe(201);
  const more = { apiGroups: ['', 'apps'], resources: ['pods'], verbs: ['watch', 'get'] };
  const refused = await gus(`POST ${roles}`, role('more', more, { nonResourceURLs: ['/x'], verbs: ['get'] }));
  expect(refused.body).toMatchObject({
    code: 403,
    message: `roles.${RBAC} "more" is forbidden: user "gus" (groups=["garden" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}
{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "watch"]}
{NonResourceURLs:["/x"], Verbs:["get"]}`,
    details: { name: 'more', group: RBAC, kind: 'roles' },
  });
  const binding = (name: string, kind: string) =>
    gus(`POST /apis/${RBAC}/v1/namespaces/default/rolebindings`, {
      body: { metadata: { generateName: 'b-' }, roleRef: { apiGroup: RBAC, kind, name }, subjects: [] },
    });
  expect((await binding('own', 'Role')).status).toBe(201);
  expect((await binding('cluster-admin', 'ClusterRole')).status).toBe(403);
  expect((await binding('none', 'Role')).body.message).toBe(`rolebindings.${RBAC} "none" not found`);
  expect((await server.ask(`POST ${roles}`, role('any', more))).status).toBe(201);
});

test('only who may impersonate somebody does', async () => {
  const nora = as('nora');
  expect((await nora(PODS, { headers: { 'impersonate-user': 'bob' } })).status).toBe(200);
  expect((await nora(PODS, { headers: { 'impersonate-user': 'anna' } })).body.message).toBe(
    'users "anna" is forbidden: User "nora" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
  expect((await nora(PODS, { headers: { 'impersonate-user': 'bob', 'impersonate-uid': '7' } })).body.message).toBe(
    'uids.authentication.k8s.io "7" is forbidden: User "nora" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope',
  );
  expect((await nora(PODS, { headers: { 'impersonate-user': 'bob', 'impersonate-extra-scopes%zz': 'all' } })).body.message).toBe(
    'userextras.authentication.k8s.io "all" is forbidden: User "nora" cannot impersonate resource "userextras/scopes%zz" in API group "authentication.k8s.io" at the cluster scope',
  );
  expect((await server.ask(PODS, { headers: { 'impersonate-group': 'readers' } })).status).toBe(400);
});

test('a token is good until it expires and while its account is there', async () => {
  const { api, clock } = server;
  const ask = (token: string): Ask => kept(askWith(api.kubeconfig({ token })));
  const short = ask(api.token('default', 'robot', 600));
  expect((await short(PODS)).status).toBe(200);
  clock.advance(600_000);
  expect((await short(PODS)).body).toMatchObject({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
  const idle = ask(api.token('default', 'idle'));
  expect((await idle(PODS)).status).toBe(403);
  api.store.delete('serviceaccounts', 'default', 'idle');
  expect((await idle(PODS)).status).toBe(401);
  expect((await ask('no.such.token')(PODS)).status).toBe(401);
});

test('a token is asked for like any subresource, and reviewed', async () => {
  const path = 'POST /api/v1/namespaces/default/serviceaccounts/robot/token';
  const { body } = await server.ask(path, { body: { spec: { audiences: ['us'], expirationSeconds: 600 } } });
  expect(body).toMatchObject({
    kind: 'TokenRequest',
    status: { token: expect.any(String), expirationTimestamp: expect.any(String) },
  });
  const review = async (audiences: readonly string[]) =>
    (
      await server.ask('POST /apis/authentication.k8s.io/v1/tokenreviews', {
        body: { spec: { token: body.status.token, audiences } },
      })
    ).body.status as unknown;
  expect(await review(['us'])).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:robot' } });
  expect(await review(['others'])).toMatchObject({ error: 'invalid bearer token' });
  expect((await server.ask(path, { body: { spec: { expirationSeconds: 60 } } })).body.message).toMatch(/less than 10 minutes/);
});

test('who says nothing is anonymous, and sees what is public alone', async () => {
  const get = async (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(server.api.url + path, { ca: server.api.certificate }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await get('/livez')).toBe(200);
  expect(await get('/api/v1/pods')).toBe(403);
});
