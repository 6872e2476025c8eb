import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ask, request, ruleOf } from '../../test/support/gate.ts';
import { pathOf, type ResourceRequest, type Verb } from '../kubernetes/index.ts';
import { isMutating } from './connects.ts';
import { PolicyError } from './errors.ts';

describe('the mode', () => {
  test.each([
    ['read-only', 'get pods shop web', 'admitted'],
    ['read-only', 'get pods/log shop web', 'admitted'],
    ['read-only', 'list pods', 'admitted'],
    ['read-only', 'watch pods shop', 'admitted'],
    ['read-only', 'create pods shop', 'mode'],
    ['read-only', 'patch deployments.apps/scale shop web', 'mode'],
    ['read-only', 'get pods/exec shop web', 'mode'],
    ['read-only', 'get pods/attach shop web', 'mode'],
    ['read-only', 'get pods/portforward shop web', 'mode'],
    ['read-only', 'get pods/proxy shop web', 'mode'],
    ['read-only', 'get services/proxy shop web', 'mode'],
    ['read-only', 'get nodes/proxy - n1', 'mode'],
    ['read-only', 'create selfsubjectaccessreviews.authorization.k8s.io', 'admitted'],
    ['read-only', 'create tokenreviews.authentication.k8s.io', 'mode'],
    ['plan', 'get pods shop web', 'admitted'],
    ['plan', 'patch pods shop web', 'plan'],
    ['plan', 'deletecollection pods shop', 'plan'],
    ['plan', 'create selfsubjectaccessreviews.authorization.k8s.io', 'admitted'],
    ['direct', 'delete pods shop web', 'admitted'],
    ['direct', 'create pods/exec shop web', 'permission'],
    ['direct', 'patch pods/ephemeralcontainers shop web', 'permission'],
    ['direct', 'get nodes/proxy - n1', 'permission'],
  ] as const)('%s: %s is %s', (mode, text, expected) => {
    expect(ruleOf(ask({ mode }, request(text)))).toBe(expected);
  });

  test('is said, with what would allow it', () => {
    const refused = ask({}, request('delete pods shop web-1')) as PolicyError;
    expect(refused).toMatchObject({
      code: 'policy',
      rule: 'mode',
      setting: '--changes',
      message:
        'Refused by policy: delete pods "web-1" in namespace "shop" (cluster prod): only reading is allowed (set by --changes).',
    });
    expect(refused.advice).toContain('--changes plan or direct');
  });
});

describe('operations, permissions and kinds', () => {
  test.each([
    [{ allowedOperations: ['get'] }, 'list pods shop', 'operations'],
    [{ allowedOperations: ['get'] }, 'create selfsubjectaccessreviews.authorization.k8s.io', 'admitted'],
    [{ mode: 'direct', allowedOperations: ['get', 'exec'] }, 'create pods/exec shop web', 'admitted'],
    [{ mode: 'direct', allowedOperations: ['get', 'exec'] }, 'get pods/exec shop web', 'admitted'],
    [{ mode: 'direct', allowedOperations: ['get', 'exec'] }, 'create pods/portforward shop web', 'permission'],
    [{ mode: 'direct', allowedOperations: ['port-forward'] }, 'create pods/portforward shop web', 'admitted'],
    [{ kinds: { deny: ['secrets'] } }, 'get secrets shop db', 'kinds'],
    [{ kinds: { deny: ['Secret'] } }, 'list secrets', 'kinds'],
    [{ kinds: { allow: ['pods'] } }, 'get pods/log shop web', 'admitted'],
    [{ kinds: { allow: ['pods'] } }, 'get nodes - n1', 'kinds'],
    [{ kinds: { allow: ['*'], deny: ['pods/log'] } }, 'get pods/log shop web', 'kinds'],
    [{ kinds: { allow: ['pods'] } }, 'create selfsubjectaccessreviews.authorization.k8s.io', 'admitted'],
  ] as const)('%j: %s is %s', (options, text, expected) => {
    expect(ruleOf(ask(options, request(text)))).toBe(expected);
  });
});

describe('what is stored for good', () => {
  const review = request('create selfsubjectaccessreviews.authorization.k8s.io');
  const ofNamespace = (metadata: object): ResourceRequest => request('create namespaces', { body: { metadata } });
  test.each([
    ['a protected Namespace by its name', {}, request('delete namespaces - kube-system'), 'plan'],
    ['a protected Namespace by its body', {}, ofNamespace({ name: 'kube-system' }), 'plan'],
    ['any other Namespace', {}, ofNamespace({ name: 'shop' }), 'admitted'],
    ['a Namespace that the server names', {}, ofNamespace({ generateName: 'kube-' }), 'admitted'],
    ['an object that is called like a protected namespace', {}, request('delete nodes - kube-system'), 'admitted'],
    ['a question about rights', { mode: 'plan' }, review, 'admitted'],
    ['a command in a pod', { mode: 'plan', allowedOperations: ['exec'] }, request('create pods/exec shop web'), 'admitted'],
    ['a dry run of a change', { mode: 'plan' }, request('patch pods shop web', { dryRun: true }), 'admitted'],
    ['a change where all are dry runs', { mode: 'plan', dryRun: true }, request('patch pods shop web'), 'admitted'],
  ] as const)('%s', (_, options, given, expected) => {
    expect(ruleOf(ask({ mode: 'direct', ...options }, given))).toBe(expected);
  });
});

test('a change that may be made is sent as it is', () => {
  const options = { mode: 'direct', kinds: { allow: ['services', 'pods'], deny: ['secrets', 'nodes'] } } as const;
  for (const text of ['patch pods shop web', 'delete services shop web', 'create pods shop']) {
    const change = request(text, { body: { spec: {} } });
    expect(ask(options, change)).toBe(change);
  }
});

describe('a dry run', () => {
  const allowedOperations = ['exec', 'attach', 'port-forward', 'proxy', 'escalate'];
  const dry = { mode: 'direct', dryRun: true, allowedOperations } as const;
  test.each([
    'create pods/exec shop web',
    'get pods/attach shop web',
    'create pods/portforward shop web',
    'get nodes/proxy - n1',
    'create serviceaccounts/token shop sa',
  ])('refuses %s, which would be done for real', (text) => {
    expect(ruleOf(ask(dry, request(text)))).toBe('dry-run');
    expect(ruleOf(ask({ ...dry, dryRun: false }, request(text, { dryRun: true })))).toBe('dry-run');
  });

  test('of a delete is said in its body, since the server reads no query beside one', () => {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground' };
    const marked = { dryRun: true, body: { ...body, dryRun: ['All'] } };
    expect(ask(dry, request('delete pods shop web', { body }))).toMatchObject(marked);
    expect(ask({ mode: 'direct' }, request('deletecollection pods shop', { body, dryRun: true }))).toMatchObject(marked);
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] };
    // Whatever the body is: what the server cannot read as options must not undo them.
    for (const sent of [{ dryRun: [] }, 'propagationPolicy: Foreground', null])
      expect((ask(dry, request('delete pods shop web', { body: sent })) as ResourceRequest).body).toEqual(options);
  });

  test('of any other change is said in the query alone', () => {
    const patch = request('patch pods shop web', { body: { spec: {} } });
    expect(ask(dry, patch)).toEqual({ ...patch, dryRun: true });
    const bare = request('delete pods shop web');
    expect(ask(dry, bare)).toEqual({ ...bare, dryRun: true });
  });

  test('that one request asks for is said to be refused by no setting', () => {
    const refused = ask({ ...dry, dryRun: false }, request('create pods/exec shop web', { dryRun: true })) as PolicyError;
    expect(refused.setting).toBeUndefined();
    expect(refused.message).not.toContain('set by');
  });

  test('leaves reads as they are', () => {
    const read = request('get pods shop web');
    expect(ask(dry, read)).toBe(read);
  });
});

test('a body with a marker in it would destroy what the marker stands for', () => {
  const body = { data: { password: '<redacted 7 bytes>' } };
  expect(ruleOf(ask({ mode: 'direct' }, request('update secrets shop db', { body })))).toBe('redacted-body');
  expect(
    ruleOf(ask({ mode: 'direct' }, request('patch configmaps shop c', { body: [{ op: 'add', value: 'a=<redacted>' }] }))),
  ).toBe('redacted-body');
  expect(ruleOf(ask({ mode: 'direct' }, request('update secrets shop db', { body: { data: { password: 'x' } } })))).toBe(
    'admitted',
  );
  // A question stores nothing.
  const review = request('create selfsubjectaccessreviews.authorization.k8s.io', { body: { spec: { x: '<redacted>' } } });
  expect(ruleOf(ask({}, review))).toBe('admitted');
});

const anyRequest = fc.record({
  verb: fc.constantFrom<Verb>('get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'),
  group: fc.constantFrom('', 'apps', 'authorization.k8s.io', 'example.com'),
  version: fc.constantFrom('v1', 'v1beta1'),
  resource: fc.constantFrom(
    'pods',
    'secrets',
    'namespaces',
    'nodes',
    'services',
    'selfsubjectaccessreviews',
    'deployments',
    'serviceaccounts',
  ),
  subresource: fc.constantFrom(
    undefined,
    undefined,
    'log',
    'exec',
    'attach',
    'portforward',
    'proxy',
    'proxy/metrics',
    'status',
    'scale',
    'ephemeralcontainers',
    'token',
    'eviction',
  ),
  namespace: fc.constantFrom(undefined, 'shop', 'kube-system'),
  name: fc.constantFrom(undefined, 'web', 'shop', 'kube-system'),
  body: fc.constantFrom(undefined, {}, { dryRun: [] }),
  dryRun: fc.boolean(),
});
const anyOptions = fc.record({
  namespaces: fc.constantFrom(undefined, { deny: ['kube-*'] }, { allow: ['shop'] }),
  kinds: fc.constantFrom(undefined, { allow: ['*'] }, { deny: ['secrets'] }),
});

test('read-only sends nothing that changes anything, whatever else the policy says', () => {
  const reading = fc.constantFrom(undefined, ['get', 'list', 'watch'], ['secrets'], ['get', 'secrets']);
  fc.assert(
    fc.property(anyRequest, anyOptions, reading, fc.boolean(), (given, options, allowedOperations, dryRun) => {
      const answer = ask({ ...options, allowedOperations, dryRun, mode: 'read-only' }, given);
      if (answer instanceof PolicyError) return;
      expect(isMutating(given)).toBe(false);
      // By the path alone, as a server sees it: reads, and questions about one's own rights.
      expect(pathOf(answer)).not.toMatch(/\/(exec|attach|portforward|proxy)(\/|\?|$)/);
      expect(given.verb === 'create' ? given.resource : given.verb).toMatch(/^(get|list|watch|selfsubjectaccessreviews)$/);
    }),
    { numRuns: 5_000 },
  );
});

test('a dry run marks everything that changes anything', () => {
  fc.assert(
    fc.property(anyRequest, anyOptions, (given, options) => {
      const answer = ask(
        { ...options, mode: 'direct', dryRun: true, allowedOperations: ['exec', 'attach', 'port-forward', 'proxy'] },
        given,
      );
      if (answer instanceof PolicyError || !isMutating(given)) return;
      expect(pathOf(answer)).toContain('dryRun=All');
      const { body } = answer as ResourceRequest;
      if (given.verb.startsWith('delete') && body !== undefined) expect(body).toMatchObject({ dryRun: ['All'] });
    }),
    { numRuns: 5_000 },
  );
});

test('a forbidden namespace is in no path that is sent', () => {
  fc.assert(
    fc.property(anyRequest, fc.constantFrom({ deny: ['kube-*'] }, { allow: ['shop'] }), (given, namespaces) => {
      const answer = ask({ mode: 'direct', namespaces, allowedOperations: ['exec', 'attach', 'port-forward', 'proxy'] }, given);
      if (!(answer instanceof PolicyError)) expect(pathOf(answer)).not.toContain('/namespaces/kube-system');
    }),
    { numRuns: 5_000 },
  );
});
