import { describe, expect, it } from 'vitest';

import { pod, podTemplate, testCluster, workload, type TestCluster } from '../testing.ts';

const images = { bad: { exit: { afterSeconds: 1, code: 1 } } };
const readinessProbe = { httpGet: { path: '/', port: 80 } };
const version = (image: string) => podTemplate({ image, readinessProbe });
const progress = (cluster: TestCluster) =>
  cluster.find('deployments.apps', 'web').status?.conditions?.find(({ type }) => type === 'Progressing');
const sizes = (cluster: TestCluster) =>
  Object.fromEntries(
    cluster.list('replicasets.apps').map(({ spec }) => [spec.template.spec.containers[0]?.image, spec.replicas]),
  );

describe('a ReplicaSet', () => {
  it('makes pods, replaces them and lets them go', () => {
    const cluster = testCluster();
    cluster.apply('replicasets.apps', workload('ReplicaSet', { replicas: 3 }));
    cluster.pass(10);
    const [first] = cluster.list('pods');
    if (first === undefined) throw new Error('there are no pods');
    cluster.delete('pods', first);
    cluster.pass(10);
    expect(cluster.list('pods').map(({ metadata }) => metadata.name)).not.toContain(first.metadata.name);
    expect(cluster.find('replicasets.apps', 'web').status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    cluster.change('replicasets.apps', 'web', { replicas: 1 });
    cluster.pass(10);
    expect(cluster.list('pods')).toHaveLength(1);
    expect(cluster.said('web').filter((line) => line.startsWith('Normal SuccessfulDelete'))).toHaveLength(2);
  });

  it('lets go a pod whose labels it does not want any more, and makes another', () => {
    const cluster = testCluster();
    cluster.apply('replicasets.apps', workload('ReplicaSet', { replicas: 1 }));
    cluster.pass(5);
    const [first] = cluster.list('pods');
    if (first === undefined) throw new Error('there is no pod');
    cluster.update('pods', { ...first, metadata: { ...first.metadata, labels: { app: 'quarantine' } } });
    cluster.pass(5);
    expect(cluster.list('pods')).toHaveLength(2);
    expect(cluster.find('pods', first.metadata.name).metadata.ownerReferences ?? []).toEqual([]);
  });

  it('adopts a pod that nobody owns, and has one too many then', () => {
    const cluster = testCluster();
    cluster.apply('replicasets.apps', workload('ReplicaSet', { replicas: 1 }));
    cluster.pass(5);
    cluster.apply('pods', pod('stray'));
    cluster.pass(5);
    expect(cluster.list('pods')).toHaveLength(1);
    expect(cluster.said('web').at(-1)).toBe('Normal SuccessfulDelete ×1 Deleted pod: stray');
  });
});

describe('a Deployment', () => {
  it('rolls to a new template without ever having too few pods or too many', () => {
    const cluster = testCluster();
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 4, template: version('web:1') }));
    cluster.pass(10);
    cluster.change('deployments.apps', 'web', { template: version('web:2') });
    for (let second = 0; second < 60; second++) {
      cluster.pass(1);
      const { status } = cluster.find('deployments.apps', 'web');
      expect(status?.availableReplicas ?? 0).toBeGreaterThanOrEqual(3);
      expect(status?.replicas).toBeLessThanOrEqual(5);
    }
    expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:2': 4 });
    const newest = cluster.list('replicasets.apps').find(({ spec }) => spec.replicas === 4);
    expect(progress(cluster)).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${newest?.metadata.name}" has successfully progressed.`,
    });
    expect(newest?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '4',
      'deployment.kubernetes.io/max-replicas': '5',
      'deployment.kubernetes.io/revision': '2',
    });
    expect(cluster.find('deployments.apps', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('keeps the old pods when the new ones do not work, and says so at its deadline', () => {
    const cluster = testCluster({ images });
    const spec = { replicas: 2, progressDeadlineSeconds: 10 };
    cluster.apply('deployments.apps', workload('Deployment', { ...spec, template: version('web:1') }));
    cluster.pass(10);
    cluster.change('deployments.apps', 'web', { template: version('bad') });
    cluster.pass(60);
    expect(sizes(cluster)).toEqual({ 'web:1': 2, bad: 1 });
    expect(cluster.find('deployments.apps', 'web').status).toMatchObject({
      replicas: 3,
      updatedReplicas: 1,
      readyReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 1,
      terminatingReplicas: 0,
    });
    const stuck = cluster.list('replicasets.apps').find(({ spec }) => spec.replicas === 1);
    expect(progress(cluster)).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${stuck?.metadata.name}" has timed out progressing.`,
    });
  });

  it('goes back to an old ReplicaSet under a new revision', () => {
    const cluster = testCluster({ images });
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2, template: version('web:1') }));
    cluster.pass(10);
    cluster.change('deployments.apps', 'web', { template: version('bad') });
    cluster.pass(20);
    cluster.change('deployments.apps', 'web', { template: version('web:1') });
    cluster.pass(60);
    expect(sizes(cluster)).toEqual({ 'web:1': 2, bad: 0 });
    const old = cluster.list('replicasets.apps').find(({ spec }) => spec.replicas === 2);
    expect(old?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
  });

  it('takes all old pods away first where it is to', () => {
    const cluster = testCluster();
    const spec = { replicas: 2, strategy: { type: 'Recreate' } };
    cluster.apply('deployments.apps', workload('Deployment', { ...spec, template: version('web:1') }));
    cluster.pass(10);
    cluster.change('deployments.apps', 'web', { template: version('web:2') });
    const seen = new Set<string>();
    for (let step = 0; step < 100; step++) {
      cluster.pass(0.2);
      seen.add([...new Set(cluster.list('pods').map(({ spec }) => spec.containers[0]?.image))].join('+'));
    }
    expect([...seen]).toEqual(['web:1', 'web:2']);
  });

  it('does nothing but scale while it is paused', () => {
    const cluster = testCluster();
    cluster.apply('deployments.apps', workload('Deployment', { replicas: 2, template: version('web:1') }));
    cluster.pass(10);
    cluster.change('deployments.apps', 'web', { paused: true, template: version('web:2') });
    cluster.pass(10);
    expect(sizes(cluster)).toEqual({ 'web:1': 2 });
    expect(progress(cluster)).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    cluster.change('deployments.apps', 'web', { replicas: 3 });
    cluster.pass(10);
    expect(sizes(cluster)).toEqual({ 'web:1': 3 });
    cluster.change('deployments.apps', 'web', { paused: false });
    cluster.pass(60);
    expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:2': 3 });
  });

  it('forgets revisions beyond its limit', () => {
    const cluster = testCluster();
    cluster.apply(
      'deployments.apps',
      workload('Deployment', { replicas: 1, revisionHistoryLimit: 2, template: version('web:0') }),
    );
    for (let number = 1; number <= 5; number++) {
      cluster.change('deployments.apps', 'web', { template: version(`web:${number}`) });
      cluster.pass(30);
    }
    expect(sizes(cluster)).toEqual({ 'web:3': 0, 'web:4': 0, 'web:5': 1 });
  });
});

describe('a StatefulSet', () => {
  const claims = [
    { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  ];
  const spec = { replicas: 3, serviceName: 'web', template: version('web:1') };

  it('starts its pods one after the other, and replaces them from the last on', () => {
    const cluster = testCluster();
    cluster.apply('statefulsets.apps', workload('StatefulSet', spec));
    const started: string[] = [];
    cluster.follow('pods', ({ type, object }) => {
      if (type === 'ADDED') started.push(`${object.metadata.name} ${object.spec.containers[0]?.image}`);
    });
    cluster.pass(60);
    cluster.change('statefulsets.apps', 'web', { template: version('web:2') });
    cluster.pass(120);
    expect(started).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:1', 'web-2 web:2', 'web-1 web:2', 'web-0 web:2']);
    const { status } = cluster.find('statefulsets.apps', 'web');
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
    expect(status?.currentRevision).toBe(status?.updateRevision);
    expect(cluster.said('web')[0]).toBe('Normal SuccessfulCreate ×2 Create Pod web-0 in StatefulSet web successful');
  });

  it('gives each pod its name, its claims and its number', () => {
    const cluster = testCluster();
    const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'practice.fairlead.dev/disk' };
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    cluster.apply('storageclasses.storage.k8s.io', { ...storageClass, metadata: { name: 'standard', annotations } });
    cluster.apply('statefulsets.apps', workload('StatefulSet', { ...spec, replicas: 1, volumeClaimTemplates: claims }));
    cluster.pass(60);
    const pod = cluster.find('pods', 'web-0');
    expect(pod.metadata.labels).toMatchObject({
      'apps.kubernetes.io/pod-index': '0',
      'statefulset.kubernetes.io/pod-name': 'web-0',
    });
    expect(pod.spec).toMatchObject({ hostname: 'web-0', subdomain: 'web' });
    expect(pod.status?.phase).toBe('Running');
    expect(cluster.find('persistentvolumeclaims', 'data-web-0').status).toMatchObject({
      phase: 'Bound',
      capacity: { storage: '1Gi' },
    });
    cluster.change('statefulsets.apps', 'web', { replicas: 0 });
    cluster.pass(10);
    expect(cluster.list('pods')).toEqual([]);
    expect(cluster.list('persistentvolumeclaims')).toHaveLength(1);
  });
});

describe('a DaemonSet', () => {
  const nodes = [{ name: 'a' }, { name: 'b' }, { name: 'tainted', taints: [{ key: 'gpu', effect: 'NoSchedule' as const }] }];

  it('has a pod on every node that it bears, cordoned ones too', () => {
    const cluster = testCluster({ nodes });
    const node = cluster.find('nodes', 'b');
    cluster.update('nodes', { ...node, spec: { ...node.spec, unschedulable: true } });
    cluster.apply('daemonsets.apps', workload('DaemonSet'));
    cluster.pass(10);
    expect(
      cluster
        .list('pods')
        .map(({ spec }) => spec.nodeName)
        .toSorted((one = '', other = '') => one.localeCompare(other)),
    ).toEqual(['a', 'b']);
    expect(cluster.find('daemonsets.apps', 'web').status).toEqual({
      currentNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberAvailable: 2,
      numberMisscheduled: 0,
      numberReady: 2,
      observedGeneration: 1,
      updatedNumberScheduled: 2,
    });
  });

  it('is replaced one by one', () => {
    const cluster = testCluster({ nodes });
    cluster.apply('daemonsets.apps', workload('DaemonSet', { template: version('web:1') }));
    cluster.pass(10);
    cluster.change('daemonsets.apps', 'web', { template: version('web:2') });
    for (let second = 0; second < 60; second++) {
      cluster.pass(1);
      expect(cluster.find('daemonsets.apps', 'web').status?.['numberAvailable'] ?? 0).toBeGreaterThanOrEqual(1);
    }
    expect(cluster.list('pods').map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:2', 'web:2']);
    expect(
      cluster
        .list('controllerrevisions.apps')
        .map(({ revision }) => revision)
        .sort((one, other) => one - other),
    ).toEqual([1, 2]);
  });
});
