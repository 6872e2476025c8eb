import { expect, test } from 'vitest';

import { Budget, tokensOf } from '../../../answers/index.ts';
import type { ToolContext } from '../tool.ts';
import { clustersTool } from './clusters.ts';

const ENTRIES = ['eu', 'us', 'test'].map((name) => ({ name, labels: {}, current: name === 'test', server: `https://${name}` }));

test('tells of the clusters that are asked for, and which one is current whether it is among them or not', async () => {
  const context: Partial<ToolContext> = { clusters: async () => ENTRIES, select: async () => ['eu', 'us'] };
  const answer = await clustersTool.run({ cluster: 'eu,us' }, context as ToolContext);
  expect(answer.text(new Budget())).toBe('2 clusters. Current: test.\nCLUSTER  SERVER\neu       https://eu\nus       https://us');
  expect(answer.data(new Budget())).toMatchObject({ current: 'test', clusters: [{ name: 'eu' }, { name: 'us' }] });
});

test('data keeps to its budget, and says how many clusters it leaves out', async () => {
  const many = Array.from({ length: 200 }, (_, index) => ({ name: `cluster-${index}`, labels: {}, current: false }));
  const answer = await clustersTool.run({}, { clusters: async () => many } as Partial<ToolContext> as ToolContext);
  const data = answer.data(new Budget(500));
  expect(tokensOf(JSON.stringify(data))).toBeLessThanOrEqual(500);
  const shown = data['clusters'] as readonly unknown[];
  expect(shown.length).toBeGreaterThan(1);
  expect(data['omitted']).toBe(200 - shown.length);
});
