import { expect, it } from 'vitest';

import type { PlanOptions, Step } from '../../../../changes/index.ts';
import type { ToolContext } from '../../tool.ts';
import { CHANGE_TOOLS } from './index.ts';
import { fakePlan } from '../../../../../test/support/plans.ts';

const batch = CHANGE_TOOLS.find(({ name }) => name === 'kube_batch');

/** Has a batch planned, without a cluster. @returns what was asked to be planned */
async function planned(calls: readonly object[]): Promise<{ readonly steps: readonly Step[]; readonly options: PlanOptions }> {
  const asked: { steps: readonly Step[]; options: PlanOptions }[] = [];
  const context = {
    session: { id: 'mine' },
    cursorKey: Buffer.alloc(32),
    connect: async () => ({ cluster: 'prod' }),
    scope: () => ['shop'],
    changes: async () => ({
      plan: async (steps: readonly Step[], options: PlanOptions) => {
        asked.push({ steps, options });
        return fakePlan([]);
      },
    }),
  } as unknown as ToolContext;
  await batch?.run({ calls: JSON.stringify(calls) }, context);
  const [first] = asked;
  if (first === undefined) throw new Error('nothing was planned');
  return first;
}

const run = (more: object = {}) => ({ tool: 'kube_run', arguments: { image: 'busybox', ...more } });
const create = { tool: 'kube_secret', arguments: { action: 'create', name: 'made', generate: 'password' } };

it('waits as long as the most patient of its calls wants, and never shorter than other plans do', async () => {
  expect((await planned([run({ timeout: 1_200 }), run()])).options).toMatchObject({ wait: true, waitSeconds: 1_230 });
  expect((await planned([run({ timeout: 5 }), create])).options).toMatchObject({ wait: true, waitSeconds: 300 });
  expect((await planned([create])).options).toMatchObject({ wait: false, waitSeconds: undefined });
});

it.each([
  ['kube_secret', { action: 'keys', name: 'db', generate: 'password' }],
  ['kube_secret', { action: 'reveal', name: 'db', generate: 'password' }],
  ['kube_rollout', { action: 'status', kind: 'deployment', name: 'web' }],
])('plans nothing for a call of %s that only reads: %j', async (tool, given) => {
  await expect(planned([{ tool, arguments: given }])).rejects.toThrow(
    `Call 1 of "calls": This call of ${tool} only reads, and there is nothing to plan.`,
  );
});
