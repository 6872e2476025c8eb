import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isClean } from '../../answers/index.ts';
import { clusterUri, fileUri, objectUri, parseUri } from './resource-uri.ts';

describe('addresses of resources', () => {
  it('name a cluster or an object', () => {
    expect(parseUri('kube://prod')).toEqual({ cluster: 'prod' });
    expect(parseUri('kube://prod/shop/pods/web-1')).toEqual({
      cluster: 'prod',
      object: { cluster: 'prod', namespace: 'shop', kind: 'pods', name: 'web-1' },
    });
    expect(parseUri('kube://prod/_/nodes/n1').object).toMatchObject({ namespace: undefined });
  });

  it('name a file of a container', () => {
    const file = { cluster: 'prod', namespace: 'shop', pod: 'web-1', container: 'app', path: '/var/log/a b#c.log' };
    expect(fileUri(file)).toBe('kube://prod/shop/pods/web-1/app/var/log/a%20b%23c.log');
    expect(parseUri(fileUri(file) ?? '')).toEqual({ cluster: 'prod', file });
    const main = { ...file, container: undefined };
    expect(parseUri(fileUri(main) ?? '').file).toEqual(main);
    expect(fileUri({ ...file, path: 'a' })).toBeUndefined();
    expect(fileUri({ ...file, path: `/${'x'.repeat(5000)}` })).toBeUndefined();
  });

  it('hold names of any kind', () => {
    const uri = 'kube://arn%3Aaws%3Aeks%3Aus-east-1%3A1%3Acluster%2Fprod/_/clusterroles/system%3Anode';
    const { object } = parseUri(uri);
    expect(object).toMatchObject({ cluster: 'arn:aws:eks:us-east-1:1:cluster/prod', name: 'system:node' });
    if (object !== undefined) expect(objectUri(object)).toBe(uri);
    expect(clusterUri('Prod/EU')).toBe('kube://Prod%2FEU');
  });

  it('come back as they were', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => isClean(text) && text.isWellFormed());
    const object = fc.record({ cluster: name, namespace: fc.option(name, { nil: undefined }), kind: name, name });
    fc.assert(
      fc.property(
        object.filter(({ namespace }) => namespace !== '_'),
        (address) => {
          fc.pre(objectUri(address).length <= 4096);
          expect(parseUri(objectUri(address))).toEqual({ cluster: address.cluster, object: address });
        },
      ),
    );
  });

  it.each([
    'kube://',
    'kube://prod/shop',
    'kube://prod/shop/pods',
    'kube://prod//pods/web',
    'kube://prod/shop/pods/web/app',
    'kube://prod/shop/pods/web/app//etc',
    'kube://prod/shop/services/web/app/etc/hosts',
    'kube://prod/shop/pods/%zz',
    'kube://prod/shop/pods/we%00b',
    'kube://prod/shop/pods/we%E2%80%AEb',
    'http://prod/shop/pods/web',
    `kube://${'x'.repeat(5000)}`,
  ])('are refused when they are none: %s', (uri) => {
    let message = '';
    try {
      parseUri(uri);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('Addresses are kube://CLUSTER, kube://{cluster}/{namespace}/{kind}/{name}, or kube://');
    expect(message.length).toBeLessThan(400);
  });
});
