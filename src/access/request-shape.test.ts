import { describe, expect, test } from 'vitest';

import { ask, request, ruleOf } from '../../test/support/gate.ts';
import type { Verb } from '../kubernetes/index.ts';

describe('a request that means something else to the server is refused', () => {
  test.each([
    request('get pods shop', { name: 'web/exec' }),
    request('get pods shop', { name: 'web%2Fexec' }),
    request('get pods shop', { name: '..' }),
    request('get pods', { namespace: 'shop/secrets', name: 'x' }),
    request('get pods', { namespace: '', name: 'x' }),
    request('delete pods shop'),
    request('get pods shop'),
    request('list pods shop web'),
    request('deletecollection pods shop web'),
    request('create pods shop web'),
    request('get namespaces - kube-system', { subresource: 'secrets' }),
    request('get namespaces kube-system x'),
    request('get namespaces - kube-system', { subresource: 'secrets/db' }),
    request('get namespaces.apps - kube-system', { subresource: 'deployments' }),
    request('get watch - secrets'),
    request('get proxy - nodes'),
    request('list pods shop', { query: { watch: 'true' } }),
    request('get pods shop web', { subresource: 'log/../exec' }),
    request('list pods shop', { resource: 'pods/web/exec' }),
    request('list pods shop', { group: '../api' }),
    request('list pods shop', { version: 'v1/namespaces' }),
    request('list pods shop', { verb: 'post' as Verb }),
    request('list pods shop', { verb: 'constructor' as Verb }),
    ...['', '.', '..', 'a/b', 'a%2Fb', 'a\\b', 'a?b', 'a#b', 'a\0b', 'a\nb', 'a\u001fb', 'a\u007fb', '/', '%'].flatMap((part) => [
      request('get pods shop', { name: part }),
      request('get pods - web', { namespace: part }),
    ]),
    ...['', 'Pods', '-pods', 'pods.apps', 'pods ', ' pods', 'p/x'].map((resource) => request('list pods shop', { resource })),
    ...['Apps', 'apps/v1', 'apps ', ' apps', '*'].map((group) => request('list pods shop', { group })),
    ...['', 'V1', 'v1 ', ' v1', 'v1/x', 'v-1'].map((version) => request('list pods shop', { version })),
    ...['', 'Log', '1log', '-log', 'log/x', 'log ', ' log', 'xproxy/x'].map((subresource) =>
      request('get pods shop web', { subresource }),
    ),
    ...['get', 'update', 'patch', 'delete'].map((verb) => request(`${verb} pods shop`)),
    ...['list', 'deletecollection'].map((verb) => request(`${verb} pods shop web`)),
    request('create pods/eviction shop'),
    request('get watch'),
    request('watch watch'),
    ...['xstatus', 'statusx', 'xfinalize', 'finalizex'].map((subresource) => request('get namespaces - shop', { subresource })),
    request('get projects.project.openshift.io/builds - shop'),
    request('get pods shop web', { query: { watch: '0' } }),
  ])('%j', (given) => {
    expect(ruleOf(ask({ mode: 'direct' }, given))).toBe('malformed');
  });

  test.each([
    request('get nodes - system:node.a..b'),
    request('get pods shop', { name: '...' }),
    request('list pods shop', { version: 'v1beta1' }),
    request('list things.a-b.example.com', { resource: '2things-x' }),
    request('get things.example.com/a-1 shop web'),
    request('watch pods shop web', { query: { watch: 'true' } }),
    request('get namespaces/status - shop'),
    request('update namespaces/finalize - shop'),
    request('get projects.project.openshift.io/status - shop'),
    request('get projects.example.com/builds shop x'),
    request('get things.project.openshift.io/builds - x'),
    request('create pods/eviction shop web'),
    request('list pods shop', { query: { limit: '1' } }),
  ])('and one that means what it says is not: %j', (given) => {
    expect(ruleOf(ask({ mode: 'direct' }, given))).toBe('admitted');
  });

  test('the path behind a proxy is refused or granted as a whole', () => {
    const behind = request('get services shop web', { subresource: 'proxy/A/../b%2F' });
    expect(ruleOf(ask({ mode: 'direct' }, behind))).toBe('permission');
    expect(ruleOf(ask({ mode: 'direct', allowedOperations: ['proxy'] }, behind))).toBe('admitted');
  });
});

describe('paths', () => {
  test.each([
    '/api',
    '/api/v1',
    '/api/v1beta1',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/apis/a-b.example.com/v2beta1',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/apis/apps/v1',
    '/version',
    '/readyz',
    '/readyz/etcd',
    '/livez',
    '/healthz/ping',
    '/livez/poststarthook/start-apiextensions_controllers.1',
  ])('%s is read', (nonResource) => {
    expect(ask({}, { verb: 'get', nonResource })).toEqual({ verb: 'get', nonResource });
  });
  test.each([
    '/metrics',
    '/logs/',
    '/debug/pprof',
    '/api/v1/secrets',
    '/apis/apps/v1/deployments',
    '/openapi/v3/../../api/v1/secrets',
    '/readyz/../api/v1/secrets',
    '/version?x',
    '/version/',
    '/openapi/v2/x',
    '/openapi/v3/%2e%2e',
    '/apis/./apps',
    '/readyz/./etcd',
    '/readyz/',
    '/readyzx',
    '/api/v1/',
    '/api/V1',
    ...['api', 'apis', 'openapi/v3', 'version', 'readyz'].map((path) => `/proxy/${path}`),
    '/',
    '//api',
    '/apis/../api/v1/pods',
    '/.well-known/openid-configuration',
  ])('%s is not', (nonResource) => {
    expect(ruleOf(ask({ mode: 'direct' }, { verb: 'get', nonResource }))).toBe('path');
  });
  test('nothing but reading is done to a path', () => {
    expect(ruleOf(ask({ mode: 'direct' }, { verb: 'create' as 'get', nonResource: '/version' }))).toBe('path');
  });
});
