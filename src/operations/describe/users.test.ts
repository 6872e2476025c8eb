import { expect, test } from 'vitest';

import type { KubernetesObject } from '../../kubernetes/index.ts';
import { usersOf } from './users.ts';

const podOf = (kind: string, owner: string, hash?: string): KubernetesObject => ({
  metadata: {
    name: `${owner}-x`,
    ...(hash !== undefined && { labels: { 'pod-template-hash': hash } }),
    ownerReferences: [{ apiVersion: 'v1', kind, name: owner, uid: 'u', controller: true }],
  },
});

test('pods are told by whoever somebody can do something about', () => {
  const pods = [
    podOf('ReplicaSet', 'web-5d8', '5d8'),
    podOf('ReplicaSet', 'web-7f9', '7f9'),
    podOf('ReplicaSet', 'by-hand'),
    podOf('ReplicaSet', 'other-5d8', '7f9'),
    podOf('StatefulSet', 'db-5d8', '5d8'),
    { metadata: { name: 'alone' } },
  ];
  expect(usersOf(pods)).toEqual([
    'Deployment web ×2',
    'ReplicaSet by-hand',
    'ReplicaSet other-5d8',
    'StatefulSet db-5d8',
    'Pod alone',
  ]);
});

test('of many users the first are told and the rest is counted', () => {
  const pods = Array.from({ length: 10 }, (_, index) => podOf('Job', `job-${index}`));
  expect(usersOf(pods).slice(7)).toEqual(['Job job-7', '2 more']);
});
