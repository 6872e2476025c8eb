import { describe, expect, it } from 'vitest';

import { conditionOf } from '../conditions.ts';
import { pod, START, testCluster, type TestCluster } from '../testing.ts';
import { timestamp } from '../../timestamp.ts';

const stateOf = (cluster: TestCluster, name: string) => cluster.find('pods', name).status?.containerStatuses?.[0]?.state;
const restartsOf = (cluster: TestCluster, name: string) =>
  cluster.find('pods', name).status?.containerStatuses?.[0]?.restartCount;

describe('the life of a pod', () => {
  it('goes from its node over pull and start to being ready', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web', { readinessProbe: { tcpSocket: { port: 80 } } }));
    cluster.pass(0.1);
    expect(cluster.find('pods', 'web').status?.phase).toBe('Pending');
    expect(stateOf(cluster, 'web')).toEqual({ waiting: { reason: 'ContainerCreating' } });
    cluster.pass(10);
    const { status } = cluster.find('pods', 'web');
    expect(status?.phase).toBe('Running');
    expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, started: true, image: 'docker.io/library/web:1' });
    expect(status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    expect(cluster.said('web').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'Normal Scheduled ×1',
      'Normal Pulling ×1',
      'Normal Pulled ×1',
      'Normal Created ×1',
      'Normal Started ×1',
    ]);
  });

  it('waits longer and longer between the restarts of a container that crashes', () => {
    const cluster = testCluster({ images: { bad: { exit: { afterSeconds: 1, code: 1 } } } });
    cluster.apply('pods', pod('web', { image: 'bad' }));
    const backOffs = new Set<string>();
    for (let second = 0; second < 400; second++) {
      cluster.pass(1);
      const message = stateOf(cluster, 'web')?.waiting?.message;
      if (message !== undefined) backOffs.add(message.split(' ')[1] ?? '');
    }
    expect([...backOffs]).toEqual(['10s', '20s', '40s', '1m20s', '2m40s', '5m0s']);
    expect(restartsOf(cluster, 'web')).toBe(6);
    const { uid } = cluster.find('pods', 'web').metadata;
    expect(stateOf(cluster, 'web')?.waiting).toEqual({
      reason: 'CrashLoopBackOff',
      message: `back-off 5m0s restarting failed container=app pod=web_shop(${uid})`,
    });
    expect(cluster.said('web').at(-1)).toMatch(
      /^Warning BackOff ×\d+ Back-off restarting failed container app in pod web_shop\(/,
    );
  });

  it('forgives crashes after ten minutes of running', () => {
    const cluster = testCluster({ images: { slowly: { exit: { afterSeconds: 700, code: 1 } } } });
    cluster.apply('pods', pod('web', { image: 'slowly' }));
    cluster.pass(2750);
    expect(restartsOf(cluster, 'web')).toBe(3);
    expect(stateOf(cluster, 'web')?.running ?? stateOf(cluster, 'web')?.terminated).toBeDefined();
  });

  it.each([0, 0.2, 0.4, 0.6, 0.8])(
    'goes though its container ends by itself just when it is stopped, %s seconds into it',
    (late) => {
      const cluster = testCluster({ images: { brief: { exit: { afterSeconds: 60, code: 0 } } } });
      const running = cluster.apply('pods', pod('web', { image: 'brief' }));
      cluster.pass(10);
      const { startedAt = '' } = stateOf(cluster, 'web')?.running ?? {};
      const end = Date.parse(startedAt) + 60_000;
      cluster.pass((end - cluster.clock.now()) / 1000 - late);
      cluster.delete('pods', running);
      cluster.pass(40);
      expect(cluster.list('pods')).toEqual([]);
    },
  );

  it('has nothing to do with a script that nobody can follow', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web', { command: ['sh', '-c', '('.repeat(100_000)] }));
    cluster.pass(20);
    expect(stateOf(cluster, 'web')).toMatchObject({ waiting: { reason: 'CrashLoopBackOff' } });
  });

  it('says that memory ran out', () => {
    const cluster = testCluster({ images: { greedy: { exit: { afterSeconds: 5, code: 137, reason: 'OOMKilled' } } } });
    cluster.apply('pods', pod('web', { image: 'greedy' }, { restartPolicy: 'Never' }));
    cluster.pass(20);
    const { status } = cluster.find('pods', 'web');
    expect(status?.phase).toBe('Failed');
    expect(stateOf(cluster, 'web')?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(conditionOf(status?.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  });

  it('succeeds when all its containers have', () => {
    const cluster = testCluster({ images: { once: { exit: { afterSeconds: 2, code: 0 } } } });
    cluster.apply('pods', pod('web', { image: 'once' }, { restartPolicy: 'OnFailure' }));
    cluster.pass(20);
    const { status } = cluster.find('pods', 'web');
    expect(status?.phase).toBe('Succeeded');
    expect(conditionOf(status?.conditions, 'Initialized')).toMatchObject({ status: 'True', reason: 'PodCompleted' });
    expect(conditionOf(status?.conditions, 'PodReadyToStartContainers')?.status).toBe('False');
  });

  it('runs init containers one after the other, and fails with them', () => {
    const images = { one: { exit: { afterSeconds: 3, code: 0 } }, two: { exit: { afterSeconds: 1, code: 3 } } };
    const cluster = testCluster({ images });
    const initContainers = [
      { name: 'one', image: 'one' },
      { name: 'two', image: 'two' },
    ];
    cluster.apply('pods', pod('web', {}, { initContainers }));
    cluster.pass(3);
    const early = cluster.find('pods', 'web').status;
    expect(early?.initContainerStatuses?.[0]?.state.running).toBeDefined();
    expect(early?.initContainerStatuses?.[1]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    cluster.pass(40);
    const late = cluster.find('pods', 'web').status;
    expect(late?.phase).toBe('Pending');
    expect(late?.initContainerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    expect(late?.initContainerStatuses?.[1]?.restartCount).toBeGreaterThan(0);
    expect(conditionOf(late?.conditions, 'Initialized')?.message).toBe('containers with incomplete status: [two]');
  });

  it('stops within its grace when it is deleted', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web'));
    cluster.pass(10);
    cluster.delete('pods', cluster.find('pods', 'web'));
    expect(cluster.find('pods', 'web').metadata.deletionTimestamp).toBe(timestamp(START + 40_000));
    cluster.pass(2);
    expect(cluster.list('pods')).toEqual([]);
    expect(cluster.said('web').at(-1)).toBe('Normal Killing ×1 Stopping container app');
  });

  it('has to be killed when its first process does not hear signals', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web', { command: ['sleep', '1000000'] }, { terminationGracePeriodSeconds: 5 }));
    cluster.pass(10);
    cluster.delete('pods', cluster.find('pods', 'web'));
    cluster.pass(4);
    expect(cluster.list('pods')).toHaveLength(1);
    cluster.pass(2);
    expect(cluster.list('pods')).toEqual([]);
  });
});

describe('what keeps a container from starting', () => {
  it('is an image that cannot be pulled', () => {
    const cluster = testCluster({ images: { 'registry.invalid/web': { pull: { error: 'Unreachable' } } } });
    cluster.apply('pods', pod('web', { image: 'registry.invalid/web:9' }));
    cluster.pass(3);
    const error =
      'failed to pull and unpack image "registry.invalid/web:9": failed to resolve reference "registry.invalid/web:9": failed to do request: Head "https://registry.invalid/v2/web/manifests/9": dial tcp: lookup registry.invalid on 10.0.0.2:53: no such host';
    expect(stateOf(cluster, 'web')?.waiting).toEqual({ reason: 'ErrImagePull', message: error });
    cluster.pass(60);
    expect(stateOf(cluster, 'web')?.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "registry.invalid/web:9": ErrImagePull: ${error}`,
    });
    const said = cluster.said('web').map((line) => line.replace(/×\d+ /, ''));
    expect(said).toContain(`Warning Failed Failed to pull image "registry.invalid/web:9": ${error}`);
    expect(said).toContain('Warning Failed Error: ErrImagePull');
    expect(said).toContain('Normal BackOff Back-off pulling image "registry.invalid/web:9"');
    expect(said).toContain('Warning Failed Error: ImagePullBackOff');
  });

  it('is a key that its ConfigMap lacks, until it has it', () => {
    const cluster = testCluster();
    const env = [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'db.url' } } }];
    const map = cluster.apply('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: {} });
    cluster.apply('pods', pod('web', { env }));
    cluster.pass(10);
    expect(stateOf(cluster, 'web')?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: "couldn't find key db.url in ConfigMap shop/settings",
    });
    cluster.update('configmaps', { ...map, data: { 'db.url': 'x' } });
    cluster.pass(20);
    expect(stateOf(cluster, 'web')?.running).toBeDefined();
  });

  it('is a Secret that does not exist', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web', { envFrom: [{ secretRef: { name: 'token' } }] }));
    cluster.pass(10);
    expect(stateOf(cluster, 'web')?.waiting?.message).toBe('secret "token" not found');
  });

  it('is a volume that cannot be mounted, which events alone tell', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web', {}, { volumes: [{ name: 'tls', secret: { secretName: 'cert' } }] }));
    cluster.pass(30);
    expect(stateOf(cluster, 'web')).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(cluster.said('web').at(-1)).toBe(
      'Warning FailedMount ×6 MountVolume.SetUp failed for volume "tls" : secret "cert" not found',
    );
  });
});

describe('probes', () => {
  it('keep a container from being ready, with what the command says', () => {
    const cluster = testCluster();
    const readinessProbe = { exec: { command: ['sh', '-c', 'echo "cache is cold"; exit 1'] }, periodSeconds: 2 };
    cluster.apply('pods', pod('web', { readinessProbe }));
    cluster.pass(20);
    const { status } = cluster.find('pods', 'web');
    expect(status?.phase).toBe('Running');
    expect(conditionOf(status?.conditions, 'Ready')?.message).toBe('containers with unready status: [app]');
    expect(cluster.said('web').at(-1)).toMatch(/^Warning Unhealthy ×\d Readiness probe failed: cache is cold\n$/);
  });

  it('have a container killed that does not live any more', () => {
    const cluster = testCluster({ images: { frozen: { unhealthyAfterSeconds: 20 } } });
    const livenessProbe = { httpGet: { path: '/alive', port: 8080 }, periodSeconds: 5, failureThreshold: 2 };
    cluster.apply('pods', pod('web', { image: 'frozen', livenessProbe }, { terminationGracePeriodSeconds: 3 }));
    cluster.pass(60);
    expect(restartsOf(cluster, 'web')).toBe(1);
    expect(cluster.find('pods', 'web').status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({ exitCode: 137 });
    const said = cluster.said('web').map((line) => line.replace(/×\d+ /, ''));
    expect(said).toContain('Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 503');
    expect(said).toContain('Normal Killing Container app failed liveness probe, will be restarted');
  });
});

describe('an ephemeral container', () => {
  it('runs once beside the others, whose pod it changes nothing about', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web'));
    cluster.pass(10);
    const { status, ...web } = cluster.find('pods', 'web');
    const ephemeralContainers = [{ name: 'debugger', image: 'busybox', command: ['sh', '-c', 'exit 3'] }];
    const next = { ...web, spec: { ...web.spec, ephemeralContainers } };
    cluster.store.update('pods', next, 'kubectl', 'ephemeralcontainers');
    cluster.pass(60);
    const after = cluster.find('pods', 'web').status;
    expect(after?.ephemeralContainerStatuses).toMatchObject([
      { name: 'debugger', ready: false, restartCount: 0, state: { terminated: { exitCode: 3, reason: 'Error' } } },
    ]);
    expect({ phase: after?.phase, statuses: after?.containerStatuses }).toEqual({
      phase: 'Running',
      statuses: status?.containerStatuses,
    });
    expect(cluster.said('web').filter((line) => line === 'Normal Started ×1 Container started')).toHaveLength(2);
  });
});

describe('a change of an image', () => {
  it('restarts its container, and no other', () => {
    const cluster = testCluster();
    cluster.apply('pods', pod('web'));
    cluster.pass(10);
    const { spec } = cluster.find('pods', 'web');
    cluster.change('pods', 'web', { containers: spec.containers.map((container) => ({ ...container, image: 'web:2' })) });
    cluster.pass(10);
    expect(cluster.find('pods', 'web').status?.containerStatuses?.[0]).toMatchObject({
      image: 'docker.io/library/web:2',
      restartCount: 1,
      ready: true,
    });
    expect(cluster.said('web')).toContain('Normal Killing ×1 Container app definition changed, will be restarted');
  });
});
