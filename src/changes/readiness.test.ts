import { expect, test } from 'vitest';

import { readinessOf } from './readiness.ts';

const deployment = (spec: object, status: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { generation: 2 },
  spec,
  status,
});
const daemonSet = (spec: object, status: object) => ({
  ...deployment(spec, { observedGeneration: 2, ...status }),
  kind: 'DaemonSet',
});
const rolled = { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 3, replicas: 3 };
const condition = (type: string, status: string, message?: string) => ({ conditions: [{ type, status, message }] });

test.each([
  ['a Deployment that is rolled out', deployment({ replicas: 3 }, rolled), 'ready', 'ready'],
  [
    'one that its controller has not seen',
    deployment({ replicas: 3 }, { ...rolled, observedGeneration: 1 }),
    'waiting',
    'has not seen',
  ],
  ['one with old pods', deployment({ replicas: 3 }, { ...rolled, replicas: 4 }), 'waiting', '1 old pods'],
  [
    'one whose pods are not available',
    deployment({ replicas: 3 }, { ...rolled, availableReplicas: 1 }),
    'waiting',
    'availableReplicas 1 of 3',
  ],
  [
    'one that is stuck',
    deployment({ replicas: 3 }, { ...rolled, ...condition('Progressing', 'False', 'deadline exceeded') }),
    'failed',
    'deadline exceeded',
  ],
  [
    'one whose last rollout was stuck, and whose new one its controller has not seen',
    deployment({ replicas: 3 }, { ...rolled, observedGeneration: 1, ...condition('Progressing', 'False', 'deadline exceeded') }),
    'waiting',
    'has not seen',
  ],
  [
    'a DaemonSet with old pods',
    daemonSet({}, { desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
    'waiting',
    'updatedNumberScheduled 1 of 2',
  ],
  [
    'one whose pods are replaced by hand',
    daemonSet({ updateStrategy: { type: 'OnDelete' } }, { desiredNumberScheduled: 2, numberAvailable: 2 }),
    'ready',
    'ready',
  ],
  ['a Deployment without replicas', deployment({ replicas: 0 }, { observedGeneration: 2 }), 'ready', 'ready'],
  ['a Pod that runs but is not ready', { kind: 'Pod', status: { phase: 'Running' } }, 'waiting', 'Running'],
  ['a Pod that is ready', { kind: 'Pod', status: { phase: 'Running', ...condition('Ready', 'True') } }, 'ready', 'ready'],
  ['a Pod that has failed', { kind: 'Pod', status: { phase: 'Failed' } }, 'failed', 'failed'],
  ['a Job that is done', { apiVersion: 'batch/v1', kind: 'Job', status: condition('Complete', 'True') }, 'ready', 'ready'],
  [
    'a Job that failed',
    { apiVersion: 'batch/v1', kind: 'Job', status: condition('Failed', 'True', 'backoff limit') },
    'failed',
    'backoff limit',
  ],
  ['what has no conditions', { apiVersion: 'v1', kind: 'ConfigMap' }, 'ready', 'ready'],
  [
    'a custom resource that is not ready',
    { apiVersion: 'x.test/v1', kind: 'Widget', status: condition('Ready', 'False') },
    'waiting',
    'not Ready',
  ],
  [
    'a custom resource of an older generation',
    { apiVersion: 'x.test/v1', kind: 'Widget', metadata: { generation: 3 }, status: { observedGeneration: 2 } },
    'waiting',
    'has not seen',
  ],
] as const)('%s', (_, object, is, says) => {
  const found = readinessOf(object);
  expect(found.is).toBe(is);
  expect(found.says).toContain(says);
});
