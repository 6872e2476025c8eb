import { expect, it } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { podAmount } from './pod-amount.ts';

const container = (requests?: string, limits?: string, more: object = {}) => ({
  resources: { ...(requests && { requests: { cpu: requests } }), ...(limits && { limits: { cpu: limits } }) },
  ...more,
});
const SIDECAR = { restartPolicy: 'Always' };
const pod = (spec: object): KubernetesObject => ({ kind: 'Pod', spec });

it.each([
  ['containers at the same time', { containers: [container('1', '2'), container('500m')] }, 1.5, 2],
  ['a limit without a request as one', { containers: [container(undefined, '2')] }, 2, 2],
  ['the largest init container alone', { initContainers: [container('3'), container('2')], containers: [container('1')] }, 3, 0],
  [
    'an init container beside the sidecars before it',
    { initContainers: [container('1', '1', SIDECAR), container('3', '3')], containers: [container('1', '1')] },
    4,
    4,
  ],
  ['sidecars beside containers', { initContainers: [container('1', '1', SIDECAR)], containers: [container('2', '2')] }, 3, 3],
  [
    'what the pod says for itself, and its overhead',
    { ...container('1', '4'), containers: [container('8')], overhead: { cpu: '250m' } },
    1.25,
    4,
  ],
])('counts %s', (_, spec, requests, limits) => {
  expect(podAmount(pod(spec), 'cpu', 'requests')).toBe(requests);
  expect(podAmount(pod(spec), 'cpu', 'limits')).toBe(limits);
});
