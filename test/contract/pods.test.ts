import { expect } from 'vitest';

import { at, deleteObject, getObject, listAt, listPage, patchObject, textAt } from '../../src/kubernetes/index.ts';
import { hasCondition } from '../cluster/index.ts';
import { container, contract, core, createPod, podSpec, type Place } from './harness/index.ts';

const PATIENCE = { timeoutMs: 90_000 };

/** Waits for an event about a pod, and gives it. */
async function eventOf({ connection, namespace, admin }: Place, name: string, reason: string): Promise<unknown> {
  const { metadata } = await getObject(connection, (await connection.resolve('pods')).kind, { namespace, name });
  const fields = encodeURIComponent(`involvedObject.uid=${metadata?.uid},reason=${reason}`);
  const events = await admin.waitFor(
    `/api/v1/namespaces/${namespace}/events?fieldSelector=${fields}`,
    (found) => found.length > 0,
    PATIENCE,
  );
  return events[0];
}

const state = (object: unknown, list = 'containerStatuses'): unknown => at(object, 'status', list, 0, 'state');

contract(
  'pods',
  ({ promise }) => {
    promise(
      'a container that fails is restarted, at first at once and then after a back-off that its pod tells',
      async (place) => {
        const { image, admin } = place;
        await createPod(place, 'crashing', podSpec(image, 'echo no; exit 7'));
        const crashing = await admin.waitForObject(
          core(place, 'pods/crashing'),
          (found) =>
            textAt(state(found), 'waiting', 'reason') === 'CrashLoopBackOff' &&
            Number(at(found, 'status', 'containerStatuses', 0, 'restartCount')) >= 1,
          PATIENCE,
        );
        expect(textAt(state(crashing), 'waiting', 'message')).toMatch(
          /^back-off (10|20)s restarting failed container=app pod=crashing_\S+\([0-9a-f-]{36}\)$/,
        );
        expect(at(crashing, 'status', 'containerStatuses', 0, 'lastState', 'terminated')).toMatchObject({
          exitCode: 7,
          reason: 'Error',
        });
        expect(at(crashing, 'status', 'phase')).toBe('Running');
        expect(hasCondition(crashing, 'Ready', 'False')).toBe(true);
        expect(await eventOf(place, 'crashing', 'BackOff')).toMatchObject({
          type: 'Warning',
          message: expect.stringMatching(/^Back-off restarting failed container app in pod crashing_/),
          source: { component: 'kubelet', host: expect.any(String) },
          involvedObject: { kind: 'Pod', name: 'crashing', fieldPath: 'spec.containers{app}' },
        });
      },
    );

    promise('an image that cannot be had keeps its pod waiting, with the reason in status and events', async (place) => {
      const { admin } = place;
      const image = 'registry.invalid/missing:1';
      await createPod(place, 'imageless', { containers: [{ name: 'app', image }] });
      const path = core(place, 'pods/imageless');
      await admin.waitForObject(
        path,
        (found) => ['ErrImagePull', 'ImagePullBackOff'].includes(textAt(state(found), 'waiting', 'reason') ?? ''),
        PATIENCE,
      );
      const waiting = await admin.waitForObject(
        path,
        (found) => textAt(state(found), 'waiting', 'reason') === 'ImagePullBackOff',
        PATIENCE,
      );
      expect(textAt(state(waiting), 'waiting', 'message')).toContain(`Back-off pulling image "${image}"`);
      expect(waiting).toMatchObject({ status: { phase: 'Pending' } });
      expect(await eventOf(place, 'imageless', 'Pulling')).toMatchObject({ type: 'Normal', message: `Pulling image "${image}"` });
      expect(await eventOf(place, 'imageless', 'Failed')).toMatchObject({
        type: 'Warning',
        message: expect.stringContaining('image'),
      });
      expect(await eventOf(place, 'imageless', 'BackOff')).toMatchObject({
        message: expect.stringContaining(`Back-off pulling image "${image}"`),
      });
    });

    promise('configuration that is missing keeps a container from being made', async (place) => {
      const { image, admin } = place;
      const env = [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'kube-root-ca.crt', key: 'url' } } }];
      await createPod(place, 'unconfigured', { containers: [container(image, 'true', { env })] });
      const waiting = await admin.waitForObject(
        core(place, 'pods/unconfigured'),
        (found) => textAt(state(found), 'waiting', 'reason') === 'CreateContainerConfigError',
        PATIENCE,
      );
      expect(textAt(state(waiting), 'waiting', 'message')).toMatch(/^couldn't find key url in ConfigMap \S+\/kube-root-ca\.crt$/);
      expect(await eventOf(place, 'unconfigured', 'Failed')).toMatchObject({
        message: expect.stringMatching(/^Error: couldn't find key url in ConfigMap/),
      });
    });

    promise('a pod that fits nowhere says why not, node by node', async (place) => {
      const { image, admin } = place;
      await createPod(place, 'huge', { containers: [container(image, 'true', { resources: { requests: { cpu: '500' } } })] });
      const huge = await admin.waitForObject(
        core(place, 'pods/huge'),
        (found) => hasCondition(found, 'PodScheduled', 'False'),
        PATIENCE,
      );
      const [condition] = listAt(huge, 'status', 'conditions');
      expect(condition).toMatchObject({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' });
      const message = textAt(condition, 'message') ?? '';
      expect(message).toMatch(/^0\/\d+ nodes are available: .*1 Insufficient cpu.* preemption: 0\/\d+ nodes are available: /);
      expect(await eventOf(place, 'huge', 'FailedScheduling')).toMatchObject({ type: 'Warning', message });
    });

    promise('a pod whose containers end by themselves has succeeded or failed, and init containers come first', async (place) => {
      const { image, admin } = place;
      const initContainers = [container(image, 'exit 0', { name: 'first' })];
      await createPod(place, 'ended', podSpec(image, 'exit 0', { restartPolicy: 'Never', initContainers }));
      const ended = await admin.waitForObject(
        core(place, 'pods/ended'),
        (found) => at(found, 'status', 'phase') === 'Succeeded',
        PATIENCE,
      );
      expect(state(ended)).toMatchObject({ terminated: { exitCode: 0, reason: 'Completed' } });
      expect(state(ended, 'initContainerStatuses')).toMatchObject({ terminated: { exitCode: 0, reason: 'Completed' } });
      expect(listAt(ended, 'status', 'conditions')).toContainEqual(
        expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodCompleted' }),
      );
      await createPod(
        place,
        'broken',
        podSpec(image, 'exit 0', { restartPolicy: 'Never', initContainers: [container(image, 'exit 4', { name: 'first' })] }),
      );
      const broken = await admin.waitForObject(
        core(place, 'pods/broken'),
        (found) => at(found, 'status', 'phase') === 'Failed',
        PATIENCE,
      );
      expect(state(broken, 'initContainerStatuses')).toMatchObject({ terminated: { exitCode: 4, reason: 'Error' } });
      expect(state(broken)).toMatchObject({ waiting: { reason: 'PodInitializing' } });
    });

    promise('a pod that is deleted has its grace, and goes when its containers have ended', async (place) => {
      const { connection, namespace, image, admin } = place;
      const { kind } = await connection.resolve('pods');
      await createPod(place, 'graceful', podSpec(image, undefined, { terminationGracePeriodSeconds: 20 }));
      await admin.waitForObject(core(place, 'pods/graceful'), (found) => at(found, 'status', 'phase') === 'Running', PATIENCE);
      const going = await deleteObject(connection, kind, { namespace, name: 'graceful' }, { gracePeriodSeconds: 10 });
      expect(going).toMatchObject({
        kind: 'Pod',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 10 },
      });
      await admin.waitForObject(core(place, 'pods/graceful'), (found) => found === undefined, PATIENCE);
    });

    promise('a container can be added to a pod that runs, and how it ends is told', async (place) => {
      const { connection, namespace, image, admin } = place;
      await createPod(place, 'extended', podSpec(image));
      const path = core(place, 'pods/extended');
      await admin.waitForObject(path, (found) => at(found, 'status', 'phase') === 'Running', PATIENCE);
      const { kind } = await connection.resolve('pods');
      const target = { namespace, name: 'extended', subresource: 'ephemeralcontainers' };
      const ephemeralContainers = [container(image, 'exit 3', { name: 'debugger' })];
      await patchObject(connection, kind, target, 'strategic', { spec: { ephemeralContainers } });
      const ended = await admin.waitForObject(
        path,
        (found) => at(found, 'status', 'ephemeralContainerStatuses', 0, 'state', 'terminated') !== undefined,
        PATIENCE,
      );
      expect(at(ended, 'status', 'ephemeralContainerStatuses', 0)).toMatchObject({
        name: 'debugger',
        state: { terminated: { exitCode: 3, reason: 'Error' } },
      });
      expect(ended).toMatchObject({ status: { phase: 'Running' } });
    });

    promise('nodes say that they are ready, and what they have', async ({ connection }) => {
      const { kind } = await connection.resolve('nodes');
      const { items } = await listPage(connection, kind);
      for (const node of items) {
        expect(node).toMatchObject({
          metadata: { labels: { 'kubernetes.io/hostname': node.metadata?.name, 'kubernetes.io/os': 'linux' } },
          status: {
            capacity: { cpu: expect.any(String), memory: expect.any(String), pods: expect.any(String) },
            nodeInfo: { kubeletVersion: expect.stringMatching(/^v1\./) },
          },
        });
      }
      expect(items.some((node) => hasCondition(node as never, 'Ready'))).toBe(true);
    });
  },
  'node',
  'together',
);
