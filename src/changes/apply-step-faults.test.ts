import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../test/support/discovery.ts';
import { normalisePolicy } from '../access/index.ts';
import type { Connection } from '../kubernetes/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Applied } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore } from './database.ts';
import type { Step } from './step.ts';

const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0' };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop', uid: 'u', resourceVersion: '1' } };
const blocked: SaidAnswer = {
  status: 429,
  body: {
    kind: 'Status',
    reason: 'TooManyRequests',
    message: 'Cannot evict pod as it would violate the disruption budget.',
    details: { causes: [{ reason: 'DisruptionBudget', message: 'web needs 1 healthy pod' }] },
  },
};

/** Plans a step in mode `direct`, and applies it. */
async function applied(step: Step, connection: Connection, clock: Clock, signal?: AbortSignal): Promise<Applied> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-step-'));
  const store = openChangeStore({ folder });
  onTestFinished(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });
  const changes = createChanges({ connect: async () => connection, policy: normalisePolicy({ mode: 'direct' }), store, clock });
  const plan = await changes.plan([step], { author: { origin: 'kube_node' } });
  return changes.apply(plan.id, { who: 'nobody', via: 'direct' }, { signal });
}

const statesOf = ({ change }: Applied): unknown => change?.steps.map(({ state }) => state);

/** Evicts a pod that its budget holds until `free` seconds have passed. @param leaves seconds after which the caller goes */
async function evicted(free: number, leaves: number): Promise<{ readonly seconds: number; readonly outcome: Applied }> {
  const caller = new AbortController();
  let seconds = 0;
  const clock: Clock = {
    now: () => Date.now() + seconds * 1000,
    sleep: async () => {
      seconds++;
      if (seconds === leaves) caller.abort();
    },
  };
  const { connection } = connectionTo(({ method, path }) => {
    if (path === '/api' || path === '/apis') return { body: path === '/api' ? AGGREGATED_CORE : AGGREGATED_GROUPS };
    if (method !== 'POST') return { body: path.includes('/web-0') ? pod : { items: [] } };
    return seconds < free ? blocked : { body: { kind: 'Status', status: 'Success' } };
  });
  const step: Step = { action: 'evict', cluster: 'prod', subject };
  return { outcome: await applied(step, connection, clock, caller.signal), seconds };
}

test('an eviction waits for the disruption budget', async () => {
  const { seconds, outcome } = await evicted(5, Number.POSITIVE_INFINITY);
  expect([seconds, outcome.problem, statesOf(outcome)]).toEqual([5, undefined, ['done']]);
});

test('a caller who goes away ends that waiting', async () => {
  const { seconds, outcome } = await evicted(1_000, 3);
  expect([seconds, statesOf(outcome)]).toEqual([3, ['failed']]);
  expect(outcome.problem).toContain('disruption budget');
});

test('a workload that was scaled, and cannot be looked at afterwards, is not told as left alone', async () => {
  const metadata = { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1' };
  let isScaled = false;
  const { connection } = connectionTo(({ method, path }) => {
    if (path === '/api' || path === '/apis') return { body: path === '/api' ? AGGREGATED_CORE : AGGREGATED_GROUPS };
    if (method === 'PATCH') isScaled ||= !path.includes('dryRun');
    if (method === 'GET' && isScaled) return { status: 429, body: { kind: 'Status', message: 'too many requests' } };
    return { body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1 } } };
  });
  const step: Step = {
    action: 'scale',
    cluster: 'prod',
    subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
    replicas: 3,
  };
  const outcome = await applied(step, connection, { now: () => Date.now(), sleep: async () => undefined });
  expect(statesOf(outcome)).toEqual(['sent']);
  expect(outcome.problem).toContain('it may or may not have been done');
});
