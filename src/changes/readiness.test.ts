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
const apps = (kind: string, spec: object, status: object) => ({ ...deployment(spec, status), kind });
const counts = (ready: number, updated: number, more: object = {}) => ({
  observedGeneration: 2,
  replicas: 3,
  readyReplicas: ready,
  updatedReplicas: updated,
  ...more,
});
const onDelete = { replicas: 3, updateStrategy: { type: 'OnDelete' } };
const partitioned = { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } };
const nodes = (updated: number, available: number, wanted = 3) => ({
  observedGeneration: 2,
  desiredNumberScheduled: wanted,
  updatedNumberScheduled: updated,
  numberAvailable: available,
});
const definition = (type: string, status: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  status: condition(type, status),
});
const service = (status: string) => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  status: condition('Available', status),
});
const job = (status: object) => ({ apiVersion: 'batch/v1', kind: 'Job', status });

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
  [
    'one that is stuck and does not say why',
    deployment({ replicas: 3 }, { ...rolled, ...condition('Progressing', 'False') }),
    'failed',
    'no progress',
  ],
  [
    'one that goes on',
    deployment({ replicas: 3 }, { ...rolled, updatedReplicas: 2, ...condition('Progressing', 'True') }),
    'waiting',
    'updatedReplicas 2 of 3',
  ],
  ['one whose controller has said nothing', deployment({ replicas: 0 }, {}), 'waiting', 'has not seen'],
  ['one that was asked for no number', deployment({}, { observedGeneration: 2 }), 'waiting', '0 of 1'],
  ['a StatefulSet that is rolled out', apps('StatefulSet', { replicas: 3 }, counts(3, 3)), 'ready', 'ready'],
  ['one with pods of before', apps('StatefulSet', { replicas: 3 }, counts(3, 2)), 'waiting', 'updatedReplicas 2 of 3'],
  ['one with pods that are not ready', apps('StatefulSet', { replicas: 3 }, counts(2, 3)), 'waiting', 'readyReplicas 2 of 3'],
  ['one with a pod too many', apps('StatefulSet', { replicas: 2 }, counts(3, 3)), 'waiting', '1 old pods'],
  ['one that was asked for no number of pods', apps('StatefulSet', {}, counts(1, 1, { replicas: 1 })), 'ready', 'ready'],
  ['one whose pods somebody replaces by hand', apps('StatefulSet', onDelete, counts(3, 0)), 'ready', 'ready'],
  ['one by hand that is not ready', apps('StatefulSet', onDelete, counts(2, 3)), 'waiting', 'readyReplicas 2 of 3'],
  ['one that is updated in part', apps('StatefulSet', partitioned, counts(3, 1)), 'ready', 'ready'],
  ['a DaemonSet on all nodes', apps('DaemonSet', {}, nodes(3, 3)), 'ready', 'ready'],
  ['one with old pods on nodes', apps('DaemonSet', {}, nodes(2, 3)), 'waiting', 'updatedNumberScheduled 2 of 3'],
  ['one that is not available everywhere', apps('DaemonSet', {}, nodes(3, 1)), 'waiting', 'numberAvailable 1 of 3'],
  ['a ReplicaSet with its pods', apps('ReplicaSet', { replicas: 3 }, rolled), 'ready', 'ready'],
  ['one with too few', apps('ReplicaSet', { replicas: 4 }, rolled), 'waiting', 'availableReplicas 3 of 4'],
  ['one that shrinks', apps('ReplicaSet', { replicas: 2 }, rolled), 'waiting', '1 old pods'],
  ['one that should have one', apps('ReplicaSet', {}, { observedGeneration: 2 }), 'waiting', '0 of 1'],
  ['a definition whose kind is served', definition('Established', 'True'), 'ready', 'ready'],
  ['one whose names are taken', definition('Established', 'False'), 'waiting', 'not Established'],
  ['an APIService that answers', service('True'), 'ready', 'ready'],
  ['one that does not', service('False'), 'waiting', 'not Available'],
  ['one without replicas', deployment({ replicas: 0 }, { observedGeneration: 2 }), 'ready', 'ready'],
  ['a Pod that runs but is not ready', { kind: 'Pod', status: { phase: 'Running' } }, 'waiting', 'Running'],
  ['a Pod that is ready', { kind: 'Pod', status: { phase: 'Running', ...condition('Ready', 'True') } }, 'ready', 'ready'],
  ['a Pod that has failed', { apiVersion: 'v1', kind: 'Pod', status: { phase: 'Failed' } }, 'failed', 'failed'],
  ['a Pod that is not to run again', { apiVersion: 'v1', kind: 'Pod', status: { phase: 'Succeeded' } }, 'ready', 'ready'],
  [
    'a Pod that is not ready any more',
    { kind: 'Pod', status: { phase: 'Running', ...condition('Ready', 'False') } },
    'waiting',
    'Running',
  ],
  ['a Pod that nobody has looked at', { kind: 'Pod' }, 'waiting', 'phase unknown'],
  ['a Job that runs', job({ succeeded: 2, ...condition('Failed', 'False') }), 'waiting', '2 pods have succeeded'],
  ['a Job that has not begun', job({}), 'waiting', '0 pods have succeeded'],
  ['a Job that failed and does not say why', job(condition('Failed', 'True')), 'failed', 'it has failed'],
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
    'a custom resource that is available',
    { apiVersion: 'x.test/v1', kind: 'Widget', status: condition('Available', 'True') },
    'ready',
    'ready',
  ],
  [
    'a custom resource that is not available',
    { apiVersion: 'x.test/v1', kind: 'Widget', status: condition('Available', 'False') },
    'waiting',
    'not Available',
  ],
  [
    'a custom resource that speaks of something else',
    { apiVersion: 'x.test/v1', kind: 'Widget', status: condition('Synced', 'False') },
    'ready',
    'ready',
  ],
  [
    'a custom resource that is called as a kind of Kubernetes is',
    { apiVersion: 'x.test/v1', kind: 'Deployment', status: condition('Ready', 'True') },
    'ready',
    'ready',
  ],
  [
    'a custom resource that its controller has seen',
    { apiVersion: 'x.test/v1', kind: 'Widget', metadata: { generation: 3 }, status: { observedGeneration: 3 } },
    'ready',
    'ready',
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
