import { describe, expect, it } from 'vitest';

import { errorFromAnswer, isKubernetesError, KubernetesError, sceneOf, type ErrorScene } from './errors.ts';

const scene: ErrorScene = {
  cluster: 'prod',
  identity: 'dev',
  verb: 'get',
  group: 'apps',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
};
const status = (message: string, more: object = {}): object => ({ kind: 'Status', apiVersion: 'v1', message, ...more });

describe('what an answer says', () => {
  it.each([
    {
      code: 401,
      body: status('Unauthorized'),
      says: 'unauthorized',
      message: 'Not logged in in namespace shop (cluster prod) as "dev": the server answered 401 Unauthorized.',
      advice: 'Log in again: the token or certificate is expired, revoked, or meant for another cluster.',
    },
    {
      code: 403,
      body: status('deployments.apps "web" is forbidden: exceeded quota: small'),
      says: 'forbidden',
      message:
        'Refused by admission in namespace shop (cluster prod): deployments.apps "web" is forbidden: exceeded quota: small',
    },
    {
      code: 403,
      body: status('admission webhook "check.example.com" denied the request: no owner label'),
      says: 'forbidden',
      message:
        'Refused by admission in namespace shop (cluster prod): admission webhook "check.example.com" denied the request: no owner label',
    },
    {
      code: 403,
      body: status('roles.rbac.authorization.k8s.io "x" is forbidden: user "dev" is attempting to grant RBAC permissions'),
      says: 'forbidden',
      message:
        'Not allowed: user "dev" may not get deployments.apps in namespace shop (cluster prod): roles.rbac.authorization.k8s.io "x" is forbidden: user "dev" is attempting to grant RBAC permissions',
    },
    {
      code: 403,
      body: 'Forbidden',
      says: 'forbidden',
      message: 'Not allowed: user "dev" may not get deployments.apps in namespace shop (cluster prod): Forbidden',
    },
    {
      code: 404,
      body: status('deployments.apps "web" not found', { details: { name: 'web', group: 'apps', kind: 'deployments' } }),
      says: 'not-found',
      message: 'No deployments.apps "web" in namespace shop (cluster prod).',
    },
    {
      code: 409,
      body: status('the object has been modified'),
      says: 'conflict',
      message: 'Conflict on deployments.apps "web" in namespace shop (cluster prod): the object has been modified',
    },
    {
      code: 410,
      body: status('too old resource version'),
      says: 'expired',
      message:
        'The list of deployments.apps in namespace shop (cluster prod) has moved on: what the continuation refers to is gone.',
      advice: 'Ask again from the start, without a cursor.',
    },
    {
      code: 422,
      body: status('Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1'),
      says: 'invalid',
      message: 'Not valid in namespace shop (cluster prod): Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1',
    },
    {
      code: 422,
      body: status(
        `Job.batch "a/b" is invalid: [metadata.name: Invalid value: "a/b": a DNS-1035 label must consist of lower case alphanumeric characters or '-' (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?'), spec: Invalid value: "x": must be (regex used for validation is '[0-9]+')]`,
      ),
      says: 'invalid',
      message: `Not valid in namespace shop (cluster prod): Job.batch "a/b" is invalid: [metadata.name: Invalid value: "a/b": a DNS-1035 label must consist of lower case alphanumeric characters or '-' (e.g. 'my-name',  or 'abc-123'), spec: Invalid value: "x": must be]`,
    },
    {
      code: 429,
      body: status('too many requests'),
      says: 'throttled',
      message: 'The API server in namespace shop (cluster prod) is throttling requests (429): too many requests',
      advice: 'The server is busy; ask again a little later, or for less.',
    },
    {
      code: 500,
      body: 'etcd failed\n',
      says: 'server',
      message: 'The API server in namespace shop (cluster prod) answered 500 to get deployments.apps "web": etcd failed',
    },
    {
      code: 503,
      body: undefined,
      says: 'server',
      message: 'The API server in namespace shop (cluster prod) answered 503 to get deployments.apps "web"',
    },
    {
      code: 504,
      body: undefined,
      says: 'timeout',
      message: 'The API server in namespace shop (cluster prod) answered 504 to get deployments.apps "web"',
    },
    {
      code: 302,
      body: '<a href="https://login.example/?token=1">Found</a>',
      says: 'bad-answer',
      message:
        'The API server in namespace shop (cluster prod) answered 302 to get deployments.apps "web": <a href="https://login.example/?token=1">Found</a>',
      advice: 'Something else than a Kubernetes API server may answer here: check the server address and any proxy.',
    },
    {
      code: 502,
      body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>',
      says: 'server',
      message:
        'The API server in namespace shop (cluster prod) answered 502 to get deployments.apps "web": a web page with the title "502 Bad Gateway"',
    },
    {
      code: 502,
      body: '<!DOCTYPE html><p>nothing here</p>',
      says: 'server',
      message: 'The API server in namespace shop (cluster prod) answered 502 to get deployments.apps "web": a web page',
    },
  ])('$code is $says', ({ code, body, says, message, advice }) => {
    const error = errorFromAnswer(code, body, scene);
    expect({ code: error.code, status: error.status, message: error.message, advice: error.advice }).toEqual({
      code: says,
      status: code,
      message,
      advice,
    });
  });

  it.each([
    { code: 400, says: 'invalid' },
    { code: 405, says: 'not-supported' },
    { code: 406, says: 'invalid' },
    { code: 413, says: 'invalid' },
    { code: 415, says: 'invalid' },
    { code: 418, says: 'server' },
    { code: 307, says: 'bad-answer' },
  ])('$code is $says', ({ code, says }) => {
    expect(errorFromAnswer(code, undefined, scene).code).toBe(says);
  });

  it.each([
    {
      what: 'a resource that is not served, of a server that knows the group',
      body: status('the server could not find the requested resource', { reason: 'NotFound', details: {} }),
      name: 'web',
      message:
        'Nothing is served as deployments.apps in namespace shop (cluster prod): the server could not find the requested resource',
      missing: 'resource',
    },
    {
      what: 'an API group that is gone',
      body: '404 page not found\n',
      name: 'web',
      message: 'Nothing is served as deployments.apps in namespace shop (cluster prod): 404 page not found',
      missing: 'resource',
    },
    {
      what: 'a list of a resource that is not served',
      body: undefined,
      name: undefined,
      message: 'Nothing is served as deployments.apps in namespace shop (cluster prod)',
      missing: 'resource',
    },
    {
      what: 'the namespace of what is created',
      body: status('namespaces "shop" not found', { details: { name: 'shop', kind: 'namespaces' } }),
      name: undefined,
      message: 'No namespaces "shop" (cluster prod).',
      missing: 'object',
    },
    {
      what: 'an object, without a word',
      body: undefined,
      name: 'web',
      message: 'No deployments.apps "web" in namespace shop (cluster prod).',
      missing: 'object',
    },
  ])('a 404 can be about $what', ({ body, name, message, missing }) => {
    expect(errorFromAnswer(404, body, { ...scene, name })).toMatchObject({ code: 'not-found', message, missing });
  });

  it('the fields at fault are named', () => {
    const error = errorFromAnswer(
      422,
      status('invalid', {
        reason: 'Invalid',
        details: {
          causes: [
            { reason: 'FieldValueInvalid', message: 'must be greater than 0', field: 'spec.replicas' },
            { reason: 'FieldValueRequired', field: 'spec.selector' },
            'odd',
          ],
        },
      }),
      scene,
    );
    expect(error.reason).toBe('Invalid');
    expect(error.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'must be greater than 0', field: 'spec.replicas' },
      { reason: 'FieldValueRequired', message: '', field: 'spec.selector' },
      { reason: '', message: '', field: '' },
    ]);
  });

  it('a disruption budget is not a busy server', () => {
    const body = status("Cannot evict pod as it would violate the pod's disruption budget.", {
      reason: 'TooManyRequests',
      details: {
        causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 2 currently' }],
      },
    });
    expect(
      errorFromAnswer(429, body, { ...scene, verb: 'create', group: '', resource: 'pods/eviction', name: 'web-1' }),
    ).toMatchObject({
      code: 'throttled',
      message:
        'A disruption budget does not allow to evict pods/eviction "web-1" in namespace shop (cluster prod): The disruption budget web needs 2 healthy pods and has 2 currently',
      advice: 'Wait until more of its pods are healthy, or look at the budget.',
    });
  });

  it('the wait that the server asks for is taken from the header, else from the body', () => {
    const body = status('wait', { details: { retryAfterSeconds: 7 } });
    expect(errorFromAnswer(429, body, scene).retryAfter).toBe(7);
    expect(errorFromAnswer(429, body, scene, 2).retryAfter).toBe(2);
    expect(errorFromAnswer(429, {}, scene).retryAfter).toBeUndefined();
  });

  it('a server that goes on and on is cut short', () => {
    const error = errorFromAnswer(500, 'x'.repeat(100_000), scene);
    expect(error.serverMessage?.length).toBe(4_000);
    expect(error.message.length).toBeLessThan(800);
  });

  it.each([null, [], 7, true, { message: 1, details: 'x' }, { details: { causes: {} } }])(
    'of odd form does no harm: %j',
    (body) => {
      expect(errorFromAnswer(500, body, scene)).toMatchObject({ code: 'server', causes: [], serverMessage: undefined });
    },
  );
});

it('a scene tells the resource with its subresource, or the path', () => {
  const place = { cluster: 'prod', identity: 'dev' };
  expect(
    sceneOf(
      { verb: 'create', group: '', version: 'v1', resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'web' },
      place,
    ),
  ).toEqual({
    ...place,
    verb: 'create',
    group: '',
    resource: 'pods/eviction',
    namespace: 'shop',
    name: 'web',
  });
  expect(sceneOf({ verb: 'get', nonResource: '/readyz' }, place)).toEqual({ ...place, verb: 'get', resource: '/readyz' });
});

it('errors are told apart by their codes', () => {
  const error = new KubernetesError('forbidden', 'no');
  expect(isKubernetesError(error)).toBe(true);
  expect(isKubernetesError(error, 'forbidden', 'unauthorized')).toBe(true);
  expect(isKubernetesError(error, 'unauthorized')).toBe(false);
  expect(isKubernetesError(new Error('forbidden'))).toBe(false);
});
