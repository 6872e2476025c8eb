import { expect, test } from 'vitest';

import { fakePlan, fakeStep } from '../../../../../test/support/plans.ts';
import { Budget } from '../../../../answers/index.ts';
import type { Change, ChangedStep, Plan } from '../../../../changes/index.ts';
import { appliedAnswer, type AppliedOptions } from './applied-answer.ts';

const evicted = (name: string, more: Partial<ChangedStep> = {}): ChangedStep => {
  const { identity, subject } = fakeStep(name);
  const notUndoable = 'a pod that was evicted comes back by its controller, or not at all';
  return { action: 'evict', subject, identity, effect: 'delete', state: 'done', changes: [], notUndoable, ...more };
};

const changeOf = (plan: Plan, steps: readonly ChangedStep[]): Change => ({
  id: 'change-9w2dqz',
  plan: plan.id,
  digest: plan.digest,
  state: 'applied',
  startedAt: plan.madeAt,
  origin: 'kube_node',
  word: 'agent',
  via: 'kube_confirm',
  steps,
});

test('what a plan would have warned of is told where nobody has seen it, as far as the budget goes', () => {
  const warnings = [{ code: 'deletes-namespace' as const, text: 'everything in it is deleted with it' }];
  const plan = fakePlan([fakeStep('web', { warnings }), fakeStep('db', { warnings })]);
  const applied = { plan, change: changeOf(plan, []), undoable: false, notReady: [] };
  const unseen = { notes: ['Left on n1: Pod shop/agent.'] };
  const told = (tokens: number, options: AppliedOptions): string => appliedAnswer(applied, options).text(new Budget(tokens));
  expect(told(1_000, { unseen })).toMatch(
    /applied, change-9w2dqz\.\nLeft on n1: Pod shop\/agent\.\n\[.*\]\nwarning: ConfigMap shop\/web: everything in it is deleted with it\nwarning: ConfigMap shop\/db: /,
  );
  expect(told(150, { unseen })).toMatch(/\n… and 1 more to know of\n/);
  expect(told(1_000, {})).not.toMatch(/warning|Left on/);
  expect(appliedAnswer(applied, { unseen }).data?.(new Budget(1_000))).toMatchObject({
    notes: unseen.notes,
    warned: [expect.stringContaining('shop/web'), expect.stringContaining('shop/db')],
  });
});

test('why steps cannot be undone is said once', () => {
  const steps = [
    evicted('held', { state: 'waiting' }),
    evicted('web-1'),
    evicted('web-2'),
    evicted('db', { notUndoable: 'it is gone' }),
  ];
  const plan = fakePlan([]);
  const text = appliedAnswer({ plan, change: changeOf(plan, steps), undoable: false, notReady: [] }).text(new Budget(1_000));
  expect(text.split('\n').filter((line) => /shop\//.test(line))).toEqual([
    'not done ConfigMap shop/held',
    'evicted ConfigMap shop/web-1 (cannot be undone: a pod that was evicted comes back by its controller, or not at all)',
    'evicted ConfigMap shop/web-2 (cannot be undone)',
    'evicted ConfigMap shop/db (cannot be undone: it is gone)',
  ]);
});
