import { expect, test } from 'vitest';

import { compactPaths, compactRules } from './can-i-rules.ts';

const rule = (verbs: string, groups: string, resources: string, names?: string) => ({
  verbs: verbs.split(','),
  apiGroups: groups.split(','),
  resources: resources.split(','),
  ...(names !== undefined && { resourceNames: names.split(',') }),
});
const told = (...rules: readonly unknown[]) =>
  compactRules(rules).map(({ verbs, group, resources, names }) =>
    [verbs.join(','), group, resources.join(','), names.join(',')].join(' | '),
  );

test('rules of several roles are brought together, resources with the same verbs in one line', () => {
  expect(
    told(
      rule('get,list', '', 'pods'),
      rule('watch,get', '', 'pods'),
      rule('get,list,watch', '', 'services'),
      rule('get', 'apps', 'deployments'),
    ),
  ).toEqual(['get,list,watch |  | pods,services | ', 'get | apps | deployments | ']);
});

test('what a wider rule gives already has no line of its own', () => {
  expect(
    told(rule('*', '*', '*'), rule('get', '', 'pods'), rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews')),
  ).toEqual(['* | * | * | ']);
  expect(told(rule('get,list', '', '*'), rule('get,delete', '', 'pods'))).toEqual(['get,list |  | * | ', 'delete |  | pods | ']);
  expect(told(rule('get', '', 'secrets'), rule('get,update', '', 'secrets', 'db-password'))).toEqual([
    'get |  | secrets | ',
    'update |  | secrets | db-password',
  ]);
  expect(told(rule('patch', '*', '*/scale'), rule('patch', 'apps', 'deployments/scale'))).toEqual(['patch | * | */scale | ']);
});

test('the same rule twice is one, and neither hides the other', () => {
  expect(told(rule('get', '', 'pods'), rule('get', '', 'pods'))).toEqual(['get |  | pods | ']);
});

test('paths with the same verbs stand together', () => {
  expect(
    compactPaths([
      { verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] },
      { verbs: ['get'], nonResourceURLs: ['/api/*'] },
      { verbs: ['*'], nonResourceURLs: ['/debug'] },
    ]),
  ).toEqual([
    { verbs: ['get'], paths: ['/api/*', '/healthz'] },
    { verbs: ['*'], paths: ['/debug'] },
  ]);
});
