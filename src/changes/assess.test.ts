import { describe, expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../test/support/discovery.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import { assessed } from './assess.ts';
import type { Neighbours } from './neighbours.ts';
import type { Draft } from './plan-step.ts';
import type { PlannedStep } from './plan.ts';

const metadata = { name: 'web', namespace: 'shop', uid: 'u' };
const deployment: KubernetesObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2 } };
const scaler: KubernetesObject = {
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
};
const owned: KubernetesObject = {
  kind: 'ReplicaSet',
  metadata: { name: 'web-1', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u' }] },
};
const near: Neighbours = {
  list: async (_, kind) => [scaler, owned].filter((object) => object.kind === kind),
  count: async () => 0,
};
const blind: Neighbours = { list: async () => undefined, count: async () => undefined };
const scaling = [
  { path: 'spec.paused', before: false, after: true },
  { path: 'spec.replicas', before: 2, after: 3 },
] as const;

/** Looks at a change of a Deployment that an autoscaler points to. */
async function looked(view: Partial<PlannedStep>, neighbours = near, before: KubernetesObject | null = deployment) {
  const { connection } = connectionTo(({ path }) => ({ body: path === '/api' ? AGGREGATED_CORE : AGGREGATED_GROUPS }));
  const { kind } = await connection.resolve('deployments');
  const subject = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const draft: Draft = {
    target: { subject, kind, connection, pending: false },
    step: { action: 'patch', cluster: 'prod', subject, type: 'merge', patch: {} },
    view: {
      effect: 'change',
      changes: [],
      conflicts: [],
      forced: false,
      warnings: [],
      impact: [],
      ...view,
    } as unknown as PlannedStep,
    fingerprint: null,
    takesOwn: false,
    before,
    after: undefined,
  };
  const { impact, warnings } = await assessed(draft, neighbours, false);
  return { relations: impact.map(({ relation }) => relation), codes: warnings.map(({ code }) => code), warnings };
}

describe('what a step touches besides', () => {
  test('is what is round it, and what goes with it where it goes', async () => {
    expect((await looked({ effect: 'change' })).relations).toEqual(['scaled-by']);
    expect((await looked({ effect: 'delete' })).relations).toEqual(['owns', 'scaled-by']);
  });

  test('is nothing where nothing is there, nothing changes, or nothing can be done', async () => {
    expect((await looked({ effect: 'create' }, near, null)).relations).toEqual([]);
    expect((await looked({ effect: 'none' })).relations).toEqual([]);
    expect((await looked({ effect: 'unknown', problem: 'It is forbidden.' })).relations).toEqual([]);
  });

  test('is warned of where it cannot be found out', async () => {
    const { relations, warnings } = await looked({}, blind, {
      ...deployment,
      spec: { replicas: 2, template: { spec: { containers: [] } } },
    });
    expect(relations).toEqual([]);
    const text = expect.stringMatching(/ selected-by, scaled-by, protected-by$/) as string;
    expect(warnings).toContainEqual({ code: 'unknown-impact', text });
    expect((await looked({})).codes).toEqual([]);
  });
});

describe('an autoscaler', () => {
  test('is warned of where a step sets the replicas, whatever else it sets', async () => {
    const { warnings } = await looked({ changes: scaling });
    expect(warnings).toEqual([{ code: 'autoscaled', text: expect.stringContaining('HorizontalPodAutoscaler web sets') }]);
  });

  test('is no reason to warn of anything else', async () => {
    expect((await looked({ changes: scaling.slice(0, 1) })).codes).toEqual([]);
    const none: Neighbours = { ...near, list: async () => [] };
    expect((await looked({ changes: scaling }, none)).codes).toEqual([]);
  });
});

test('what was warned of already stays', async () => {
  const warnings = [{ code: 'server', text: 'old' }] as const;
  expect((await looked({ warnings })).codes).toEqual(['server']);
  expect((await looked({ warnings, effect: 'none' })).codes).toEqual(['server']);
});
