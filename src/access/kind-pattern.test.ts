import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { BUILT_IN_KINDS } from '../../test/support/served-kinds.ts';
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
    ['PodMetrics', 'pods.metrics.k8s.io'],
    ['nodemetrics', 'nodes.metrics.k8s.io'],
    ['NodeMetrics.metrics.k8s.io', 'nodes.metrics.k8s.io'],
    ['metrics.k8s.io/v1beta1/PodMetrics', 'pods.metrics.k8s.io'],
    ['virtualmachines.kubevirt.io/start', 'virtualmachines.kubevirt.io/start'],
    ['PODS/EXEC', 'pods/exec'],
    ['Apps/Deployment', 'deployments.apps'],
    ['deployments.APPS', 'deployments.apps'],
    ['Core/v1/Secret', 'secrets'],
    ['extensions/ingresses', 'ingresses.extensions'],
    ['things.v1.example.com', 'things.example.com'],
    ['things.v2beta1.example.com/status', 'things.example.com/status'],
    ['example.com/v1/things', 'things.example.com'],
    ['example.com/v10/things', 'things.example.com'],
    ['example.com/v1beta10/things', 'things.example.com'],
    // A group whose first word is a version all the same, and one that only looks like it.
    ['things.v1', 'things.v1'],
    ['things.v1x.example.com', 'things.v1x.example.com'],
    ['things.xv1.example.com', 'things.xv1.example.com'],
    // A kind that is called like a subresource.
    ['example.com/token', 'tokens.example.com'],
    ['example.com/Scale', 'scales.example.com'],
    ['poli*', 'policies.example.com'],
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
    ['apps/deployments/scale', 'deployments.apps'],
    ['apps/deployments/scale', 'deployments.apps/status'],
    ['apps/deployments', 'deployments.extensions'],
    ['batch/jobs', 'jobs.example.com'],
    ['policy/*', 'pods'],
    ['things.v1.example.com', 'things.v1.example.com'],
    ['rbac.authorization.k8s.io/*', 'deployments.apps'],
    ['v1/Secret', 'secrets.example.com'],
    ['sec*', 'configmaps'],
    ['*/token', 'tokens.example.com'],
    ['things.v1', 'things.example.com'],
    ['policx', 'policies.example.com'],
    ['PodMetrics', 'pods'],
    ['metrics.k8s.io/PodMetrics', 'nodes.metrics.k8s.io'],
    ['sec*', 'asecret'],
  ])('%s: %s', (pattern, name) => {
    // `secrets.` has an empty group, which is the core group.
    expect(kindPattern(pattern, 'kinds.deny').matches(kind(name))).toBe(false);
  });
});

describe('whatever a real server serves', () => {
  const served = BUILT_IN_KINDS.map((each) => [`${each.group}/${each.version} ${each.kind}`, each] as const);
  // The kinds of metrics.k8s.io share their plurals with others, and not their names.
  const unlike = served.filter(([, { group }]) => group !== 'metrics.k8s.io');
  const matching = (pattern: string): string[] =>
    BUILT_IN_KINDS.filter(({ group, plural }) => kindPattern(pattern, 'kinds.deny').matches({ group, resource: plural })).map(
      ({ group, plural }) => `${plural}.${group}`,
    );

  test.each(unlike)(
    'is matched by each of its names, and matches no other: %s',
    (_, { kind: name, plural, singular, shortNames }) => {
      const same = BUILT_IN_KINDS.filter((other) => other.plural === plural).map(({ group }) => `${plural}.${group}`);
      for (const pattern of [name, plural, singular, ...shortNames]) expect(matching(pattern), pattern).toEqual(same);
    },
  );

  test.each(served)('is matched by each of its names in its group: %s', (_, { group, version, kind: name, plural }) => {
    const same = BUILT_IN_KINDS.filter((other) => other.plural === plural && other.group === group).map(
      () => `${plural}.${group}`,
    );
    const [first, dotted] = group === '' ? ['core', `${plural}.`] : [group, `${plural}.${group}`];
    const versioned = group === '' ? version : `${group}/${version}`;
    for (const pattern of [dotted, `${first}/${plural}`, `${first}/${name}`, `${versioned}/${name}`])
      expect(matching(pattern), pattern).toEqual(same);
  });

  const subresources = [...new Set(BUILT_IN_KINDS.flatMap((each) => each.subresources.map(({ name }) => name)))];
  test.each(subresources)('%s is a subresource, even of a kind that is called like a group', (subresource) => {
    const pattern = kindPattern(`apps/${subresource}`, 'kinds.deny');
    expect(pattern.matches({ group: 'example.com', resource: 'apps', subresource })).toBe(true);
    expect(pattern.matches({ group: 'apps', resource: 'deployments', subresource })).toBe(false);
  });
});

test.each(['', 'a b', 'pods,secrets', 'a/b/c/d', 'pods;rm', '/pods', 'pods/', '!pods', 'pods '])('%j is no kind', (text) => {
  expect(() => kindPattern(text, '--deny-kinds')).toThrow(
    expect.objectContaining({ code: 'invalid-setting', field: '--deny-kinds', advice: expect.stringContaining('pods/exec') }),
  );
});

test('no version of a kind escapes its pattern', () => {
  const version = fc.constantFrom('v1', 'v2', 'v1beta1', 'v2alpha3');
  fc.assert(
    fc.property(version, fc.constantFrom('deployments', 'Deployment', 'deployment'), (apiVersion, name) => {
      expect(kindPattern(`apps/${apiVersion}/${name}`, 'kinds.deny').matches(kind('deployments.apps'))).toBe(true);
    }),
  );
});
