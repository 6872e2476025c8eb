import { describe, expect, test } from 'vitest';

import { before, crashing, ended, event, NOW, pod, unscheduled, waiting, type Fields } from './objects.fake.ts';
import { podTrouble } from './pod.ts';
import { whyOf } from './why.ts';

/** Severity, code and reason of the first finding. */
const first = (...args: Parameters<typeof podTrouble>) => {
  const [found] = podTrouble(...args);
  return found && [found.severity, found.code, found.why, found.quote].filter((part) => part !== undefined);
};

const OOM = ended(137, { reason: 'OOMKilled' });
const limited = { resources: { limits: { memory: '16Mi' } } };
const runs = { ready: true, started: true, state: { running: { startedAt: before(50) } } };

describe('what is well has no findings', () => {
  test.each([
    ['running and ready', pod()],
    [
      'done',
      pod({ status: { phase: 'Succeeded', containerStatuses: [{ name: 'app', state: ended(0, { reason: 'Completed' }) }] } }),
    ],
    [
      'being created for a moment',
      pod({
        metadata: { creationTimestamp: before(5) },
        is: waiting('ContainerCreating'),
        status: { phase: 'Pending' },
        conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: before(5) }],
      }),
    ],
    ['started a moment ago', pod({ is: { ready: false, state: { running: { startedAt: before(5) } } } })],
    ['leaving in time', pod({ metadata: { deletionTimestamp: before(10) }, is: waiting('CrashLoopBackOff') })],
    [
      'restarted once, long ago',
      pod({
        status: {
          containerStatuses: [{ name: 'app', ...runs, restartCount: 1, lastState: ended(1, { finishedAt: before(90_000) }) }],
        },
        conditions: [{ type: 'Ready', status: 'True' }],
      }),
    ],
    [
      'an init container that ended',
      pod({
        spec: { initContainers: [{ name: 'i' }] },
        status: { initContainerStatuses: [{ name: 'i', state: ended(0) }] },
        conditions: [{ type: 'Ready', status: 'True' }],
      }),
    ],
    [
      'a debugger that ended badly',
      pod({
        spec: { ephemeralContainers: [{ name: 'd' }] },
        status: { ephemeralContainerStatuses: [{ name: 'd', state: ended(130) }] },
        conditions: [{ type: 'Ready', status: 'True' }],
      }),
    ],
  ])('%s', (_, object) => {
    expect(podTrouble(object, NOW)).toEqual([]);
  });
});

describe('containers that end', () => {
  test.each<[string, Fields, Fields, string]>([
    ['a crash', ended(1), {}, 'exit 1'],
    [
      'with last words',
      ended(1, { message: 'starting\nconfig key db.url is missing\n' }),
      {},
      'exit 1: "config key db.url is missing"',
    ],
    ['a missing command', ended(127), {}, 'exit 127 (command not found)'],
    [
      'an end that is no failure',
      ended(0, { reason: 'Completed' }),
      {},
      'exit 0: its process ends by itself, and is started again',
    ],
    ['out of memory', OOM, limited, 'limit 16Mi reached'],
    ['out of memory without a limit', OOM, {}, 'the node ran out of memory; the container has no memory limit'],
  ])('%s', (_, exit, container, why) => {
    expect(whyOf(crashing(7, exit, { container }), NOW)).toBe(why);
  });

  test('how it ends, how often, and when last', () => {
    expect(podTrouble(crashing(7), NOW)).toMatchObject([
      {
        severity: 'broken',
        code: 'crash-loop',
        subject: { kind: 'Pod', namespace: 'shop', name: 'web-1', container: 'app' },
        what: 'container "app" ends at once, again and again (CrashLoopBackOff, 7 restarts)',
        since: before(60),
        evidence: { path: 'status.containerStatuses[0].lastState.terminated', value: 'Error' },
      },
    ]);
  });

  test('one that runs again after it ran out of memory is told', () => {
    const again = (restartCount: number) =>
      pod({ container: limited, is: { ...runs, restartCount, lastState: OOM }, conditions: [{ type: 'Ready', status: 'True' }] });
    expect(first(again(1), NOW)).toEqual(['warning', 'oom-killed', 'limit 16Mi reached']);
    expect(first(again(9), NOW)).toEqual(['broken', 'oom-killed', 'limit 16Mi reached']);
  });

  test('one that restarts often while it runs is told', () => {
    const again = pod({
      is: { ...runs, restartCount: 12, lastState: ended(2) },
      conditions: [{ type: 'Ready', status: 'True' }],
    });
    expect(first(again, NOW)).toEqual(['warning', 'restarting', 'exit 2']);
  });

  test('a kill is told by its probe, where the events have it', () => {
    const killed = crashing(4, ended(137), { container: { livenessProbe: { httpGet: { port: 8080, path: '/live' } } } });
    expect(first(killed, NOW)).toEqual(['broken', 'crash-loop', 'exit 137 (SIGKILL)']);
    const events = [event(killed, 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500')];
    expect(first(killed, NOW, events)).toEqual([
      'broken',
      'liveness',
      'its liveness probe GET :8080/live fails',
      'HTTP probe failed with statuscode: 500',
    ]);
  });

  test('a failed pod that is not started again', () => {
    const failed = pod({
      spec: { restartPolicy: 'Never' },
      status: { phase: 'Failed', containerStatuses: [{ name: 'app', restartCount: 0, state: ended(2) }] },
    });
    expect(first(failed, NOW)).toEqual(['broken', 'container-failed', 'exit 2']);
  });

  test('init containers and sidecars', () => {
    const init = (spec: Fields) =>
      pod({
        spec: { initContainers: [{ name: 'schema', ...spec }] },
        is: waiting('PodInitializing'),
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            { name: 'schema', restartCount: 3, ...waiting('CrashLoopBackOff', '', { lastState: ended(3) }) },
          ],
        },
        conditions: [
          { type: 'Initialized', status: 'False' },
          { type: 'PodScheduled', status: 'True', lastTransitionTime: before(900) },
        ],
      });
    expect(podTrouble(init({}), NOW)[0]?.what).toBe(
      'init container "schema" ends at once, again and again (CrashLoopBackOff, 3 restarts)',
    );
    expect(podTrouble(init({ restartPolicy: 'Always' }), NOW)[0]?.what).toContain('sidecar "schema"');
  });

  test('an init container that never ends', () => {
    const stuck = pod({
      spec: { initContainers: [{ name: 'wait' }] },
      is: waiting('PodInitializing'),
      status: { phase: 'Pending', initContainerStatuses: [{ name: 'wait', state: { running: { startedAt: before(1200) } } }] },
      conditions: [
        { type: 'Initialized', status: 'False' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: before(1200) },
      ],
    });
    expect(podTrouble(stuck, NOW)).toMatchObject([{ severity: 'warning', code: 'init-running', subject: { container: 'wait' } }]);
  });
});

describe('containers that do not start', () => {
  const LOOKUP =
    'Back-off pulling image "registry.invalid/web:9": ErrImagePull: failed to pull and unpack image "registry.invalid/web:9": failed to resolve reference "registry.invalid/web:9": failed to do request: Head "https://registry.invalid/v2/web/manifests/9": dial tcp: lookup registry.invalid on 10.0.0.10:53: no such host';
  test.each([
    ['ImagePullBackOff', LOOKUP, 'image "web:1": no such host'],
    [
      'ErrImagePull',
      'failed to resolve reference "docker.io/library/web:1": docker.io/library/web:1: not found',
      'image "web:1": no such image or tag',
    ],
    [
      'ErrImagePull',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope',
      'image "web:1": access denied, or no such repository',
    ],
    [
      'ErrImagePull',
      'unexpected status from HEAD request to https://r.io/v2/web/manifests/1: 401 Unauthorized',
      'image "web:1": the registry refuses the credentials',
    ],
    ['ErrImagePull', 'no match for platform in manifest: not found', 'image "web:1": no image for the node’s architecture'],
    ['ImagePullBackOff', 'Back-off pulling image "web:1"', 'image "web:1"'],
    ['InvalidImageName', "couldn't parse image name", 'image "web:1": not a valid image name'],
    ['ErrImageNeverPull', '', 'image "web:1": not on the node, and imagePullPolicy is Never'],
    [
      'CreateContainerConfigError',
      "couldn't find key db.url in ConfigMap shop/settings",
      'ConfigMap settings has no key "db.url"',
    ],
    ['CreateContainerConfigError', 'secret "vault-token" not found', 'Secret vault-token does not exist'],
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root',
      '"container has runAsNonRoot and image will run as root"',
    ],
    [
      'RunContainerError',
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH',
      `"exec: 'serve': executable file not found in $PATH"`,
    ],
  ])('%s: %s', (reason, message, why) => {
    expect(whyOf(pod({ is: waiting(reason, message), status: { phase: 'Pending' } }), NOW)).toBe(why);
  });

  test('a mount that fails is told by its event, however new others are', () => {
    const creating = pod({
      is: waiting('ContainerCreating'),
      status: { phase: 'Pending', containerStatuses: [{ name: 'app', restartCount: 0, ...waiting('ContainerCreating') }] },
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: before(300) }],
    });
    expect(first(creating, NOW)).toEqual(['broken', 'stuck-creating']);
    const mount = event(creating, 'FailedMount', 'MountVolume.SetUp failed for volume "tls" : secret "tls-cert" not found');
    const newer = event(creating, 'Other', 'something else', { lastTimestamp: before(1) });
    expect(first(creating, NOW, [newer, mount])).toEqual(['broken', 'config-missing', 'Secret tls-cert does not exist']);
    const attach = event(
      creating,
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-2',
    );
    expect(first(creating, NOW, [attach])).toEqual([
      'broken',
      'stuck-creating',
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-2',
    ]);
  });
});

describe('pods that are not ready', () => {
  const unready = pod({
    container: { readinessProbe: { httpGet: { port: 8080, path: '/ready' } } },
    is: { ready: false, state: { running: { startedAt: before(900) } } },
  });

  test('the probe, and what it says by the event', () => {
    expect(first(unready, NOW)).toEqual(['broken', 'not-ready', 'its readiness probe GET :8080/ready fails']);
    const events = [
      event(unready, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
      event(unready, 'Pulled', 'x', { lastTimestamp: before(1) }),
    ];
    expect(first(unready, NOW, events)).toEqual([
      'broken',
      'not-ready',
      'its readiness probe GET :8080/ready fails',
      'HTTP probe failed with statuscode: 503',
    ]);
  });

  test('a readiness gate', () => {
    const gated = pod({
      spec: { readinessGates: [{ conditionType: 'target-health' }] },
      conditions: [
        { type: 'ContainersReady', status: 'True' },
        { type: 'Ready', status: 'False' },
      ],
    });
    expect(first(gated, NOW)).toEqual(['broken', 'not-ready', 'readiness gates: target-health']);
  });
});

describe('pods without a node, and those that go', () => {
  test.each([
    [
      '0/41 nodes are available: 1 Insufficient cpu, 40 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/41 nodes are available: 41 Preemption is not helpful for scheduling.',
      '0/41 nodes: 40 tainted, 1 Insufficient cpu',
    ],
    ['0/3 nodes are available: 3 Insufficient memory.', '0/3 nodes: Insufficient memory'],
    [
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
      '0/2 nodes: do not match node selector or affinity',
    ],
    ['0/2 nodes are available: 2 node(s) had untolerated taint {dedicated: gpu, x}.', '0/2 nodes: tainted {dedicated: gpu, x}'],
    [
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
      'a PersistentVolumeClaim of it is not bound',
    ],
    ['0/1 nodes are available: persistentvolumeclaim "data" not found.', 'PersistentVolumeClaim data does not exist'],
    ['no nodes available to schedule pods', '"no nodes available to schedule pods"'],
  ])('%s', (message, why) => {
    expect(whyOf(unscheduled(message), NOW)).toBe(why);
  });

  test('scheduling gates hold back and are no fault', () => {
    const gated = pod({
      spec: { nodeName: undefined, schedulingGates: [{ name: 'queue' }] },
      status: { phase: 'Pending' },
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
    });
    expect(first(gated, NOW)).toEqual(['warning', 'scheduling-gated', 'gates: queue']);
  });

  test('evicted', () => {
    const evicted = pod({
      status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ', containerStatuses: [] },
    });
    expect(first(evicted, NOW)).toEqual(['broken', 'evicted', 'The node was low on resource: memory.']);
  });

  test('stuck on its way out, by finalizers or by its node', () => {
    const leaving = (finalizers: string[]) => pod({ metadata: { deletionTimestamp: before(600), finalizers } });
    expect(first(leaving(['example.com/hook']), NOW)).toEqual(['broken', 'stuck-terminating', 'finalizers: example.com/hook']);
    expect(first(leaving([]), NOW)).toEqual(['broken', 'stuck-terminating', 'node n1 has not confirmed']);
  });

  test('on a node that is gone', () => {
    const lost = pod({ conditions: [{ type: 'Ready', status: 'False', reason: 'NodeStatusUnknown' }] });
    expect(first(lost, NOW)).toEqual(['broken', 'node-lost', 'node n1 does not answer']);
  });
});
