import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { hasNamespaceRules, kindAllowed, namespaceAllowed, permits } from './permits.ts';
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
    [{ dryrun: true }, 'dryrun', /in the policy; did you mean "dryRun"/],
    [{ zzz: true }, 'zzz', /no setting "zzz" in the policy\.$/],
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
    [{ kinds: { deni: ['a'] } }, 'deni', /no setting "deni" in kinds; did you mean "deny"/],
    [
      { kinds: { allow: ['pods', 'secrets'], deny: ['secrets'] } },
      '--allow-kinds',
      /"secrets" is in --allow-kinds and in --deny-kinds/,
    ],
    [{ kinds: { allow: ['a b'] } }, '--allow-kinds', /no kind/],
    [{ namespaces: { deny: [7] } }, '--deny-namespaces', /list of names/],
    [{ namespaces: { allow: [''] } }, '--allow-namespaces', /no name of a namespace/],
    [{ namespaces: { allow: ['x'.repeat(64)] } }, '--allow-namespaces', /no name of a namespace/],
    [{ namespaces: { allow: ['shop '] } }, '--allow-namespaces', /no name of a namespace/],
    [{ namespaces: { allow: [' shop'] } }, '--allow-namespaces', /no name of a namespace/],
    [{ allowedOperations: 'get' }, '--allow-operations', /list of names/],
    [{ allowedOperations: ['get', 'nothing-like-it'] }, '--allow-operations', /"nothing-like-it"\.$/],
    [{ mode: 'auto', settingNames: { mode: 'access.changes' } }, 'access.changes', /access\.changes cannot be "auto"/],
  ])('%j', (options, field, message) => {
    const error = refusal(options);
    expect(error.field).toBe(field);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(error.message.includes('no setting') ? 'unknown-setting' : 'invalid-setting');
  });

  test('and says what would be right', () => {
    expect(refusal({ read_onli: true }).advice).toBe(
      'Settings: mode, dryRun, allowedOperations, namespaces, kinds, changes, settingNames.',
    );
    expect(refusal({ mode: 'x' }).advice).toBe('Possible: read-only, plan, direct.');
    expect(refusal({ allowedOperations: ['x'] }).advice).toMatch(/^Possible: get, list, .*deletecollection, exec, .*secrets\.$/);
    expect(refusal({ allowedOperations: ['exec'] }).advice).toMatch(/"exec".*--changes to plan or direct/);
    expect(refusal({ namespaces: { allow: [] } }).advice).toMatch(/Leave it out/);
    expect(refusal({ namespaces: { allow: ['a'], deny: ['a'] } }).advice).toMatch(/one of them/);
    expect(refusal({ namespaces: { allow: ['A'] } }).advice).toMatch(/team-\*/);
  });

  test('in few words, however long it is', () => {
    const long = 'x'.repeat(5_000);
    for (const options of [
      { [long]: 1 },
      { mode: long },
      { dryRun: long },
      { namespaces: { deny: [long] } },
      { kinds: { deny: long } },
    ])
      expect(refusal(options).message.length).toBeLessThan(250);
  });
});

test('what is right is taken as it is', () => {
  const policy = normalisePolicy({
    mode: 'direct',
    dryRun: true,
    allowedOperations: ['get', 'exec'],
    namespaces: { allow: ['x'.repeat(63), 'team-*'], deny: [] },
    kinds: { allow: ['pods'], deny: ['pods/exec'] },
    changes: { maxObjects: 3 },
    settingNames: { mode: 'access.changes' },
  });
  expect(policy).toMatchObject({ mode: 'direct', dryRun: true, changes: { maxObjects: 3 } });
  expect(policy.settingNames).toMatchObject({ mode: 'access.changes', dryRun: '--dry-run' });
  expect(Object.isFrozen(policy)).toBe(true);
  // An empty list of what is denied denies nothing.
  expect(hasNamespaceRules(policy)).toBe(true);
  expect(hasNamespaceRules(normalisePolicy({ namespaces: { deny: [] } }))).toBe(false);
  expect(hasNamespaceRules(normalisePolicy({ namespaces: { deny: ['a'] } }))).toBe(true);
  expect(hasNamespaceRules(normalisePolicy({ namespaces: { allow: ['a'] } }))).toBe(true);
});

describe('operations', () => {
  test.each(['get', 'list', 'watch', 'secrets'])('%s is one to read, and goes with every mode', (operation) => {
    for (const mode of ['read-only', 'plan', 'direct'] as const)
      expect(() => normalisePolicy({ mode, allowedOperations: [operation] })).not.toThrow();
  });

  test.each(['create', 'update', 'patch', 'delete', 'deletecollection'] as const)(
    '%s needs a mode that allows to change',
    (verb) => {
      expect(refusal({ allowedOperations: [verb] }).message).toMatch(new RegExp(`"${verb}".* does not allow\\.$`));
      for (const mode of ['plan', 'direct'] as const) {
        expect(permits(normalisePolicy({ mode, allowedOperations: [verb] }), { verb })).toBe(true);
        expect(permits(normalisePolicy({ mode, allowedOperations: ['get'] }), { verb })).toBe(false);
      }
    },
  );

  test.each(['exec', 'attach', 'port-forward', 'proxy', 'escalate'] as const)(
    '%s does, too, and the refusal says why',
    (permission) => {
      expect(refusal({ allowedOperations: [permission] }).message).toMatch(
        new RegExp(`"${permission}".* does not allow: it \\w`),
      );
      for (const mode of ['plan', 'direct'] as const) {
        const policy = normalisePolicy({ mode, allowedOperations: [permission] });
        expect([...policy.permissions]).toEqual([permission]);
        expect(permits(policy, { verb: 'create', permission })).toBe(true);
        expect(permits(normalisePolicy({ mode }), { verb: 'create', permission })).toBe(false);
      }
    },
  );

  test('only reading is left of what is named, for Secrets as well', () => {
    const policy = normalisePolicy({ allowedOperations: ['get', 'secrets'] });
    expect(permits(policy, { verb: 'get', permission: 'secrets' })).toBe(true);
    expect(permits(policy, { verb: 'list', permission: 'secrets' })).toBe(false);
    for (const verb of ['get', 'list', 'watch'] as const) expect(permits(normalisePolicy(), { verb })).toBe(true);
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
  expect(permits(policy, { verb: 'get' })).toBe(true);
});

test('one of several patterns is enough, to allow and to deny', () => {
  const policy = normalisePolicy({
    namespaces: { allow: ['a', 'b', 'c'], deny: ['c*', 'd'] },
    kinds: { allow: ['pods', 'services', 'secrets'], deny: ['secret', 'nodes'] },
  });
  expect(['a', 'b', 'c', 'd', 'e'].filter((namespace) => namespaceAllowed(policy, namespace))).toEqual(['a', 'b']);
  const kinds = ['pods', 'services', 'secrets', 'nodes', 'events'];
  expect(kinds.filter((resource) => kindAllowed(policy, { group: '', resource }))).toEqual(['pods', 'services']);
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
