import { describe, expect, it } from 'vitest';

import { AGGREGATED_CORE, AGGREGATED_GROUPS, UNAGGREGATED } from '../../test/support/discovery.ts';
import { discover } from './discovery.ts';
import { KubernetesError } from './errors.ts';

type Answers = Readonly<Record<string, unknown>>;

/** Answers by path; an Error is thrown. */
function fetching(answers: Answers): {
  readonly paths: string[];
  readonly accepts: (string | undefined)[];
  fetch: Parameters<typeof discover>[0];
} {
  const paths: string[] = [];
  const accepts: (string | undefined)[] = [];
  return {
    paths,
    accepts,
    fetch: async ({ nonResource, accept }) => {
      paths.push(nonResource);
      accepts.push(accept);
      const answer = Object.hasOwn(answers, nonResource)
        ? answers[nonResource]
        : new KubernetesError('not-found', `no ${nonResource}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe('aggregated', () => {
  const answers = { '/api': AGGREGATED_CORE, '/apis': AGGREGATED_GROUPS };

  it('costs two requests, which ask for it in both versions', async () => {
    const { fetch, paths, accepts } = fetching(answers);
    await discover(fetch, 'prod');
    expect(paths).toEqual(['/api', '/apis']);
    expect(accepts[0]).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json',
    );
  });

  it('tells all about a kind', async () => {
    const { kinds } = await discover(fetching(answers).fetch, 'prod');
    expect(kinds.find(({ resource }) => resource === 'pods')).toEqual({
      group: '',
      version: 'v1',
      kind: 'Pod',
      resource: 'pods',
      singular: 'pod',
      shortNames: ['po'],
      categories: ['all'],
      namespaced: true,
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      subresources: ['eviction', 'log', 'status'],
      preferred: true,
    });
    expect(kinds.find(({ resource }) => resource === 'nodes')).toMatchObject({
      namespaced: false,
      subresources: [],
      categories: [],
    });
  });

  it('keeps the order of the server, in which the preferred version stands first', async () => {
    const { kinds } = await discover(fetching(answers).fetch, 'prod');
    const scalers = kinds.filter(({ group }) => group === 'autoscaling').map(({ version, preferred }) => [version, preferred]);
    expect(scalers).toEqual([
      ['v2', true],
      ['v1', false],
    ]);
    expect([...new Set(kinds.map(({ group }) => group))]).toEqual([
      '',
      'apps',
      'events.k8s.io',
      'autoscaling',
      'abbreviations.example',
      'widgets.example',
    ]);
  });

  it('names what the server cannot tell of now', async () => {
    expect((await discover(fetching(answers).fetch, 'prod')).broken).toEqual(['metrics.k8s.io/v1beta1']);
  });
});

describe('one group version at a time, from an older server', () => {
  it('tells the same, with the preferred version first', async () => {
    const { fetch, paths } = fetching(UNAGGREGATED);
    const { kinds, broken } = await discover(fetch, 'prod');
    expect(kinds.map(({ group, version, resource, preferred }) => `${group}/${version}/${resource} ${preferred}`)).toEqual([
      '/v1/pods true',
      '/v1/nodes true',
      'batch/v1/cronjobs true',
      'batch/v1beta1/cronjobs false',
    ]);
    expect(kinds[0]).toEqual({
      group: '',
      version: 'v1',
      kind: 'Pod',
      resource: 'pods',
      singular: 'pod',
      shortNames: ['po'],
      categories: ['all'],
      namespaced: true,
      verbs: ['get', 'list'],
      subresources: ['log', 'status'],
      preferred: true,
    });
    expect(broken).toEqual(['metrics.k8s.io/v1beta1']);
    expect(paths.toSorted()).toEqual([
      '/api',
      '/api/v1',
      '/apis',
      '/apis/batch/v1',
      '/apis/batch/v1beta1',
      '/apis/metrics.k8s.io/v1beta1',
    ]);
  });

  it.each(['not-found', 'forbidden', 'server', 'timeout', 'throttled', 'bad-answer'] as const)(
    'goes on without a group that is %s',
    async (code) => {
      const down = new KubernetesError(code, 'no');
      const { kinds, broken } = await discover(fetching({ ...UNAGGREGATED, '/apis/batch/v1': down }).fetch, 'prod');
      expect(kinds.map(({ resource, version }) => `${resource} ${version}`)).toEqual(['pods v1', 'nodes v1', 'cronjobs v1beta1']);
      expect(broken).toContain('batch/v1');
    },
  );

  it.each([
    new KubernetesError('unauthorized', 'no'),
    new KubernetesError('unreachable', 'no'),
    new KubernetesError('credentials', 'no'),
    new Error('closed'),
  ])('ends with what is not about a group: %s', async (error) => {
    await expect(discover(fetching({ ...UNAGGREGATED, '/apis/batch/v1': error }).fetch, 'prod')).rejects.toBe(error);
  });
});

describe('what answers is no API server', () => {
  it.each([
    ['a login page', '<html>Log in</html>'],
    ['an object of another kind', { kind: 'Status', status: 'Failure' }],
    ['nothing', null],
    ['a list', []],
    ['the wrong one of the two', UNAGGREGATED['/apis']],
  ])('but %s', async (_, body) => {
    await expect(discover(fetching({ ...UNAGGREGATED, '/api': body }).fetch, 'prod')).rejects.toMatchObject({
      code: 'bad-answer',
      message: 'What answers as the API server of cluster prod does not say what it serves.',
    });
  });
});
