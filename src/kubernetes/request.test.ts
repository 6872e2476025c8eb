import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { apiVersionOf, isRead, methodOf, pathOf, type ApiRequest, type ResourceRequest, type Verb } from './request.ts';

const pods = { group: '', version: 'v1', resource: 'pods' } as const;
const deployments = { group: 'apps', version: 'v1', resource: 'deployments' } as const;

describe('a path', () => {
  it.each<{ readonly request: ApiRequest; readonly path: string }>([
    { request: { verb: 'list', ...pods }, path: '/api/v1/pods' },
    { request: { verb: 'list', ...pods, namespace: 'shop' }, path: '/api/v1/namespaces/shop/pods' },
    { request: { verb: 'get', ...pods, namespace: 'shop', name: 'web' }, path: '/api/v1/namespaces/shop/pods/web' },
    {
      request: {
        verb: 'get',
        ...pods,
        namespace: 'shop',
        name: 'web',
        subresource: 'log',
        query: { container: 'a b', previous: 'true' },
      },
      path: '/api/v1/namespaces/shop/pods/web/log?container=a+b&previous=true',
    },
    {
      request: { verb: 'get', ...deployments, namespace: 'shop', name: 'web' },
      path: '/apis/apps/v1/namespaces/shop/deployments/web',
    },
    {
      request: { verb: 'watch', ...deployments, query: { resourceVersion: '7' } },
      path: '/apis/apps/v1/deployments?resourceVersion=7&watch=true',
    },
    {
      request: { verb: 'patch', ...deployments, namespace: 'shop', name: 'web', dryRun: true },
      path: '/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All',
    },
    { request: { verb: 'deletecollection', ...pods, namespace: 'shop' }, path: '/api/v1/namespaces/shop/pods' },
    {
      request: { verb: 'get', ...pods, namespace: 'shop', name: 'web', subresource: 'proxy/metrics' },
      path: '/api/v1/namespaces/shop/pods/web/proxy/metrics',
    },
    {
      request: { verb: 'get', group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles', name: 'MyTeam:Admin' },
      path: '/apis/rbac.authorization.k8s.io/v1/clusterroles/MyTeam%3AAdmin',
    },
    { request: { verb: 'get', nonResource: '/readyz', query: { verbose: '' } }, path: '/readyz?verbose=' },
    { request: { verb: 'get', nonResource: '/openapi/v3/apis/apps/v1' }, path: '/openapi/v3/apis/apps/v1' },
  ])('$path', ({ request, path }) => {
    expect(pathOf(request)).toBe(path);
  });

  const FIELDS = ['name', 'namespace', 'subresource', 'group', 'version', 'resource'] as const;
  const whole: ResourceRequest = { verb: 'get', ...deployments, namespace: 'shop', name: 'web', subresource: 'status' };
  const hostile = fc.array(
    fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '?',
      '#',
      '%',
      '%2e',
      '%2F',
      '%00',
      ' ',
      '\0',
      '\n',
      '\u202e',
      '\ud800',
      'ü',
      ';',
      '&',
      '=',
      'a',
      'web',
    ),
    { maxLength: 6 },
  );

  it.each(FIELDS)('the %s cannot leave its place in it', (field) => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          let path: string;
          try {
            path = pathOf({ ...whole, [field]: text });
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
            return;
          }
          // What a server makes of it: a URL is resolved, decoded, and only then taken apart.
          const { pathname, search, hash } = new URL(path, 'https://server');
          const expected = {
            group: 'apps',
            version: 'v1',
            resource: 'deployments',
            namespace: 'shop',
            name: 'web',
            subresource: 'status',
            [field]: text.toWellFormed(),
          };
          const { group, version, namespace, resource, name, subresource } = expected;
          // The core group has another root; anything else in its place must be a group.
          const root = group === '' ? ['api'] : ['apis', group];
          expect(decodeURIComponent(pathname).split('/')).toEqual([
            '',
            ...root,
            version,
            'namespaces',
            namespace,
            resource,
            name,
            ...subresource.split('/'),
          ]);
          expect([search, hash]).toEqual(['', '']);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['', '.', '..', 'web/exec', 'web%2Fexec', '../../secrets/db', '%2e%2e'])('%j is no name', (name) => {
    expect(() => pathOf({ verb: 'get', ...pods, namespace: 'shop', name })).toThrow(UsageError);
    expect(() => pathOf({ verb: 'list', ...pods, namespace: name })).toThrow(UsageError);
  });

  it.each(['/../api/v1/secrets', '/version?x', '/version#x', '/%2e%2e/x', '//evil', 'version', '/a b', ''])(
    '%j is no path',
    (nonResource) => {
      expect(() => pathOf({ verb: 'get', nonResource })).toThrow(UsageError);
    },
  );

  it.each<Verb>(['get', 'update', 'patch', 'delete'])('%s needs a name: without one it would be about all objects', (verb) => {
    expect(() => pathOf({ verb, ...pods, namespace: 'shop' })).toThrow(
      expect.objectContaining({ field: 'name', message: `To ${verb} one of "pods", its name is needed.` }),
    );
  });

  it('queries hold what they are given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (query) => {
        const url = new URL(pathOf({ verb: 'list', ...pods, query }), 'https://server');
        const wellFormed = Object.entries(query).map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]);
        expect([...url.searchParams]).toEqual(wellFormed);
      }),
    );
  });
});

it.each<[Verb, string]>([
  ['get', 'GET'],
  ['list', 'GET'],
  ['watch', 'GET'],
  ['create', 'POST'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETE'],
])('%s is sent as %s', (verb, method) => {
  expect(methodOf({ verb, ...pods })).toBe(method);
});

describe('what can change nothing', () => {
  it.each<{ readonly verb: Verb; readonly group: string; readonly resource: string; readonly read: boolean }>([
    { verb: 'get', group: '', resource: 'pods', read: true },
    { verb: 'list', group: '', resource: 'pods', read: true },
    { verb: 'watch', group: '', resource: 'pods', read: true },
    { verb: 'create', group: '', resource: 'pods', read: false },
    { verb: 'update', group: '', resource: 'pods', read: false },
    { verb: 'patch', group: '', resource: 'pods', read: false },
    { verb: 'delete', group: '', resource: 'pods', read: false },
    { verb: 'deletecollection', group: '', resource: 'pods', read: false },
    { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', read: true },
    { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews', read: true },
    { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews', read: true },
    { verb: 'create', group: 'authorization.k8s.io', resource: 'localsubjectaccessreviews', read: true },
    { verb: 'create', group: 'authentication.k8s.io', resource: 'selfsubjectreviews', read: true },
    { verb: 'create', group: 'authentication.k8s.io', resource: 'tokenreviews', read: false },
    { verb: 'delete', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', read: false },
    { verb: 'create', group: 'evil.k8s.io', resource: 'selfsubjectaccessreviews', read: false },
    { verb: 'create', group: 'authorization.k8s.io.evil.example', resource: 'selfsubjectaccessreviews', read: false },
  ])('$verb $resource.$group: $read', ({ read, ...request }) => {
    expect(isRead({ version: 'v1', ...request })).toBe(read);
  });

  it('is everything that is no object', () => {
    expect(isRead({ verb: 'get', nonResource: '/readyz' })).toBe(true);
  });
});

it('the core group has no name', () => {
  expect([apiVersionOf({ group: '', version: 'v1' }), apiVersionOf({ group: 'apps', version: 'v1' })]).toEqual(['v1', 'apps/v1']);
});
