import { readinessOf } from '../../../changes/index.ts';
import { at } from '../../../kubernetes/index.ts';
import { WITH_HISTORY } from './history.ts';
import { onlyFor, type Workload } from './workload.ts';

/** How far a rollout has come. */
export interface RolloutState {
  readonly state: 'complete' | 'in progress' | 'paused' | 'stuck';
  /** What is waited for, or what stands in the way. */
  readonly message?: string | undefined;
}

/**
 * How far the rollout of a workload has come: the same judgement as when a change waits for it.
 * @throws UsageError for a kind that has none
 */
export function rolloutState(workload: Workload): RolloutState {
  onlyFor(workload, WITH_HISTORY, 'asked for its rollout');
  const { is, says } = readinessOf(workload.object);
  if (is === 'ready') return { state: 'complete' };
  if (at(workload.object, 'spec', 'paused') === true) return { state: 'paused', message: says };
  return { state: is === 'failed' ? 'stuck' : 'in progress', message: says };
}
