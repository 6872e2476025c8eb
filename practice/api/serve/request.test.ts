import { expect, test } from 'vitest';

import { resourcePath } from './request.ts';

test.each([
  ['/api/v1/pods', { group: '', version: 'v1', plural: 'pods' }],
  ['/api/v1/namespaces', { group: '', version: 'v1', plural: 'namespaces' }],
  ['/api/v1/namespaces/shop', { group: '', version: 'v1', plural: 'namespaces', name: 'shop' }],
  ['/api/v1/namespaces/shop/status', { group: '', version: 'v1', plural: 'namespaces', name: 'shop', subresource: 'status' }],
  ['/api/v1/namespaces/shop/finalize', { group: '', version: 'v1', plural: 'namespaces', name: 'shop', subresource: 'finalize' }],
  ['/api/v1/namespaces/shop/pods', { group: '', version: 'v1', plural: 'pods', namespace: 'shop' }],
  [
    '/api/v1/namespaces/shop/pods/web/log',
    { group: '', version: 'v1', plural: 'pods', namespace: 'shop', name: 'web', subresource: 'log' },
  ],
  ['/apis/apps/v1/deployments/', { group: 'apps', version: 'v1', plural: 'deployments' }],
  [
    '/apis/apps/v1/namespaces/shop/deployments/web',
    { group: 'apps', version: 'v1', plural: 'deployments', namespace: 'shop', name: 'web' },
  ],
  [
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
    { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles', name: 'system:node' },
  ],
  ['/api/v1/nodes/one/proxy/stats/summary', { group: '', version: 'v1', plural: 'nodes', name: 'one', subresource: 'proxy' }],
  ['/api/v1/watch/pods', { group: '', version: 'v1', plural: 'pods', watch: true }],
])('%s is about a resource', (path, parts) => {
  expect(resourcePath(path)).toEqual({ watch: false, ...parts });
});

test.each(['/', '/version', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/openapi/v3', '/livez'])(
  '%s is about no resource',
  (path) => {
    expect(resourcePath(path)).toBeUndefined();
  },
);

test('a path that is not escaped as URLs are is refused', () => {
  expect(() => resourcePath('/api/v1/pods/%zz')).toThrow('the path has "%zz", which is not escaped as URLs are');
});
