import { describe, expect, it } from 'vitest';

import { READ_BY_DEFAULT, READ_WHEN_NAMED } from './kinds.ts';
import { kindsNamed } from './named.ts';
import { grantsFor, type RoleRule } from './roles.ts';
import { givenAnyway, requirementsOf } from './requirements.ts';
import { TOOLS } from '../tools/index.ts';

const said = (rules: readonly RoleRule[]): readonly string[] =>
  rules.map(({ verbs, apiGroups, resources, resourceNames = [] }) =>
    [verbs.join('/'), apiGroups.join(), resources.join(), resourceNames.join()].filter(Boolean).join(' '),
  );

describe('requirements', () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    'of %s say what it uses, or where it has that anyway',
    (name, tool) => {
      if (requirementsOf([tool]).length === 0) expect(givenAnyway([tool]).get(name)).toMatch(/system:|tool|nothing/);
    },
  );

  it('of tools that read are to read, and never Secrets', () => {
    const reading = TOOLS.filter(({ effect }) => effect === 'read');
    for (const { verb, resource } of requirementsOf(reading)) {
      expect(['get', 'list']).toContain(verb);
      expect(resource).not.toBe('secrets');
    }
  });

  it('of tools that change something give no rights over rights, nor over the cluster itself but for nodes', () => {
    const changing = requirementsOf(TOOLS).filter(({ verb }) => verb !== 'get' && verb !== 'list');
    expect(changing.filter(({ namespaced, resource }) => !namespaced && resource !== 'nodes')).toEqual([]);
    expect(
      changing.filter(({ group, resource }) => /rbac|webhook|admission/.test(group) || resource === 'serviceaccounts'),
    ).toEqual([]);
    expect(new Set(changing.flatMap(({ tool, resource }) => (resource === 'secrets' ? tool : [])))).toEqual(
      new Set(['kube_secret']),
    );
  });

  it('of what runs in pods only read besides, but for what is granted by name', () => {
    for (const tool of TOOLS.filter(({ permission }) => permission !== undefined)) {
      for (const { verb, permission } of requirementsOf([tool])) {
        if (permission === undefined) expect(['get', 'list']).toContain(verb);
        else expect(permission).toBe(tool.permission);
      }
    }
  });

  it('name no kind twice', () => {
    const names = [...READ_BY_DEFAULT, ...READ_WHEN_NAMED].map(({ group, resource }) => `${resource}.${group}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('grants', () => {
  const kinds = [
    { group: '', resource: 'pods', namespaced: true },
    { group: 'apps', resource: 'deployments', namespaced: true },
    { group: 'apps', resource: 'daemonsets', namespaced: true },
    { group: '', resource: 'namespaces', namespaced: false },
  ];
  const needs = requirementsOf(
    TOOLS.filter(({ name }) => name === 'kube_get' || name === 'kube_top'),
    kinds,
  );

  it('are one rule for what is used in the same way, with what for', () => {
    const { everywhere, within } = grantsFor(needs);
    expect(within).toBeUndefined();
    expect(said(everywhere)).toEqual([
      'get/list  pods'.replace('  ', ' '),
      'get/list apps deployments,daemonsets',
      'get/list namespaces',
      'list nodes',
      'list metrics.k8s.io pods,nodes',
    ]);
    expect(everywhere[0]?.uses).toEqual([
      { tool: 'kube_get', why: 'what is asked for' },
      { tool: 'kube_top', why: 'what pods ask for and what nodes have' },
    ]);
  });

  it('stay within namespaces, but for what is in none', () => {
    const { everywhere, within } = grantsFor(needs, ['a', 'b']);
    expect(said(everywhere)).toEqual(['list nodes', 'list metrics.k8s.io nodes', 'get namespaces a,b']);
    expect(within?.namespaces).toEqual(['a', 'b']);
    expect(said(within?.rules ?? [])).toEqual([
      'get/list pods',
      'get/list apps deployments,daemonsets',
      'list metrics.k8s.io pods',
    ]);
  });
});

describe('kinds by name', () => {
  it.each([
    ['secrets', ['secrets.']],
    ['Secret', ['secrets.']],
    ['roles', ['roles.rbac.authorization.k8s.io']],
    ['deploy', ['deployments.apps']],
    ['widgets.shop.example.com', ['widgets.shop.example.com']],
    ['*.shop.example.com', ['*.shop.example.com']],
  ])('%s means %j', (text, names) => {
    expect(kindsNamed([text], '--kinds').map(({ group, resource }) => `${resource}.${group}`)).toEqual(names);
  });

  it('means every kind of a group by *', () => {
    expect(kindsNamed(['*.rbac.authorization.k8s.io'], '--kinds')).toHaveLength(4);
  });

  it.each(['*', '*.*', 'widgets', 'apps/v1/widgets', 'a b'])('%j is refused', (text) => {
    expect(() => kindsNamed([text], '--kinds')).toThrow(/--kinds (?:cannot|names)/);
  });
});
