import { expect, test } from 'vitest';

import { before, crashing, ended, pod, unscheduled, waiting, type PodFields } from '../trouble/objects.fake.ts';
import { podsFacts, podStatus } from './pods.ts';

test.each<[string, PodFields]>([
  ['Running', {}],
  ['Terminating', { metadata: { deletionTimestamp: before(5) } }],
  ['Evicted', { status: { phase: 'Failed', reason: 'Evicted' } }],
  ['CrashLoopBackOff', { is: waiting('CrashLoopBackOff') }],
  ['OOMKilled', { is: { state: ended(137, { reason: 'OOMKilled' }) } }],
  [
    'Completed',
    { status: { phase: 'Succeeded', containerStatuses: [{ name: 'app', state: ended(0, { reason: 'Completed' }) }] } },
  ],
  [
    'Init:Error',
    {
      spec: { initContainers: [{ name: 'i' }] },
      status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: ended(3) }] },
    },
  ],
])('%s', (status, fields) => {
  expect(podStatus(pod(fields))).toBe(status);
});

test('pods in the same state are one group, those that are not well first', () => {
  const items = [
    pod({ name: 'a' }),
    pod({ name: 'b' }),
    unscheduled('0/1 nodes are available: 1 Insufficient cpu.', { name: 'c' }),
    crashing(7, ended(1), { name: 'd' }),
    crashing(3, ended(1), { name: 'e' }),
  ];
  const facts = podsFacts({ items, complete: true });
  expect(facts).toMatchObject({ total: 5, ready: 2 });
  expect(facts.groups.map(({ status, count, names, restarts }) => [status, count, names, restarts])).toEqual([
    ['CrashLoopBackOff', 2, ['d', 'e'], 7],
    ['Pending', 1, ['c'], 0],
    ['Running', 2, ['a', 'b'], 0],
  ]);
});
