import { expect, it } from 'vitest';

import { Budget } from '../../../answers/index.ts';
import { KubernetesError } from '../../../kubernetes/index.ts';
import { newSession } from '../session.ts';
import type { ToolContext } from '../tool.ts';
import { useTool } from './use.ts';

/** Chooses a namespace on a cluster that answers every question with this error. */
async function choose(error: Error) {
  const session = newSession();
  const connection = { cluster: 'test', identity: 'amy', request: () => Promise.reject(error) };
  const context = {
    session,
    signal: new AbortController().signal,
    connect: async () => connection,
    scope: () => [session.namespace ?? 'default'],
  } as unknown as ToolContext;
  return (await useTool.run({ namespace: 'shop' }, context)).data(new Budget());
}

it('takes a namespace that could not be looked at, and none that does not exist', async () => {
  expect(await choose(new KubernetesError('forbidden', 'Not allowed.'))).toMatchObject({ namespace: 'shop' });
  await expect(choose(new KubernetesError('not-found', 'No namespace "shop".'))).rejects.toThrow('No namespace "shop".');
});

it('takes a defect of ours for no answer', async () => {
  await expect(choose(new TypeError('x is undefined'))).rejects.toThrow('x is undefined');
});
