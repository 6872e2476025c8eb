import type { Plan, PlannedStep } from '../../src/changes/index.ts';

/** A step of a plan, as tests need it. */
export function fakeStep(name: string, more: Partial<PlannedStep> = {}): PlannedStep {
  return {
    index: 0,
    action: 'patch',
    subject: { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
    identity: 'amy',
    effect: 'change',
    changes: [{ path: 'data.a', before: '1', after: '2' }],
    conflicts: [],
    forced: false,
    warnings: [],
    impact: [],
    precondition: { is: 'present', uid: 'u', resourceVersion: '1' },
    ...more,
  };
}

/** A plan of these steps, open unless said otherwise. */
export function fakePlan(steps: readonly PlannedStep[], more: Partial<Plan> = {}): Plan {
  return {
    id: 'plan-7f3k2m9x',
    digest: '0123456789abcdef'.repeat(4),
    state: 'open',
    madeAt: '2026-11-21T15:00:00.000Z',
    expiresAt: '2026-11-21T15:10:00.000Z',
    author: { origin: 'kube_apply', session: 'mine' },
    needs: 'agent',
    because: [],
    steps,
    dryRun: false,
    ...more,
  };
}
