import { describe, expect, it } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../../test/support/discovery.ts';
import { failure } from '../../../test/support/wire.ts';
import type { KubernetesObject } from '../../kubernetes/index.ts';
import { goalOf } from './goal.ts';
import { waitFor, type Waited } from './wait.ts';

const object = (kind: string, spec: object, status: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', generation: 2, ...metadata },
  spec,
  status,
});

const pod = (...conditions: readonly object[]): KubernetesObject => object('Pod', {}, { phase: 'Running', conditions });
const READY = { type: 'Ready', status: 'True' };
const NOT_READY = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'no: [app]' };

describe('what is waited for', () => {
  const rolled = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const deployment = (status: object) => object('Deployment', { replicas: 3 }, { ...rolled, ...status });
  const late = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too late' }];
  const job = (status: object) => object('Job', { completions: 2 }, status);

  it.each<readonly [string, KubernetesObject | undefined, string, string]>([
    ['condition=Ready', pod(READY), 'met', 'Ready is True'],
    ['condition=ready', pod(NOT_READY), 'waiting', 'Ready is False (ContainersNotReady: no: [app])'],
    ['condition=Ready=false', pod(NOT_READY), 'met', 'Ready is False (ContainersNotReady: no: [app])'],
    ['condition=Redy', pod(READY), 'waiting', 'it has no condition Redy (it has Ready)'],
    ['condition=Ready', undefined, 'waiting', 'it does not exist'],
    ['create', undefined, 'waiting', 'it does not exist'],
    ['create', pod(), 'met', 'it exists'],
    ['delete', undefined, 'met', 'it is gone'],
    ['delete', pod(), 'waiting', 'it exists, and nobody has deleted it'],
    [
      'delete',
      object('Pod', {}, {}, { deletionTimestamp: '2026-03-01T12:00:00Z', finalizers: ['a/b'] }),
      'waiting',
      'it is being deleted since 2026-03-01T12:00:00Z, held by a/b',
    ],
    ['.status.phase=Running', pod(), 'met', '.status.phase is Running'],
    ['jsonpath={.status.phase}=Failed', pod(), 'waiting', '.status.phase is Running'],
    ["jsonpath='{.status.phase}'=Running", pod(), 'met', '.status.phase is Running'],
    ['.status.conditions[0].status=True', pod(READY), 'met', '.status.conditions[0].status is True'],
    ['.status.nope', pod(), 'waiting', '.status.nope is not there'],
    ['.status.phase', pod(), 'met', '.status.phase is Running'],
    ['rollout', deployment({}), 'met', '3 of 3 pods are new, 3 available'],
    ['rollout', deployment({ observedGeneration: 1 }), 'waiting', 'its controller has not seen the change yet'],
    ['rollout', deployment({ replicas: 4, updatedReplicas: 2 }), 'waiting', '2 of 3 pods are new, 3 available, 2 old left'],
    ['rollout', deployment({ availableReplicas: 1, conditions: late }), 'failed', 'the rollout is stuck (too late)'],
    ['complete', job({ conditions: [{ type: 'Complete', status: 'True' }] }), 'met', 'it is complete'],
    ['complete', job({ active: 1, succeeded: 1 }), 'waiting', '1 of 2 pods succeeded, 1 run, 0 failed'],
    [
      'complete',
      job({ conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'x' }] }),
      'failed',
      'it has failed (BackoffLimitExceeded: x)',
    ],
  ])('%s', (text, given, state, said) => {
    expect(goalOf(text).judge(given)).toEqual({ state, said });
  });

  it.each([
    ['conditon=Ready', 'did you mean "condition"?'],
    ['ready', 'cannot be "ready"'],
    ['.status..x', 'cannot be read'],
    ['.items[*].x=1', 'cannot be read'],
  ])('%s is refused', (text, said) => {
    expect(() => goalOf(text)).toThrow(said);
  });

  it('has no rollout where nothing is rolled out', () => {
    expect(() => goalOf('rollout').judge(pod())).toThrow('Pod has no rollout.');
  });
});

describe('waiting', () => {
  /** Waits for a pod that changes with each look; time passes in sleeping alone. */
  async function wait(
    answers: readonly SaidAnswer[],
    timeout = 60_000,
  ): Promise<{ readonly waited: Waited; readonly said: readonly string[] }> {
    let looks = 0;
    const { connection } = connectionTo(({ path }) => {
      if (path === '/api') return { body: AGGREGATED_CORE };
      if (path === '/apis') return { body: AGGREGATED_GROUPS };
      return answers[Math.min(looks++, answers.length - 1)] ?? {};
    });
    let now = 0;
    const clock = { now: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) };
    const said: string[] = [];
    const goal = goalOf('condition=Ready');
    const question = {
      kind: 'pod',
      namespace: 'shop',
      name: 'web',
      goal,
      timeout,
      clock,
      onProgress: (each: string) => said.push(each),
    };
    return { waited: await waitFor(connection, question), said };
  }
  const missing = { status: 404, body: { kind: 'Status', reason: 'NotFound', details: { name: 'web', kind: 'pods' } } };

  it('ends when it has come to that, and tells each change once', async () => {
    const { waited, said } = await wait([missing, { body: pod(NOT_READY) }, { body: pod(NOT_READY) }, { body: pod(READY) }]);
    expect(waited.progress.state).toBe('met');
    expect(said).toEqual(['it does not exist', 'Ready is False (ContainersNotReady: no: [app])', 'Ready is True']);
  });

  it('ends when the time is over, with how far it has come', async () => {
    const { waited } = await wait([{ body: pod(NOT_READY) }], 10_000);
    expect(waited).toMatchObject({ progress: { state: 'waiting' }, milliseconds: 10_000, problem: undefined });
  });

  it('outlives a server that does not answer for a while', async () => {
    const { waited } = await wait([{ status: 503, body: 'down' }, { status: 429, body: 'busy' }, { body: pod(READY) }]);
    expect(waited.progress.state).toBe('met');
    expect((await wait([{ status: 503, body: 'down' }], 5_000)).waited).toMatchObject({
      progress: { state: 'waiting', said: 'it could not be looked at' },
      problem: expect.stringContaining('503'),
    });
  });

  it('fails when nothing is served as its kind any more', async () => {
    expect(await failure(wait([{ status: 404, body: '404 page not found' }]))).toMatchObject({ missing: 'resource' });
  });

  it('fails when the object may not be read', async () => {
    expect(await failure(wait([{ status: 403, body: {} }]))).toMatchObject({ code: 'forbidden' });
  });
});
