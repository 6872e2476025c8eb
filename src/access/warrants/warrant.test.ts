import { describe, expect, test } from 'vitest';

import type { Call, ResourceRequest } from '../../kubernetes/index.ts';
import { createAudit } from '../audit.ts';
import { PolicyError } from '../errors.ts';
import { createGate } from '../gate.ts';
import { normalisePolicy, type PolicyOptions } from '../policy.ts';
import { createResponseFilter } from '../response-filter.ts';
import { issueWarrant, unredacted } from './index.ts';

const place = { cluster: 'prod', identity: 'me' };
const write: ResourceRequest = {
  verb: 'patch',
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
};
const covered = {
  cluster: 'prod',
  verb: 'patch',
  group: 'apps',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
} as const;

function ruleOf(call: Partial<Call>, request = write, options: PolicyOptions = { mode: 'plan' }): string {
  try {
    createGate(normalisePolicy(options), createAudit()).admit(request, place, { origin: 'test', ...call });
    return 'admitted';
  } catch (error) {
    if (error instanceof PolicyError) return error.rule;
    throw error;
  }
}

describe('a warrant', () => {
  const warrant = issueWarrant([covered]);

  test('lets the write pass that it was issued for', () => {
    expect(ruleOf({ warrant })).toBe('admitted');
  });

  test.each([
    ['another object', { name: 'api' }],
    ['another namespace', { namespace: 'other' }],
    ['another verb', { verb: 'delete' }],
    ['a subresource', { subresource: 'scale' }],
    ['the same name of another group', { group: 'other.test' }],
  ] as const)('does not let %s pass', (_, other) => {
    expect(ruleOf({ warrant }, { ...write, ...other })).toBe('plan');
  });

  test('of one subresource is none of another, nor of the object', () => {
    const scale = issueWarrant([{ ...covered, subresource: 'scale' }]);
    expect(ruleOf({ warrant: scale }, { ...write, subresource: 'scale' })).toBe('admitted');
    expect(ruleOf({ warrant: scale }, { ...write, subresource: 'status' })).toBe('plan');
    expect(ruleOf({ warrant: scale })).toBe('plan');
  });

  test('holds for its cluster alone', () => {
    expect(ruleOf({ warrant: issueWarrant([{ ...covered, cluster: 'test' }]) })).toBe('plan');
  });

  test('cannot be made up', () => {
    expect(ruleOf({ warrant: { ...warrant } })).toBe('plan');
    expect(ruleOf({ warrant: unredacted() })).toBe('plan');
  });

  test.each([
    ['the mode', { mode: 'read-only' }, 'mode'],
    ['a denied kind', { mode: 'plan', kinds: { deny: ['deployments'] } }, 'kinds'],
    ['a denied namespace', { mode: 'plan', namespaces: { deny: ['shop'] } }, 'namespaces'],
    ['a rule that says never', { mode: 'plan', changes: { rules: [{ kinds: ['deployments'], require: 'deny' }] } }, 'plan'],
  ] as const)('does not stand above %s', (_, options, rule) => {
    expect(ruleOf({ warrant }, write, options)).toBe(rule);
  });

  test('is not needed for a dry run', () => {
    expect(ruleOf({}, { ...write, dryRun: true })).toBe('admitted');
  });
});

describe('custody', () => {
  const filter = createResponseFilter({ policy: normalisePolicy() });
  const request: ResourceRequest = { verb: 'get', group: '', version: 'v1', resource: 'secrets', namespace: 'shop', name: 'db' };
  const secret = () => ({ kind: 'Secret', data: { password: 'cGFzc3dvcmQ=' } });

  test('shows an object as it is', () => {
    expect(filter.apply(request, secret(), { origin: 'test', custody: unredacted() })).toEqual(secret());
  });

  test('cannot be made up', () => {
    const shown = { kind: 'Secret', data: { password: '<redacted 8 bytes>' } };
    expect(filter.apply(request, secret(), { origin: 'test', custody: {} })).toEqual(shown);
    expect(filter.apply(request, secret(), { origin: 'test', custody: issueWarrant([]) })).toEqual(shown);
    expect(filter.apply(request, secret())).toEqual(shown);
  });
});
