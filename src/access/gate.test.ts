import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { pathOf, type ApiRequest, type Gate, type ResourceRequest, type Verb } from '../kubernetes/index.ts';
import { createAudit, type AuditLine } from './audit.ts';
import { isMutating } from './connects.ts';
import { PolicyError } from './errors.ts';
import { createGate } from './gate.ts';
import { normalisePolicy, type PolicyOptions } from './policy.ts';

const place = { cluster: 'prod', identity: 'me' };
const call = { origin: 'kube_get' };

function gateOf(options: PolicyOptions = {}): Gate {
  return createGate(normalisePolicy(options), createAudit());
}

/** Either the request that would be sent, or the refusal. */
function ask(options: PolicyOptions, request: ApiRequest): ApiRequest | PolicyError {
  try {
    return gateOf(options).admit(request, place, call);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

const ruleOf = (answer: unknown): string => (answer instanceof PolicyError ? answer.rule : 'admitted');

/** A request in short: `get pods/log shop web`, where `-` stands for nothing. */
function request(text: string, more: Partial<ResourceRequest> = {}): ResourceRequest {
  const [verb = '', kind = '', namespace = '-', name = '-'] = text.split(' ');
  const [path = '', subresource] = kind.split('/');
  const [resource = '', ...group] = path.split('.');
  return {
    verb: verb as Verb,
    group: group.join('.'),
    version: 'v1',
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== '-' && { namespace }),
    ...(name !== '-' && { name }),
    ...more,
  };
}

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

describe('namespaces', () => {
  const only = { mode: 'direct', namespaces: { allow: ['shop', 'team-*'], deny: ['team-x'] } } as const;
  const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
  test.each([
    ['get pods shop web', {}, 'admitted'],
    ['get pods team-a web', {}, 'admitted'],
    ['get pods team-x web', {}, 'namespaces'],
    ['get pods kube-system web', {}, 'namespaces'],
    ['create localsubjectaccessreviews.authorization.k8s.io kube-system', {}, 'namespaces'],
    ['get namespaces - kube-system', {}, 'namespaces'],
    ['delete namespaces - kube-system', {}, 'namespaces'],
    ['update namespaces/finalize - kube-system', {}, 'namespaces'],
    ['get namespaces.apps - kube-system', {}, 'namespaces'],
    ['get projects.project.openshift.io - kube-system', {}, 'namespaces'],
    ['get namespaces - shop', {}, 'admitted'],
    ['create namespaces', { body: { metadata: { name: 'team-b' } } }, 'admitted'],
    ['create namespaces', { body: { metadata: { name: 'other' } } }, 'namespaces'],
    ['create namespaces', { body: { metadata: { generateName: 'team-' } } }, 'namespaces'],
    ['create pods', {}, 'namespaces'],
    ['deletecollection pods', {}, 'namespaces'],
    ['deletecollection namespaces', {}, 'namespaces'],
    ['list pods', {}, 'admitted'],
    ['watch pods', {}, 'admitted'],
    ['list nodes', {}, 'admitted'],
    ['get nodes - n1', {}, 'admitted'],
    ['create selfsubjectaccessreviews.authorization.k8s.io', {}, 'admitted'],
  ] as const)('%s %j is %s', (text, more, expected) => {
    expect(ruleOf(ask(only, request(text, more)))).toBe(expected);
  });

  test('the refusal names the rule, and how to ask instead', () => {
    expect(ask(only, request('get pods team-x web'))).toMatchObject({
      setting: '--deny-namespaces',
      message: expect.stringContaining('denied by "team-x"'),
    });
    expect(ask(only, request('get pods shp web'))).toMatchObject({
      setting: '--allow-namespaces',
      message: expect.stringContaining('did you mean "shop"'),
    });
  });

  test.each([
    ['list nodes', 'Metadata'],
    ['list pods', 'Metadata'],
    ['watch pods', 'Metadata'],
    ['list pods shop', 'None'],
    ['list namespaces', 'None'],
  ])('rows are asked for with what tells their namespace where it takes that: %s', (text, includeObject) => {
    const asked = request(text, { ...table, query: { includeObject: 'None', limit: '5' } });
    for (const dryRun of [false, true]) {
      expect(ask({ ...only, dryRun }, asked)).toMatchObject({ query: { includeObject, limit: '5' } });
      expect(ask({ dryRun }, asked)).toBe(asked);
    }
  });
});

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
  ])('%j', (given) => {
    expect(ruleOf(ask({ mode: 'direct' }, given))).toBe('malformed');
  });
});

describe('paths', () => {
  test.each([
    '/api',
    '/api/v1',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/openapi/v3',
    '/openapi/v3/apis/apps/v1',
    '/version',
    '/readyz',
    '/readyz/etcd',
    '/livez',
    '/healthz/ping',
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
    '/',
    '//api',
    '/apis/../api/v1/pods',
    '/.well-known/openid-configuration',
  ])('%s is not', (nonResource) => {
    expect(ruleOf(ask({ mode: 'direct' }, { verb: 'get', nonResource }))).toBe('path');
  });
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
    expect(ask(dry, request('delete pods shop web', { body: { dryRun: [] } }))).toMatchObject({ body: { dryRun: ['All'] } });
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

test('every request is told to the audit, refused ones included', () => {
  const lines: AuditLine[] = [];
  const gate = createGate(
    normalisePolicy({ mode: 'direct', dryRun: true }),
    { enabled: true, write: (line) => lines.push(line), close: () => Promise.resolve() },
    { now: () => 0 },
  );
  gate.settled(request('delete pods shop web', { query: { labelSelector: 'a=b' }, body: { x: 1 } }), place, call, {
    decision: 'allowed',
    status: 200,
    milliseconds: 12.345,
    bytes: 67,
  });
  gate.settled({ verb: 'get', nonResource: '/readyz' }, place, call, {
    decision: 'refused',
    error: 'policy',
    milliseconds: 0,
    bytes: 0,
  });
  expect(lines).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      identity: 'me',
      origin: 'kube_get',
      cluster: 'prod',
      verb: 'delete',
      group: '',
      resource: 'pods',
      namespace: 'shop',
      name: 'web',
      decision: 'allowed',
      status: 200,
      error: undefined,
      dryRun: true,
      milliseconds: 12.3,
      bytes: 67,
    },
    {
      time: '1970-01-01T00:00:00.000Z',
      identity: 'me',
      origin: 'kube_get',
      cluster: 'prod',
      verb: 'get',
      path: '/readyz',
      decision: 'refused',
      status: undefined,
      error: 'policy',
      milliseconds: 0,
      bytes: 0,
    },
  ]);
});
