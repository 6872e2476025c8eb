import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { kindAllowed, namespaceAllowed, permits } from './permits.ts';
import { normalisePolicy, type PolicyOptions } from './policy.ts';

function refusal(options: unknown): UsageError {
  try {
    normalisePolicy(options as PolicyOptions);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('without options nothing but reading is allowed', () => {
  const policy = normalisePolicy();
  expect(policy).toMatchObject({ mode: 'read-only', dryRun: false, verbs: undefined });
  expect(permits(policy, { verb: 'list' })).toBe(true);
  expect(permits(policy, { verb: 'patch' })).toBe(false);
  expect(permits(policy, { verb: 'get', permission: 'secrets' })).toBe(false);
});

describe('a wrong setting stops the start', () => {
  test.each([
    [{ read_onli: true }, 'read_onli', /no setting "read_onli"/],
    [{ dryrun: true }, 'dryrun', /did you mean "dryRun"/],
    [{ namespaces: { alow: ['a'] } }, 'alow', /did you mean "allow"/],
    [{ mode: 'readonly' }, '--changes', /"readonly"; did you mean "read-only"/],
    [{ dryRun: 'yes' }, '--dry-run', /true or false/],
    [{ allowedOperations: ['get', 'lst'] }, '--allow-operations', /"lst"; did you mean "list"/],
    [{ allowedOperations: ['port-foward'] }, '--allow-operations', /did you mean "port-forward"/],
    [{ allowedOperations: [] }, '--allow-operations', /is empty/],
    [{ allowedOperations: ['delete'] }, '--allow-operations', /"delete", which the mode read-only does not allow/],
    [{ allowedOperations: ['exec'] }, '--allow-operations', /"exec", which the mode read-only does not allow: it runs/],
    [{ namespaces: { allow: [] } }, '--allow-namespaces', /is empty/],
    [{ namespaces: { allow: ['a,b'] } }, '--allow-namespaces', /no name of a namespace/],
    [{ namespaces: { deny: ['Kube'] } }, '--deny-namespaces', /no name of a namespace/],
    [{ namespaces: { allow: ['a', 'b'], deny: ['b'] } }, '--allow-namespaces', /"b" is in/],
    [{ kinds: { deny: ['pods secrets'] } }, '--deny-kinds', /no kind/],
    [{ kinds: { deny: 'secrets' } }, '--deny-kinds', /list of names/],
    [{ mode: 'auto', settingNames: { mode: 'access.changes' } }, 'access.changes', /access\.changes cannot be "auto"/],
  ])('%j', (options, field, message) => {
    const error = refusal(options);
    expect(error.field).toBe(field);
    expect(error.message).toMatch(message);
  });
});

test('a permission alone leaves all verbs, a verb leaves only those that are named', () => {
  const granted = normalisePolicy({ mode: 'direct', allowedOperations: ['exec'] });
  expect(permits(granted, { verb: 'patch' })).toBe(true);
  expect(permits(granted, { verb: 'create', permission: 'exec' })).toBe(true);
  expect(permits(granted, { verb: 'create', permission: 'port-forward' })).toBe(false);
  const narrow = normalisePolicy({ mode: 'direct', allowedOperations: ['get', 'exec'] });
  expect(permits(narrow, { verb: 'list' })).toBe(false);
  expect(permits(narrow, { verb: 'create', permission: 'exec' })).toBe(true);
});

test('what runs for real is not offered in a dry run', () => {
  const policy = normalisePolicy({ mode: 'direct', dryRun: true, allowedOperations: ['exec', 'secrets'] });
  expect(permits(policy, { verb: 'create', permission: 'exec' })).toBe(false);
  expect(permits(policy, { verb: 'get', permission: 'secrets' })).toBe(true);
  expect(permits(policy, { verb: 'delete' })).toBe(true);
});

test('a tool about a kind that is closed is not offered', () => {
  const policy = normalisePolicy({ kinds: { deny: ['Secret'] } });
  expect(permits(policy, { verb: 'get', kind: { group: '', resource: 'secrets' } })).toBe(false);
  expect(permits(policy, { verb: 'get', kind: { group: '', resource: 'pods', subresource: 'log' } })).toBe(true);
});

const name = fc.stringMatching(/^[a-c]{1,3}$/);

test('deny wins over allow', () => {
  fc.assert(
    fc.property(name, fc.constantFrom('*', 'a*', '*a', '*b*'), (namespace, pattern) => {
      const denied = normalisePolicy({
        namespaces: { allow: ['a', 'b', 'c', 'a*', 'b*', 'c*'].filter((entry) => entry !== pattern), deny: [pattern] },
      });
      const open = normalisePolicy({ namespaces: { allow: [pattern] } });
      // What a pattern allows when it stands alone it denies when it stands among the denied.
      if (namespaceAllowed(open, namespace)) expect(namespaceAllowed(denied, namespace)).toBe(false);
      const kinds = normalisePolicy({ kinds: { allow: ['*'], deny: [`${namespace}.example.com`] } });
      expect(kindAllowed(kinds, { group: 'example.com', resource: namespace })).toBe(false);
      expect(kindAllowed(kinds, { group: 'example.org', resource: namespace })).toBe(true);
    }),
  );
});

test('an exact name and a wildcard', () => {
  const policy = normalisePolicy({ namespaces: { allow: ['shop', 'team-*'], deny: ['team-secret'] } });
  const allowed = ['shop', 'team-a', 'team-secret', 'shop-eu', 'kube-system'].filter((namespace) =>
    namespaceAllowed(policy, namespace),
  );
  expect(allowed).toEqual(['shop', 'team-a']);
});
