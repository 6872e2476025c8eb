import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { kindPattern } from './kind-pattern.ts';

const kind = (text: string) => {
  const [path = '', subresource] = text.split('/');
  const [resource = '', ...group] = path.split('.');
  return { resource, group: group.join('.'), subresource };
};

describe('a pattern matches', () => {
  test.each([
    ['secrets', 'secrets'],
    ['Secret', 'secrets'],
    ['secret', 'secrets'],
    ['SECRETS', 'secrets'],
    ['v1/Secret', 'secrets'],
    ['v1/secrets', 'secrets'],
    ['core/secrets', 'secrets'],
    ['secrets.', 'secrets'],
    ['po', 'pods'],
    ['deploy', 'deployments.apps'],
    ['Ingress', 'ingresses.networking.k8s.io'],
    ['NetworkPolicy', 'networkpolicies.networking.k8s.io'],
    ['Endpoints', 'endpoints'],
    ['deployments', 'deployments.apps'],
    ['deployments', 'deployments.extensions'],
    ['deployments.apps', 'deployments.apps'],
    ['deployments.v1.apps', 'deployments.apps'],
    ['apps/deployments', 'deployments.apps'],
    ['apps/v1/Deployment', 'deployments.apps'],
    ['apps/deployments/scale', 'deployments.apps/scale'],
    ['*.rbac.authorization.k8s.io', 'roles.rbac.authorization.k8s.io'],
    ['rbac.authorization.k8s.io/*', 'clusterroles.rbac.authorization.k8s.io'],
    ['*.*.example.com', 'things.apps.example.com'],
    ['pods', 'pods/exec'],
    ['pods/exec', 'pods/exec'],
    ['*/exec', 'pods/exec'],
    ['pods/*', 'pods/log'],
    ['pods/proxy', 'pods/proxy/metrics'],
    ['metrics.k8s.io/pods', 'pods.metrics.k8s.io'],
    ['virtualmachines.kubevirt.io/start', 'virtualmachines.kubevirt.io/start'],
    ['*', 'anything.example.com/status'],
  ])('%s: %s', (pattern, name) => {
    expect(kindPattern(pattern, 'kinds.deny').matches(kind(name))).toBe(true);
  });
});

describe('a pattern leaves alone', () => {
  test.each([
    ['secrets', 'externalsecrets.external-secrets.io'],
    ['secret', 'secretstores.external-secrets.io'],
    ['deployments.apps', 'deployments.extensions'],
    ['core/secrets', 'secrets.example.com'],
    ['secrets.', 'secrets.example.com'],
    ['pods/exec', 'pods'],
    ['pods/exec', 'pods/log'],
    ['pods/*', 'pods'],
    ['*.rbac.authorization.k8s.io', 'pods'],
    ['apps/v1/Deployment', 'deployments.extensions'],
  ])('%s: %s', (pattern, name) => {
    // `secrets.` has an empty group, which is the core group.
    expect(kindPattern(pattern, 'kinds.deny').matches(kind(name))).toBe(false);
  });
});

test.each(['', 'a b', 'pods,secrets', 'a/b/c/d', 'pods;rm', '/pods'])('%j is no kind', (text) => {
  expect(() => kindPattern(text, 'kinds.deny')).toThrow(UsageError);
});

test('no version of a kind escapes its pattern', () => {
  const version = fc.constantFrom('v1', 'v2', 'v1beta1', 'v2alpha3');
  fc.assert(
    fc.property(version, fc.constantFrom('deployments', 'Deployment', 'deployment'), (apiVersion, name) => {
      expect(kindPattern(`apps/${apiVersion}/${name}`, 'kinds.deny').matches(kind('deployments.apps'))).toBe(true);
    }),
  );
});
