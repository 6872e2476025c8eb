import { expect } from 'vitest';

import { at, createObject, getObject, listAt, patchObject } from '../../src/kubernetes/index.ts';
import { hasCondition } from '../cluster/index.ts';
import { contract, core, createPod, deployment, podSpec, type Place } from './harness/index.ts';

const PATIENCE = { timeoutMs: 90_000 };
const apps = ({ namespace }: Place, path: string): string => `/apis/apps/v1/namespaces/${namespace}/${path}`;

contract(
  'workloads',
  ({ promise }) => {
    promise('a Deployment makes a ReplicaSet, and that makes pods that run', async (place) => {
      const { connection, namespace, image, admin } = place;
      const { kind } = await connection.resolve('deployments');
      await createObject(connection, kind, deployment('web', 2, podSpec(image)), { namespace });
      const ready = await admin.waitForObject(
        apps(place, 'deployments/web'),
        (found) => at(found, 'status', 'availableReplicas') === 2,
        PATIENCE,
      );
      expect(ready?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
      expect(ready?.status).toMatchObject({
        observedGeneration: 1,
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
      });
      const conditions = listAt(ready, 'status', 'conditions');
      expect(conditions).toContainEqual(
        expect.objectContaining({
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }),
      );
      const sets = (await admin.list(apps(place, 'replicasets?labelSelector=app%3Dweb'))).items;
      expect(sets).toHaveLength(1);
      const hash = sets[0]?.metadata.labels?.['pod-template-hash'] ?? '';
      expect(sets[0]).toMatchObject({
        metadata: {
          name: `web-${hash}`,
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'Deployment',
              name: 'web',
              uid: ready?.metadata.uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: { selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
      });
      expect(conditions).toContainEqual(
        expect.objectContaining({
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "web-${hash}" has successfully progressed.`,
        }),
      );
      const pods = (await admin.list(core(place, 'pods?labelSelector=app%3Dweb'))).items;
      expect(pods).toHaveLength(2);
      for (const found of pods) {
        expect(found).toMatchObject({
          metadata: {
            name: expect.stringMatching(new RegExp(`^web-${hash}-[a-z0-9]{5}$`)),
            generateName: `web-${hash}-`,
            labels: { app: 'web', 'pod-template-hash': hash },
            ownerReferences: [{ kind: 'ReplicaSet', name: `web-${hash}`, controller: true }],
          },
          status: { phase: 'Running', qosClass: 'BestEffort', podIP: expect.any(String), hostIP: expect.any(String) },
        });
        expect(at(found, 'status', 'containerStatuses')).toMatchObject([
          {
            name: 'app',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: expect.any(String) } },
            containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
          },
        ]);
        for (const type of ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'])
          expect([type, hasCondition(found, type)]).toEqual([type, true]);
      }
    });

    promise('a new template rolls out as a new revision, and the old ReplicaSet stays for the way back', async (place) => {
      const { connection, namespace, image, admin } = place;
      const { kind } = await connection.resolve('deployments');
      const target = { namespace, name: 'rolled' };
      await createObject(connection, kind, deployment('rolled', 1, podSpec(image)), { namespace });
      const rolledOut = async (revision: string) =>
        admin.waitForObject(
          apps(place, 'deployments/rolled'),
          (found) =>
            found?.metadata.annotations?.['deployment.kubernetes.io/revision'] === revision &&
            at(found, 'status', 'observedGeneration') === at(found, 'metadata', 'generation') &&
            ['updatedReplicas', 'replicas', 'availableReplicas'].every((count) => at(found, 'status', count) === 1),
          PATIENCE,
        );
      await rolledOut('1');
      const note = (value: string | null) => ({ spec: { template: { metadata: { annotations: { note: value } } } } });
      await patchObject(connection, kind, target, 'merge', note('second'));
      await rolledOut('2');
      const revisions = async () =>
        (await admin.list(apps(place, 'replicasets?labelSelector=app%3Drolled'))).items
          .map(
            ({ metadata, spec }) =>
              `${metadata.annotations?.['deployment.kubernetes.io/revision']}: ${String(at(spec, 'replicas'))}`,
          )
          .toSorted();
      expect(await revisions()).toEqual(['1: 0', '2: 1']);
      await patchObject(connection, kind, target, 'merge', note(null));
      await rolledOut('3');
      expect(await revisions()).toEqual(['2: 0', '3: 1']);
    });

    promise('a Job ends complete when its pods succeed, and failed when they fail too often', async (place) => {
      const { connection, namespace, image, admin } = place;
      const { kind } = await connection.resolve('jobs');
      const job = (name: string, script: string) => ({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name },
        spec: { backoffLimit: 0, template: { spec: podSpec(image, script, { restartPolicy: 'Never' }) } },
      });
      await createObject(connection, kind, job('good', 'exit 0'), { namespace });
      await createObject(connection, kind, job('bad', 'exit 3'), { namespace });
      const path = (name: string): string => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
      const good = await admin.waitForObject(path('good'), (found) => hasCondition(found, 'Complete'), PATIENCE);
      expect(good?.status).toMatchObject({
        succeeded: 1,
        ready: 0,
        startTime: expect.any(String),
        completionTime: expect.any(String),
      });
      expect(listAt(good, 'status', 'conditions')).toContainEqual(
        expect.objectContaining({
          type: 'Complete',
          reason: 'CompletionsReached',
          message: 'Reached expected number of succeeded pods',
        }),
      );
      const bad = await admin.waitForObject(path('bad'), (found) => hasCondition(found, 'Failed'), PATIENCE);
      expect(bad?.status).toMatchObject({ failed: 1 });
      expect(listAt(bad, 'status', 'conditions')).toContainEqual(
        expect.objectContaining({
          type: 'Failed',
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the specified backoff limit',
        }),
      );
    });

    promise('a Service finds the pods that are ready, and tells their addresses', async (place) => {
      const { connection, namespace, image, admin } = place;
      const { kind } = await connection.resolve('services');
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'front' },
        spec: { selector: { app: 'front' }, ports: [{ port: 80, targetPort: 8080 }] },
      };
      const created = await createObject(connection, kind, service, { namespace });
      expect(at(created, 'spec')).toMatchObject({
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^\d+(\.\d+){3}$/),
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      });
      await createPod(place, 'front', podSpec(image), { labels: { app: 'front' } });
      const [slice] = await admin.waitFor(
        `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dfront`,
        (slices) => slices.some((found) => at(found, 'endpoints', 0, 'conditions', 'ready') === true),
        PATIENCE,
      );
      const { kind: pods } = await connection.resolve('pods');
      const { status } = await getObject(connection, pods, { namespace, name: 'front' });
      expect(slice).toMatchObject({
        addressType: 'IPv4',
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
        endpoints: [
          {
            addresses: [at(status, 'podIP')],
            conditions: { ready: true, serving: true, terminating: false },
            targetRef: { kind: 'Pod', name: 'front' },
          },
        ],
      });
    });
  },
  'node',
);
