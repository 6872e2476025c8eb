import { describe, expect, it } from 'vitest';

import type { ToolNeed } from './doctor-facts.ts';
import { findRights, judgeRights } from './doctor-rights.ts';
import { fakeCluster, type FakeRequest } from './kinds.fake.ts';

const REVIEWS = 'POST /apis/authorization.k8s.io/v1';

const need = (tool: string, verb: string, resource: string, more: Partial<ToolNeed> = {}): ToolNeed => ({
  tool,
  verb,
  group: '',
  resource,
  namespaced: true,
  optional: false,
  ...more,
});

const NEEDS: readonly ToolNeed[] = [
  need('look', 'list', 'pods'),
  need('look', 'list', 'nodes', { namespaced: false }),
  need('read', 'get', 'pods/log'),
  need('choose', 'get', 'namespaces', { namespaced: false, optional: true }),
];

type Rules = readonly {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}[];

const rule = (verbs: readonly string[], resources: readonly string[]): Rules[number] => ({ verbs, apiGroups: [''], resources });

/** A cluster that gives some rules everywhere and some in namespace shop. */
function cluster(everywhere: Rules, shop: Rules = [], more: { incomplete?: boolean; may?: readonly string[] } = {}) {
  return fakeCluster({
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews': { status: { userInfo: { username: 'amy' } } },
    [`${REVIEWS}/selfsubjectrulesreviews`]: ({ body }: FakeRequest) => {
      const { namespace } = (body as { spec: { namespace: string } }).spec;
      const resourceRules = namespace === 'shop' ? [...everywhere, ...shop] : everywhere;
      return { status: { resourceRules, nonResourceRules: [], incomplete: more.incomplete ?? false } };
    },
    [`${REVIEWS}/selfsubjectaccessreviews`]: ({ body }: FakeRequest) => {
      const { verb, resource, subresource, namespace } = (body as { spec: { resourceAttributes: Record<string, string> } }).spec
        .resourceAttributes;
      const asked = [verb, [resource, subresource].filter(Boolean).join('/'), namespace].filter(Boolean).join(' ');
      return { status: { allowed: more.may?.includes(asked) ?? false } };
    },
  });
}

describe('rights', () => {
  it('are complete where everything is given', async () => {
    const found = await findRights(cluster([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]).connection, NEEDS, 'shop');
    expect(found).toEqual({
      user: 'amy',
      tools: ['look', 'read', 'choose'].map((tool) => ({ tool, standing: 'all' })),
      missing: [],
      useless: false,
      uncertain: false,
    });
    expect(judgeRights(found, 5)).toMatchObject({ verdict: 'ok', says: 'all 5 tools work, in all namespaces' });
  });

  it('tell what holds in one namespace from what holds everywhere', async () => {
    const { connection, sent } = cluster([rule(['list'], ['nodes'])], [rule(['list', 'get'], ['pods', 'pods/log'])]);
    const found = await findRights(connection, NEEDS, 'shop');
    expect(found.tools).toEqual([
      { tool: 'look', standing: 'namespace' },
      { tool: 'read', standing: 'namespace' },
      { tool: 'choose', standing: 'part' },
    ]);
    expect(judgeRights(found, 4)).toEqual({
      name: 'rights',
      verdict: 'warning',
      says: '1 of 4 tools work in full; in namespace shop only: look, read; in part: choose',
      more: ['may not: get namespaces', 'may only in shop: list pods, get pods/log'],
      mend: 'An administrator can give what is missing: fairlead rbac prints the roles.',
    });
    expect(sent).toHaveLength(3);
  });

  it('are of no use where nothing is given', async () => {
    const found = await findRights(cluster([]).connection, NEEDS, 'shop');
    expect(found.tools.map(({ standing }) => standing)).toEqual(['none', 'none', 'part']);
    expect(judgeRights(found, 3)).toMatchObject({ verdict: 'problem', says: expect.stringContaining('not at all: look, read') });
  });

  it('do not count a rule for single objects, nor one for a subresource', async () => {
    const named = { ...rule(['list'], ['pods']), resourceNames: ['web'] };
    const found = await findRights(cluster([named, rule(['get'], ['pods'])]).connection, NEEDS, 'shop');
    expect(found.useless).toBe(true);
  });

  it('are asked for one by one where the server cannot list its rules', async () => {
    const may = ['list pods shop', 'list nodes'];
    const { connection, sent } = cluster([rule(['get'], ['namespaces'])], [], { incomplete: true, may });
    const found = await findRights(connection, NEEDS, 'shop');
    expect(found.missing.map(({ verb, resource, onlyIn }) => [verb, resource, onlyIn])).toEqual([
      ['list', 'pods', 'shop'],
      ['get', 'pods/log', undefined],
    ]);
    expect(sent.filter((line) => line.endsWith('accessreviews'))).toHaveLength(3 + 2);
  });
});
