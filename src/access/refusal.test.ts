import { describe, expect, test } from 'vitest';

import { ask, request } from '../../test/support/gate.ts';
import type { PolicyError } from './errors.ts';

describe('a refusal names the setting that decides, and what would be allowed', () => {
  const protectedOne = 'patch pods kube-system web';
  test.each([
    [{ allowedOperations: ['get', 'watch'] }, 'list pods shop', '--allow-operations', /verb "list"/, 'Allowed: get, watch.'],
    [{ kinds: { deny: ['po*'] } }, 'get pods shop web', '--deny-kinds', /pods is denied by "po\*"/, /closed this one/],
    [
      { kinds: { allow: ['pods', 'services'] } },
      'get deployments.apps/scale shop web',
      '--allow-kinds',
      /deployments\.apps\/scale is not among/,
      'Allowed: pods, services.',
    ],
    [{ kinds: { allow: ['services'] } }, 'get service shop web', '--allow-kinds', /did you mean "services"/, /services/],
    [{ mode: 'plan' }, 'patch pods shop web', '--changes', /needs a plan/, /Make a plan/],
    [{ mode: 'plan' }, protectedOne, undefined, /kube-system is protected.* plan has to be confirmed/, /Make a plan/],
    [{ mode: 'direct' }, protectedOne, undefined, /kube-system is protected/, /Make a plan/],
    [
      { mode: 'direct', changes: { rules: [{ kinds: ['pods'], require: 'deny' }] } },
      'patch pods shop web',
      undefined,
      /the rule \{.+\} asks for it/,
      /never done here/,
    ],
    [{ namespaces: { deny: ['kube-*'] } }, 'get pods kube-system web', '--deny-namespaces', /by "kube-\*"/, /another/],
    [{ namespaces: { allow: ['a', 'b'] } }, 'get pods shop web', '--allow-namespaces', /"shop"/, 'Allowed: a, b.'],
    [{ mode: 'direct', namespaces: { deny: ['a'] } }, 'create nodes', '--deny-namespaces', /no namespace/, /Name one/],
    [{ mode: 'direct', namespaces: { allow: ['a'] } }, 'deletecollection pods', '--allow-namespaces', /no namespace/, /Name one/],
    [{ mode: 'direct', namespaces: { allow: ['a'] } }, 'create namespaces', '--allow-namespaces', /no namespace/, /generateName/],
  ] as const)('%j: %s', (options, text, setting, message, advice) => {
    expect(ask(options, request(text))).toMatchObject({
      setting,
      message: expect.stringMatching(message),
      advice: typeof advice === 'string' ? advice : expect.stringMatching(advice),
    });
  });

  test('in the words of the operator', () => {
    const refused = ask({ settingNames: { mode: 'access.changes' } }, request('delete pods shop web'));
    expect(refused).toMatchObject({ setting: 'access.changes', message: expect.stringMatching(/\(set by access\.changes\)\.$/) });
  });

  test('and what was asked for, cut short where it is long', () => {
    const long = 'x'.repeat(1_000);
    const asked = [
      request(`delete things.example.com/status ${long} ${long}`, { subresource: long }),
      { verb: 'get', nonResource: `/${long}` } as const,
    ];
    for (const each of asked) expect((ask({}, each) as PolicyError).message.length).toBeLessThan(700);
    const created = request('create pods shop', { body: { metadata: { name: 'from-body' } } });
    expect(ask({}, created)).toMatchObject({ message: expect.stringContaining('create pods "from-body" in namespace "shop"') });
    expect(ask({}, request('create nodes'))).toMatchObject({ message: expect.stringMatching(/: create nodes \(cluster prod\)/) });
    expect(ask({}, { verb: 'get', nonResource: '/metrics' })).toMatchObject({ message: expect.stringContaining('"/metrics"') });
  });
});
