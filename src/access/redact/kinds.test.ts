import { describe, expect, test } from 'vitest';

import { normalisePolicy } from '../policy.ts';
import { createResponseFilter } from '../response-filter.ts';
import { redactObject } from './text.ts';

const annotated = (kind: string, name: string, value: string): unknown =>
  redactObject({ kind, metadata: { annotations: { [name]: value } } }).metadata.annotations[name];

describe('annotations that hold a copy of the object are removed', () => {
  test.each([
    'last-applied',
    'kubectl.kubernetes.io/last-applied-configuration',
    'x.io/last-applied-by',
    'x-last-applied',
    'x.last-applied',
    'objectset.rio.cattle.io/applied',
    'kapp.k14s.io/original',
    'kapp.k14s.io/original-diff',
    'kapp.k14s.io/original-md5',
    'kapp.k14s.io/original-diff-full',
    'kapp.k14s.io/original-diff-md5',
    'kapp.k14s.io/original-full',
    'banzaicloud.com/last-applied',
    'pv.kubernetes.io/x-original',
    'deploymentconfig.kubernetes.io/original',
    'argocd.argoproj.io/manifest-x',
    'argocd.argoproj.io/original',
    'cluster.x-k8s.io/cluster-configuration',
    'cluster.x-k8s.io/my-cluster-configuration',
    'cluster.x-k8s.io/last-applied-x',
    'cluster.x-k8s.io/a-last-applied',
  ])('%s', (name) => {
    expect(annotated('Pod', name, 'plain')).toBeUndefined();
  });

  test.each([
    'blast-applied',
    'xobjectset.rio.cattle.io/applied',
    'objectset.rio.cattle.io/applied-x',
    'xkapp.k14s.io/original',
    'kapp.k14s.io/original-x',
    'objectset.rio.cattle.io/id',
    'xargocd.argoproj.io/original',
    'argocd.argoproj.io/hook',
    'xpv.kubernetes.io/original',
    'x.kubernetes.io/original',
    'cluster.x-k8s.io/paused',
    'xcluster.x-k8s.io/cluster-configuration',
  ])('and others stay: %s', (name) => {
    expect(annotated('Pod', name, 'plain')).toBe('plain');
  });
});

describe('of the annotations of a Secret', () => {
  test.each([
    'cert-manager.io/common-name',
    'kubernetes.io/service-account.name',
    'kubernetes.io/service-account.uid',
    'meta.helm.sh/release-name',
    'meta.helm.sh/release-namespace',
    'helm.sh/resource-policy',
    'helm.sh/hook',
    'helm.sh/hook-delete-policy',
    'argocd.argoproj.io/tracking-id',
    'argocd.argoproj.io/sync-wave',
    'argocd.argoproj.io/sync-options',
    'argocd.argoproj.io/compare-options',
    'argocd.argoproj.io/hook',
    ...['name', 'namespace', 'prune', 'reconcile', 'ssa'].map((name) => `kustomize.toolkit.fluxcd.io/${name}`),
    'reconcile.external-secrets.io/data-hash',
    'reflector.v1.k8s.emberstack.com/reflects',
    'replicator.v1.mittwald.de/x',
    'deployment.kubernetes.io/revision',
    'app.kubernetes.io/name',
  ])('%s tells nothing of its values, and stays', (name) => {
    expect(annotated('Secret', name, 'plain')).toBe('plain');
  });

  test.each([
    'note',
    'xcert-manager.io/x',
    'cert-manager.io',
    'xkubernetes.io/service-account.name',
    'kubernetes.io/service-account.names',
    'xmeta.helm.sh/release-name',
    'meta.helm.sh/release-names',
    'xhelm.sh/hook',
    'helm.sh/hookx',
    'helm.sh/hook-X',
    'xargocd.argoproj.io/hook',
    'argocd.argoproj.io/hooks',
    'xkustomize.toolkit.fluxcd.io/name',
    'kustomize.toolkit.fluxcd.io/names',
    'xreconcile.external-secrets.io/data-hash',
    'reconcile.external-secrets.io/data-hashes',
    'xreflector.v1.k8s.emberstack.com/x',
    'xapp.kubernetes.io/name',
    'x.kubernetes.io/name',
  ])('%s may be a copy of one, and is hidden', (name) => {
    expect(annotated('Secret', name, 'plain')).toBe('<redacted 5 bytes>');
  });
});

describe('an annotation with a telling name', () => {
  test.each([
    'checksum/password',
    'vault.hashicorp.com/db-password',
    'eks.amazonaws.com/token',
    'azure.workload.identity/token',
    'iam.gke.io/token',
    'kubernetes.io/service-account.token',
  ])('%s has no telling value', (name) => {
    expect(annotated('Pod', name, 'plain')).toBe('plain');
  });

  test.each([
    'xchecksum/password',
    'x.io/checksum-password',
    'xvault.hashicorp.com/db-password',
    'xeks.amazonaws.com/token',
    'eks.amazonawsx.com/token',
    'xkubernetes.io/service-account.token',
    'token',
  ])('%s has one', (name) => {
    expect(annotated('Pod', name, 'plain')).toBe('<redacted 5 bytes>');
  });
});

describe('the keys of a map', () => {
  test.each([
    'labels',
    'selector',
    'matchLabels',
    'nodeSelector',
    'allocatable',
    'capacity',
    'hard',
    'limits',
    'requests',
    'used',
  ])('were chosen to select or count by under %s, and tell nothing', (key) => {
    const given = { [key]: { password: 'plain', token: 'plain', secret: { value: 'plain' } } };
    expect(redactObject(structuredClone(given))).toEqual(given);
  });

  test.each(['label', 'selectors', 'Labelsx', 'limit', 'options'])('have a meaning under %s', (key) => {
    expect(redactObject({ [key]: { password: 'plain' } })).toEqual({ [key]: { password: '<redacted 5 bytes>' } });
  });

  test.each(['passwords', 'userPasswords', 'passphrases', 'tokens', 'apiKeys', 'api-keys', 'api_keys', 'apikeys', 'TOKENS'])(
    'each stand for a secret under %s',
    (key) => {
      expect(redactObject({ [key]: { me: 'plain', you: 'true', n: 1 } })).toEqual({
        [key]: { me: '<redacted 5 bytes>', you: 'true', n: 1 },
      });
    },
  );

  test.each(['password', 'passwordsMain', 'credentials', 'maxTokens', 'monkeys'])('do not under %s', (key) => {
    expect(redactObject({ [key]: { me: 'plain' } })).toEqual({ [key]: { me: 'plain' } });
  });
});

describe('one step below a telling name', () => {
  const values = [
    'content',
    'inline',
    'literal',
    'plain',
    'plaintext',
    'plainText',
    'raw',
    'string',
    'stringValue',
    'text',
    'value',
  ];
  test.each(values)('%s is the value', (key) => {
    expect(redactObject({ adminPassword: { [key]: 'plain' } })).toEqual({ adminPassword: { [key]: '<redacted 5 bytes>' } });
    expect(redactObject({ admin: { [key]: 'plain' } })).toEqual({ admin: { [key]: 'plain' } });
  });
});

test.each(['remoteRef', 'sourceRef', 'secretName', 'secretRef', 'secretNamespace'])(
  'secretKey beside %s is the name of a key, and no other key is',
  (neighbour) => {
    const given = { secretKey: 'plain', [neighbour]: { key: 'x' } };
    expect(redactObject(structuredClone(given))).toEqual(given);
    expect(redactObject({ accessKey: 'plain', [neighbour]: {} })).toMatchObject({ accessKey: '<redacted 5 bytes>' });
    expect(redactObject({ password: 'plain', [neighbour]: {} })).toMatchObject({ password: '<redacted 5 bytes>' });
    expect(redactObject({ secretKey: 'plain', other: {} })).toMatchObject({ secretKey: '<redacted 5 bytes>' });
  },
);

test('the name of an image is no assignment', () => {
  const given = { image: 'registry/x?token=plain1', imageID: 'registry/x?token=plain1' };
  expect(redactObject({ ...given, url: given.image })).toEqual({ ...given, url: 'registry/x?token=<redacted>' });
});

describe('a release of Helm in a ConfigMap', () => {
  const hidden = (fields: object): boolean =>
    JSON.stringify(redactObject({ kind: 'ConfigMap', data: { release: 'plain' }, ...fields })).includes('<redacted');
  test.each([
    { metadata: { name: 'sh.helm.release.v1.shop.v1' } },
    { metadata: { labels: { owner: 'helm' } } },
    { metadata: { labels: { OWNER: 'TILLER' } } },
  ])('is told by %j', (fields) => {
    expect(hidden(fields)).toBe(true);
  });

  test.each([
    { metadata: { name: 'my.sh.helm.release.v1.x' } },
    { metadata: { name: 'shop', labels: { owner: 'me' } } },
    { metadata: { name: 'shop', labels: null } },
    { metadata: { name: 'shop', labels: { app: 'helm' } } },
    { metadata: null },
    {},
    { kind: 'Deployment', metadata: { labels: { owner: 'helm' } } },
  ])('and not by %j', (fields) => {
    expect(hidden(fields)).toBe(false);
  });

  test('is hidden in binary data, too', () => {
    const release = { kind: 'ConfigMap', metadata: { labels: { owner: 'helm' } }, binaryData: { release: 'cGxhaW4=' } };
    expect(redactObject(release)).toMatchObject({ binaryData: { release: '<redacted 5 bytes>' } });
  });
});

describe('a definition of a kind', () => {
  const schema = { properties: { password: { default: 'plain', value: 'plain' } } };
  const definition = (apiVersion: unknown) => ({
    apiVersion,
    kind: 'CustomResourceDefinition',
    metadata: { annotations: { 'x.io/last-applied': 'x', 'x.io/password': 'plain' }, managedFields: [] },
    spec: schema,
  });

  test('describes values and holds none; its metadata is that of any object', () => {
    expect(redactObject(definition('apiextensions.k8s.io/v1'))).toEqual({
      ...definition('apiextensions.k8s.io/v1'),
      metadata: { annotations: { 'x.io/password': '<redacted 5 bytes>' } },
    });
    const bare = { ...definition('apiextensions.k8s.io/v1'), metadata: null };
    expect(redactObject(structuredClone(bare))).toEqual(bare);
  });

  test('is no other kind of its group', () => {
    const review = { ...definition('apiextensions.k8s.io/v1'), kind: 'ConversionReview' };
    expect(JSON.stringify(redactObject(review).spec)).toContain('<redacted');
  });

  test.each(['example.com/v1', 'apiextensions.k8s.iox/v1', undefined, 7])('is none in %s', (apiVersion) => {
    expect(JSON.stringify(redactObject(definition(apiVersion)).spec)).toContain('<redacted');
  });
});

describe('a Secret inside of something else', () => {
  test.each([
    { kind: 'Secret', data: { a: 'cGxhaW4=' } },
    { kind: 'Secret', stringData: { a: 'plain' } },
    { kind: 'Secret', metadata: { annotations: { note: 'plain' } } },
    { kind: 'SecretList', items: [{ data: { a: 'cGxhaW4=' } }, null, 'x', { stringData: { a: 'plain' } }] },
  ])('%j', (secret) => {
    expect(JSON.stringify(redactObject({ spec: { list: [secret] } }))).not.toMatch(/plain|cGxhaW4/);
  });

  test('is not every reference to one, nor every list', () => {
    const given = { ref: { kind: 'Secret', name: 'plain' }, list: { kind: 'PodList', items: [{ data: { a: 'plain' } }] } };
    expect(redactObject(structuredClone(given))).toEqual(given);
  });

  test('whose values are of the wrong type tells nothing either', () => {
    const given = {
      kind: 'Secret',
      data: { a: 7, b: null, c: ['plain'] },
      stringData: ['plain'],
      metadata: { annotations: { n: 7 } },
    };
    expect(redactObject(given)).toEqual({
      kind: 'Secret',
      data: { a: '<redacted>', b: null, c: '<redacted>' },
      stringData: '<redacted>',
      metadata: { annotations: { n: 7 } },
    });
    expect(redactObject({ kind: 'Secret', data: 'plain', metadata: {} })).toMatchObject({ data: '<redacted 5 bytes>' });
    expect(redactObject({ kind: 'Secret', data: 7, metadata: null })).toEqual({ kind: 'Secret', data: 7, metadata: null });
    expect(redactObject({ kind: 'SecretList', items: 'none' })).toEqual({ kind: 'SecretList', items: 'none' });
  });
});

test('what the operator may reveal of a Secret are its values alone, and only those asked for', () => {
  const policy = normalisePolicy({ allowedOperations: ['secrets'] });
  const open = createResponseFilter({ policy, revealSecrets: true });
  const request = { verb: 'get', group: '', version: 'v1', resource: 'secrets', namespace: 'shop', name: 'db' } as const;
  const inner = { kind: 'Secret', data: { a: 'cGxhaW4=' } };
  const secret = { kind: 'Secret', data: { a: 'cGxhaW4=' }, stringData: { password: 'plain' }, extra: { inner } };
  expect(open.apply(request, structuredClone(secret))).toEqual({
    ...secret,
    extra: { inner: { kind: 'Secret', data: { a: '<redacted 5 bytes>' } } },
  });
  expect(open.apply({ ...request, resource: 'configmaps' }, structuredClone(inner))).toEqual({
    kind: 'Secret',
    data: { a: '<redacted 5 bytes>' },
  });
  expect(open.apply({ ...request, group: 'example.com' }, structuredClone(inner))).toEqual({
    kind: 'Secret',
    data: { a: '<redacted 5 bytes>' },
  });
});
