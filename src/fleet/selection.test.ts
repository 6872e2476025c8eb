import { describe, expect, it } from 'vitest';

import { selectClusters, type Selectable } from './selection.ts';

const CLUSTERS: readonly Selectable[] = [
  { name: 'prod-us', labels: { environment: 'prod', region: 'us' } },
  { name: 'prod-eu', labels: { environment: 'prod', region: 'eu' } },
  { name: 'dev' },
  { name: 'odd,name=*' },
  { name: 'arn:aws:eks:eu-west-1:1:cluster/a' },
];

const select = (text: string | undefined, current?: string): readonly string[] => selectClusters(text, CLUSTERS, current);

describe('a selection', () => {
  it.each([
    ['dev', ['dev']],
    ['dev, prod-us ,dev', ['prod-us', 'dev']],
    ['prod-*', ['prod-us', 'prod-eu']],
    ['*-eu', ['prod-eu']],
    ['p*-*s', ['prod-us']],
    ['odd,name=*', ['odd,name=*']],
    ['arn:aws:eks:eu-west-1:1:cluster/a', ['arn:aws:eks:eu-west-1:1:cluster/a']],
    ['environment=prod', ['prod-us', 'prod-eu']],
    ['environment=prod,region!=eu', ['prod-us']],
    ['environment == prod, region == eu', ['prod-eu']],
    ['region!=eu,environment=prod', ['prod-us']],
    ['*', CLUSTERS.map(({ name }) => name)],
  ])('%s', (text, expected) => {
    expect(select(text)).toEqual(expected);
  });

  it.each([
    ['prod', 'No cluster "prod"; did you mean "prod-eu" or "prod-us"? Clusters: prod-us,'],
    ['dev,stage', 'No cluster "stage"'],
    ['stage-*', 'No cluster "stage-*"'],
    [' , ', 'No cluster " , "'],
    ['environment=prd', 'No cluster matches "environment=prd"; did you mean "environment=prod"?'],
    ['constructor', 'No cluster "constructor"'],
    ['__proto__=x', 'No cluster matches "__proto__=x"'],
  ])('%s means none', (text, message) => {
    expect(() => select(text)).toThrow(message);
  });

  it('without a text is the current one, and says so where that is not there', () => {
    expect(select(undefined, 'dev')).toEqual(['dev']);
    expect(() => select(undefined, 'deev')).toThrow('No cluster "deev"; did you mean "dev"?');
    expect(() => select(undefined)).toThrow('No cluster was named, and none is current. Clusters: prod-us');
    expect(() => selectClusters(undefined, [], 'dev')).toThrow('No cluster is configured');
  });

  it('of a hundred patterns among a hundred clusters takes no time', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `${'a'.repeat(200)}${index}` }));
    const started = performance.now();
    expect(() => selectClusters(`${'*a'.repeat(1_000)}b`, many, undefined)).toThrow('No cluster');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
