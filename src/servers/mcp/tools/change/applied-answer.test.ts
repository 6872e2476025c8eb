import { expect, test } from 'vitest';

import { fakePlan, fakeStep } from '../../../../../test/support/plans.ts';
import { Budget } from '../../../../answers/index.ts';
import type { Change, ChangedStep } from '../../../../changes/index.ts';
import { appliedAnswer } from './applied-answer.ts';

const evicted = (name: string, more: Partial<ChangedStep> = {}): ChangedStep => {
  const { identity, subject } = fakeStep(name);
  const notUndoable = 'a pod that was evicted comes back by its controller, or not at all';
  return { action: 'evict', subject, identity, effect: 'delete', state: 'done', changes: [], notUndoable, ...more };
};

test('why steps cannot be undone is said once', () => {
  const steps = [
    evicted('held', { state: 'waiting' }),
    evicted('web-1'),
    evicted('web-2'),
    evicted('db', { notUndoable: 'it is gone' }),
  ];
  const plan = fakePlan([]);
  const change: Change = {
    id: 'change-9w2dqz',
    plan: plan.id,
    digest: plan.digest,
    state: 'failed',
    startedAt: plan.madeAt,
    origin: 'kube_node',
    word: 'agent',
    via: 'kube_confirm',
    steps,
  };
  const text = appliedAnswer({ plan, change, undoable: false, notReady: [] }).text(new Budget(1_000));
  expect(text.split('\n').filter((line) => /shop\//.test(line))).toEqual([
    'not done ConfigMap shop/held',
    'evicted ConfigMap shop/web-1 (cannot be undone: a pod that was evicted comes back by its controller, or not at all)',
    'evicted ConfigMap shop/web-2 (cannot be undone)',
    'evicted ConfigMap shop/db (cannot be undone: it is gone)',
  ]);
});
