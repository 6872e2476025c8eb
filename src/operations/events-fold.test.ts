import { expect, test } from 'vitest';

import { foldEvents, stemOf } from './events-fold.ts';
import type { EventFact } from './events-view.ts';

const START = Date.parse('2026-11-21T02:00:00Z');

/** A warning about a pod `minutes` after the start. */
function event(name: string, minutes: number, more: Partial<EventFact> & { readonly kind?: string } = {}): EventFact {
  const { kind = 'Pod', ...rest } = more;
  const at = START + minutes * 60_000;
  const namespace = more.namespace ?? 'shop';
  return {
    namespace,
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    count: 1,
    first: at,
    last: at,
    source: 'kubelet',
    object: { kind, apiVersion: 'v1', namespace, name, uid: `uid-${name}` },
    ...rest,
  };
}

const told = (events: readonly EventFact[], wide = false) =>
  foldEvents(events, { wide }).map((group) => [group.name, group.objects, group.count, group.message]);

test('stored twice is told once, with the sum of the counts and both times', () => {
  const [group, ...rest] = foldEvents([event('api-0', 1, { count: 3 }), event('api-0', 5, { count: 4 })], { wide: false });
  expect(rest).toEqual([]);
  expect(group).toMatchObject({ name: 'api-0', objects: 1, count: 7, first: START + 60_000, last: START + 300_000 });
});

test('the same on many pods of a workload is one row; names inside messages are no difference', () => {
  const of = (name: string, minutes: number) =>
    event(name, minutes, {
      message: `Back-off restarting failed container app in pod ${name}_shop(0e2a1b3c-1111-2222-3333-444455556666)`,
    });
  expect(told([of('web-7d4b9c6f5d-lm2zp', 1), of('web-7d4b9c6f5d-x2v9k', 3), of('web-6c9f7d5b8-q8w7f', 2)])).toEqual([
    ['web-7d4b9c6f5d-*', 2, 2, 'Back-off restarting failed container app'],
    ['web-6c9f7d5b8-q8w7f', 1, 1, 'Back-off restarting failed container app'],
  ]);
});

test('addresses, durations, sizes and the names of pods that were made are no difference; what went wrong is', () => {
  const probe = (name: string, ip: string, why: string) =>
    event(name, why === 'EOF' ? 1 : 2, {
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://${ip}:8080/ready": ${why}`,
    });
  expect(
    told([
      probe('db-0', '198.18.9.4', 'connection refused'),
      probe('db-1', '198.18.9.5', 'connection refused'),
      probe('db-2', '198.18.9.6', 'EOF'),
    ]),
  ).toEqual([
    ['db-*', 2, 2, 'Readiness probe failed: Get "http://*:8080/ready": connection refused'],
    ['db-2', 1, 1, 'Readiness probe failed: Get "http://198.18.9.6:8080/ready": EOF'],
  ]);
  const made = (pod: string, minutes: number) =>
    event('web-7d4b9c6f5d', minutes, {
      kind: 'ReplicaSet',
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod}`,
    });
  expect(told([made('web-7d4b9c6f5d-lm2zp', 1), made('web-7d4b9c6f5d-x2v9k', 2)])).toEqual([
    ['web-7d4b9c6f5d', 1, 2, 'Created pod: web-7d4b9c6f5d-x2v9k'],
  ]);
  const pulled = (name: string, took: string) =>
    event(name, 1, {
      type: 'Normal',
      reason: 'Pulled',
      message: `Successfully pulled image "shop/web:9" in ${took} (${took} including waiting). Image size: 4421990 bytes.`,
    });
  expect(told([pulled('web-7d4b9c6f5d-lm2zp', '1.234s'), pulled('web-7d4b9c6f5d-x2v9k', '980ms')])).toEqual([
    ['web-7d4b9c6f5d-*', 2, 2, 'Successfully pulled image "shop/web:9" in * (* including waiting). Image size: * bytes.'],
  ]);
});

test('where a pod was put differs from pod to pod', () => {
  const put = (name: string, node: string) =>
    event(name, 1, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned shop/${name} to ${node}` });
  expect(told([put('web-7d4b9c6f5d-lm2zp', 'node-3'), put('web-7d4b9c6f5d-x2v9k', 'node-17')])).toEqual([
    ['web-7d4b9c6f5d-*', 2, 2, 'Successfully assigned shop/* to *'],
  ]);
});

test('a normal thing that happened to many workloads is one row when all is asked, a warning never', () => {
  const names = Array.from({ length: 12 }, (_, index) => `app${'abcdefghijkl'[index]}-7d4b9c6f5d-lm2zp`);
  const put = names.map((name, index) =>
    event(name, index, {
      namespace: `load-${index % 2}`,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned load-${index % 2}/${name} to node-3`,
    }),
  );
  expect(foldEvents(put, { wide: true })).toMatchObject([
    {
      name: '',
      objects: 12,
      namespaces: 2,
      namespace: undefined,
      message: 'Successfully assigned */* to *',
      last: START + 11 * 60_000,
    },
  ]);
  expect(foldEvents(put, { wide: false })).toHaveLength(12);
  expect(
    foldEvents(
      names.map((name) => event(name, 1)),
      { wide: true },
    ),
  ).toHaveLength(12);
});

test('of a pod that is not scheduled, the newest message is told', () => {
  const waits = (minutes: number, nodes: number) =>
    event('big-6647446b7c-qpxz9', minutes, {
      reason: 'FailedScheduling',
      message: `0/${nodes} nodes are available: 1 Insufficient cpu, ${nodes - 1} node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`,
    });
  expect(told([waits(2, 41), waits(1, 21)])).toEqual([
    ['big-6647446b7c-qpxz9', 1, 2, '0/41 nodes are available: 1 Insufficient cpu, 40 node(s) had untolerated taint(s)'],
  ]);
});

test('deployments that were scaled alike are one row when all is asked', () => {
  const scaled = Array.from({ length: 10 }, (_, index) =>
    event(`app-${index}`, 1, {
      kind: 'Deployment',
      namespace: `load-${index}`,
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set app-${index}-86944d7b${index === 0 ? '5' : 'x'} from 0 to 10`,
    }),
  );
  expect(told(scaled, true)).toEqual([['app-*', 10, 10, 'Scaled up replica set * from 0 to 10']]);
});

test('newest first, and the keys stay the same', () => {
  const events = [event('a', 1), event('b', 3), event('c', 2)];
  const groups = foldEvents(events, { wide: false });
  expect(groups.map((group) => group.name)).toEqual(['b', 'c', 'a']);
  expect(new Set(groups.map((group) => group.key)).size).toBe(3);
  expect(foldEvents(events.toReversed(), { wide: false }).map((group) => group.key)).toEqual(groups.map((group) => group.key));
});

test.each([
  ['one word that looks like the names of a pod', ` in pod ${'_'.repeat(150_000)}`],
  ['durations without end', `${'1.1s'.repeat(40_000)}x`],
  ['parts of names without end', `${'a.'.repeat(75_000)}!`],
])('a message that somebody made to keep us busy does not: %s', (_, message) => {
  expect(told([event('web-1', 1, { message })], true)).toHaveLength(1);
});

test('what names of pods begin with', () => {
  expect(['web-7d4b9c6f5d-lm2zp', 'db-0', 'proxy-x2v9k', 'node-1234', 'coredns'].map(stemOf)).toEqual([
    'web-7d4b9c6f5d-*',
    'db-*',
    'proxy-*',
    'node-1234',
    'coredns',
  ]);
});
