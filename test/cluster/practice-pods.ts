import fc from 'fast-check';

import type { Sample } from './practice-sample.ts';

const TIME = '2026-05-05T05:05:05Z';

const reason = (...reasons: readonly string[]) => fc.constantFrom(...reasons);

const waiting = fc.record({ waiting: fc.record({ reason: reason('PodInitializing', 'ContainerCreating', 'CrashLoopBackOff') }) });
const running = fc.constant({ running: { startedAt: TIME } });
const terminated = fc.record({
  terminated: fc.record(
    {
      exitCode: fc.constantFrom(0, 1, 137),
      signal: fc.constantFrom(0, 9),
      reason: reason('Completed', 'Error', 'OOMKilled'),
      finishedAt: fc.constant(TIME),
    },
    { requiredKeys: ['exitCode'] },
  ),
});

const containerStatus = (name: string) =>
  fc.record({
    name: fc.constant(name),
    image: fc.constant('example.test/app:1'),
    imageID: fc.constant(''),
    ready: fc.boolean(),
    started: fc.boolean(),
    restartCount: fc.nat(3),
    state: fc.oneof(waiting, running, terminated, fc.constant({})),
    lastState: fc.oneof(terminated, fc.constant({})),
  });

const status = fc.record({
  phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'),
  reason: fc.constantFrom('', 'Evicted', 'NodeLost'),
  conditions: fc
    .tuple(
      ...['Initialized', 'Ready', 'example.test/gate'].map((type) =>
        fc.record({ type: fc.constant(type), status: reason('True', 'False') }),
      ),
    )
    .map((all) => all.filter((_, index) => index < 3)),
  initContainerStatuses: fc.tuple(containerStatus('first'), containerStatus('sidecar'), containerStatus('last')),
  containerStatuses: fc.tuple(containerStatus('app'), containerStatus('proxy')),
});

const container = (name: string) => ({ name, image: 'example.test/app:1' });

const pod = fc.record({
  status,
  hasInit: fc.boolean(),
  isGated: fc.boolean(),
  isGoing: fc.boolean(),
});

/**
 * Pods in all states that a kubelet may report, and in some that none does: the server shows them all.
 * Nobody schedules them, so that nobody else writes their status.
 */
export const POD_SAMPLES: readonly Sample[] = fc
  .sample(pod, { numRuns: 150, seed: 5 })
  .map(({ status, hasInit, isGated, isGoing }, index): Sample => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, ...(isGoing && { finalizers: ['example.test/stay'] }) },
    spec: {
      schedulerName: 'nobody',
      containers: [container('app'), container('proxy')],
      readinessGates: [{ conditionType: 'example.test/gate' }],
      ...(isGated && index % 5 === 0 && { schedulingGates: [{ name: 'example.test/wait' }] }),
      ...(hasInit && {
        initContainers: [container('first'), { ...container('sidecar'), restartPolicy: 'Always' }, container('last')],
      }),
    },
    status: { ...status, initContainerStatuses: hasInit ? status.initContainerStatuses : [] },
  }));
