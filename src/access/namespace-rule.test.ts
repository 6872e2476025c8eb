import { describe, expect, test } from 'vitest';

import { ask, request, ruleOf } from '../../test/support/gate.ts';

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
    ['list pods', { query: { includeObject: 'None' } }, 'admitted'],
    ['list pods', table, 'admitted'],
    ['list namespaces', { body: { metadata: { name: 'other' } } }, 'admitted'],
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

  test('only rows are: objects tell their namespace themselves', () => {
    const asked = request('list pods', { query: { includeObject: 'None' } });
    expect(ask(only, asked)).toBe(asked);
    const shouted = request('list pods', { accept: 'application/json;AS=TABLE', query: { includeObject: 'None' } });
    expect(ask(only, shouted)).toMatchObject({ query: { includeObject: 'Metadata' } });
  });
});
