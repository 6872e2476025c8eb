import { describe, expect, test } from 'vitest';

import { BUILT_IN_KINDS } from '../../test/support/served-kinds.ts';
import type { ResourceRequest } from '../kubernetes/index.ts';
import { createAudit } from './audit.ts';
import { PolicyError } from './errors.ts';
import { createGate } from './gate.ts';
import { normalisePolicy, type Permission, type PolicyOptions } from './policy.ts';

/** The refusal of a request, or undefined where it is let through. */
function refusal(options: PolicyOptions, more: Partial<ResourceRequest>): PolicyError | undefined {
  const gate = createGate(normalisePolicy(options), createAudit());
  const request: ResourceRequest = { verb: 'patch', group: '', version: 'v1', resource: 'pods', name: 'x', ...more };
  try {
    gate.admit(request, { cluster: 'prod', identity: 'me' }, { origin: 'test' });
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

const KUBEVIRT = { group: 'subresources.kubevirt.io', resource: 'virtualmachineinstances' };

describe('what opens a connection', () => {
  test.each([
    ['a command in a pod', 'exec', { subresource: 'exec' }],
    ['input to a process', 'attach', { subresource: 'attach' }],
    ['a port of a pod', 'port-forward', { subresource: 'portforward' }],
    ['a request to a pod', 'proxy', { subresource: 'proxy' }],
    ['a path behind a service', 'proxy', { resource: 'services', subresource: 'proxy/metrics' }],
    ['a request to a kubelet', 'proxy', { resource: 'nodes', subresource: 'proxy' }],
    ['the console of a virtual machine', 'exec', { ...KUBEVIRT, subresource: 'console' }],
    ['the screen of a virtual machine', 'exec', { ...KUBEVIRT, subresource: 'vnc' }],
    ['a device of a virtual machine', 'exec', { ...KUBEVIRT, subresource: 'usbredir' }],
  ] as readonly (readonly [string, Permission, Partial<ResourceRequest>])[])(
    '%s needs the permission %s, and is no read even by GET',
    (_, permission, more) => {
      for (const verb of ['get', 'create'] as const) {
        const request = { verb, namespace: more.resource === 'nodes' ? undefined : 'shop', ...more };
        expect(refusal({}, request)).toMatchObject({
          rule: 'mode',
          message: expect.stringMatching(/\(cluster prod\): \w.+ \(set by/),
        });
        // Another permission does not do.
        const other = permission === 'exec' ? 'proxy' : 'exec';
        expect(refusal({ mode: 'direct', allowedOperations: [other] }, request)).toMatchObject({
          rule: 'permission',
          setting: '--allow-operations',
          message: expect.stringMatching(new RegExp(`permission "${permission}": \\w.+ \\(set by`)),
          advice: expect.stringContaining(`--allow-operations ${permission}`),
        });
        expect(refusal({ mode: 'direct', allowedOperations: [permission] }, request)).toBeUndefined();
        expect(refusal({ mode: 'direct', allowedOperations: [permission], dryRun: true }, request)).toMatchObject({
          rule: 'dry-run',
          setting: '--dry-run',
          message: expect.stringMatching(/no dry run of it: \w/),
        });
      }
    },
  );

  test('a container that is added to a running pod needs the permission to run commands, and may be tried', () => {
    const request = { namespace: 'shop', subresource: 'ephemeralcontainers' };
    expect(refusal({ mode: 'direct' }, request)).toMatchObject({
      rule: 'permission',
      message: expect.stringMatching(/"exec": \w/),
    });
    expect(refusal({ mode: 'direct', allowedOperations: ['exec'] }, request)).toBeUndefined();
    expect(refusal({ mode: 'direct', allowedOperations: ['exec'], dryRun: true }, request)).toBeUndefined();
    expect(refusal({}, { ...request, verb: 'get' })).toBeUndefined();
  });
});

describe('what gives whoever changes it every other right', () => {
  const served = BUILT_IN_KINDS.filter(
    ({ group, verbs }) =>
      /^(?:rbac\.authorization|admissionregistration|apiregistration)\.k8s\.io$/.test(group) && verbs.includes('patch'),
  ).map(({ group, plural }) => [plural, { group, resource: plural }] as const);

  test.each([
    ...served,
    ['certificate requests', { group: 'certificates.k8s.io', resource: 'certificatesigningrequests' }],
    ['their approval', { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', subresource: 'approval' }],
    ['tokens of service accounts', { resource: 'serviceaccounts', subresource: 'token', verb: 'create' }],
    ['OpenShift: security context constraints', { group: 'security.openshift.io', resource: 'securitycontextconstraints' }],
    ['mutating policies', { group: 'admissionregistration.k8s.io', resource: 'mutatingadmissionpolicies' }],
    ['their bindings', { group: 'admissionregistration.k8s.io', resource: 'mutatingadmissionpolicybindings' }],
  ] as readonly (readonly [string, Partial<ResourceRequest>])[])(
    '%s: changed only with the permission, read without',
    (_, request) => {
      expect(refusal({ mode: 'direct' }, request)).toMatchObject({
        rule: 'permission',
        message: expect.stringMatching(/permission "escalate": \w.+ \(set by/),
      });
      expect(refusal({ mode: 'direct', allowedOperations: ['escalate'] }, request)).toBeUndefined();
      expect(refusal({}, { ...request, subresource: undefined, verb: 'get' })).toBeUndefined();
    },
  );

  test.each([
    ['roles of some other system', { group: 'example.com', resource: 'roles' }],
    ['what else is about certificates', { group: 'certificates.k8s.io', resource: 'clustertrustbundles' }],
    ['a service account itself', { resource: 'serviceaccounts', namespace: 'shop' }],
    ['tokens of some other system', { group: 'example.com', resource: 'things', subresource: 'token', verb: 'create' }],
  ] as const)('%s: changed without, and tried in a dry run', (_, request) => {
    expect(refusal({ mode: 'direct' }, request)).toBeUndefined();
    expect(refusal({ mode: 'direct', dryRun: true }, request)).toBeUndefined();
  });

  test('a token is issued for real in a dry run, and so is refused there', () => {
    const request = { resource: 'serviceaccounts', subresource: 'token', verb: 'create', namespace: 'shop' } as const;
    expect(refusal({ mode: 'direct', dryRun: true, allowedOperations: ['escalate'] }, request)).toMatchObject({
      rule: 'dry-run',
      message: expect.stringMatching(/no dry run of it: \w/),
    });
  });
});
