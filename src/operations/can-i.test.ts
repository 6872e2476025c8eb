import { expect, test } from 'vitest';

import { actionOf } from './can-i-question.ts';
import { checkAccess, impliedGroups, listRules, whoAmI } from './can-i.ts';
import { fakeCluster, type FakeRequest } from './kinds.fake.ts';

const SELF = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const OTHER = 'POST /apis/authorization.k8s.io/v1/subjectaccessreviews';

const action = async (verb: string, kind: string, subresource?: string) => {
  const found = await actionOf(fakeCluster({}).connection, verb, kind, subresource);
  if ('path' in found) return `${found.verb} ${found.path}`;
  return `${found.verb} ${found.group}/${found.version} ${found.resource}${found.subresource === '' ? '' : `/${found.subresource}`}`;
};

test('verbs and kinds are taken as people say them', async () => {
  expect(await action('get', 'po')).toBe('get /v1 pods');
  expect(await action('LIST', 'Deployment')).toBe('list apps/v1 deployments');
  expect(await action('list', 'apps/deployments')).toBe('list apps/v1 deployments');
  expect(await action('get', 'pods/log')).toBe('get /v1 pods/log');
  expect(await action('get', 'pods', 'logs')).toBe('get /v1 pods/log');
  expect(await action('exec', 'pods')).toBe('create /v1 pods/exec');
  expect(await action('logs', 'pod')).toBe('get /v1 pods/log');
  expect(await action('scale', 'deploy')).toBe('patch apps/v1 deployments/scale');
  expect(await action('get', '/metrics')).toBe('get /metrics');
  expect(await action('*', '*')).toBe('* */* *');
  expect(await action('frobnicate', 'pods')).toBe('frobnicate /v1 pods');
});

test('mistakes are told with the nearest right word, never answered with a "no"', async () => {
  await expect(action('lst', 'pods')).rejects.toThrow('No verb "lst"; did you mean "list"?');
  await expect(action('get', 'podz')).rejects.toThrow('No kind "podz" on cluster test. Nearest: pods');
  await expect(action('get', 'pods/lgo')).rejects.toThrow(
    'pods have no subresource "lgo"; did you mean "log"? It has: status, log,',
  );
  await expect(action('exec', 'deployments')).rejects.toThrow('deployments have no subresource "exec". It has: status, scale.');
});

test('the authorisers are asked, each question once', async () => {
  const asked: unknown[] = [];
  const { connection } = fakeCluster({
    [SELF]: ({ body }: FakeRequest) => {
      asked.push(body);
      return {
        status: {
          allowed: asked.length === 1,
          reason: 'RBAC: allowed by RoleBinding "view/shop" of Role "view" to User "dev-amy"',
        },
      };
    },
  });
  const pods = await actionOf(connection, 'exec', 'pods');
  const nodes = await actionOf(connection, 'list', 'nodes');
  const path = await actionOf(connection, 'get', '/metrics');
  const answers = await checkAccess(connection, [
    { action: pods, namespace: 'shop', name: 'web-1' },
    { action: nodes, namespace: 'shop' },
    { action: path },
  ]);
  expect(answers.map(({ allowed, denied }) => [allowed, denied])).toEqual([
    [true, false],
    [false, false],
    [false, false],
  ]);
  expect(asked).toEqual([
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb: 'create',
          group: '',
          version: 'v1',
          resource: 'pods',
          subresource: 'exec',
          namespace: 'shop',
          name: 'web-1',
        },
      },
    },
    expect.objectContaining({ spec: { resourceAttributes: { verb: 'list', group: '', version: 'v1', resource: 'nodes' } } }),
    expect.objectContaining({ spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } } }),
  ]);
});

test('somebody else is asked about with the groups that the server would add', async () => {
  const asked: unknown[] = [];
  const { connection } = fakeCluster({ [OTHER]: ({ body }: FakeRequest) => asked.push(body) && { status: { allowed: true } } });
  const question = { action: await actionOf(connection, 'get', 'secrets'), namespace: 'shop' };
  const user = 'system:serviceaccount:shop:builder';
  const [answer] = await checkAccess(connection, [question], { user, groups: impliedGroups(user) });
  expect(answer).toMatchObject({ allowed: true, reason: '' });
  expect(asked).toMatchObject([
    { spec: { user, groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'] } },
  ]);
  expect(impliedGroups('jane')).toEqual(['system:authenticated']);
  expect(impliedGroups('system:anonymous')).toEqual(['system:unauthenticated']);
});

test('who may not ask about others hears what it takes', async () => {
  const { connection } = fakeCluster({ [OTHER]: 403 });
  const question = { action: await actionOf(connection, 'get', 'secrets') };
  await expect(checkAccess(connection, [question], { user: 'jane', groups: [] })).rejects.toThrow(
    '"dev-amy" may not ask what others may do on cluster test.',
  );
});

test('rules and identity come as the server knows them', async () => {
  const { connection } = fakeCluster({
    'POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
      status: {
        incomplete: true,
        evaluationError: 'webhook authorizer does not support user rule resolution',
        resourceRules: [{ verbs: ['list', 'get'], apiGroups: [''], resources: ['pods', 'services'] }],
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/api'] }],
      },
    },
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews': {
      status: { userInfo: { username: 'amy@example.com', groups: ['devs'] } },
    },
  });
  expect(await listRules(connection, 'shop')).toEqual({
    resources: [{ verbs: ['get', 'list'], group: '', resources: ['pods', 'services'], names: [] }],
    paths: [{ verbs: ['get'], paths: ['/api', '/healthz'] }],
    incomplete: true,
    problem: 'webhook authorizer does not support user rule resolution',
  });
  expect(await whoAmI(connection)).toEqual({ user: 'amy@example.com', groups: ['devs'] });
  expect(await whoAmI(fakeCluster({}).connection)).toBeUndefined();
});
