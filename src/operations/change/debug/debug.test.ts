import { describe, expect, it } from 'vitest';

import type { CreateStep, Step } from '../../../changes/index.ts';
import { at } from '../../../kubernetes/index.ts';
import { fakeCluster } from '../../kinds.fake.ts';
import { debugSteps, type DebugQuestion } from './debug.ts';

const POD = {
  metadata: {
    name: 'web',
    namespace: 'shop',
    labels: { app: 'web' },
    annotations: { a: 'b' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web', uid: '1' }],
  },
  spec: {
    nodeName: 'worker-1',
    restartPolicy: 'Always',
    serviceAccountName: 'web',
    containers: [
      { name: 'app', image: 'web:1', livenessProbe: { exec: {} }, readinessProbe: {}, env: [{ name: 'A', value: '1' }] },
    ],
    ephemeralContainers: [{ name: 'debugger-old', image: 'busybox:1' }],
  },
  status: { phase: 'Running' },
};

const stepOf = async (more: Partial<DebugQuestion>): Promise<Step | undefined> => {
  const { connection } = fakeCluster({
    'GET /api/v1/namespaces/shop/pods/web': POD,
    'GET /api/v1/nodes/worker-1.example.com': { metadata: { name: 'worker-1.example.com' } },
  });
  const [step, ...others] = await debugSteps(connection, { name: 'web', scope: ['shop'], image: 'busybox:1', ...more });
  expect(others).toEqual([]);
  return step;
};
const onNode = { kind: 'node', name: 'worker-1.example.com' } as const;
const podOf = async (more: Partial<DebugQuestion>): Promise<CreateStep> => {
  const step = await stepOf(more);
  if (step?.action !== 'create') throw new Error(`a pod is created, not ${step?.action}`);
  return step;
};

describe('an ephemeral container', () => {
  it('is a patch of the subresource that adds it, and nothing else', async () => {
    expect(await stepOf({ command: ['ps', 'aux'], container: 'app' })).toEqual({
      action: 'patch',
      cluster: 'test',
      subject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
      subresource: 'ephemeralcontainers',
      type: 'strategic',
      patch: {
        spec: {
          ephemeralContainers: [
            {
              name: expect.stringMatching(/^debugger-\w{5}$/),
              image: 'busybox:1',
              command: ['ps', 'aux'],
              securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
              targetContainerName: 'app',
            },
          ],
        },
      },
    });
  });
});

describe('a copy', () => {
  it('keeps what the pod runs, and nothing by which others know it', async () => {
    const { object, temporary, hiddenFrom } = await podOf({ copy: true, timeout: 30 });
    expect(temporary).toBe(true);
    expect(hiddenFrom).toMatchObject({ kind: 'Pod', name: 'web', namespace: 'shop' });
    expect(object.metadata).toEqual({ name: expect.stringMatching(/^web-debug-\w{5}$/), namespace: 'shop' });
    expect(object['spec']).toEqual({
      restartPolicy: 'Never',
      activeDeadlineSeconds: 90,
      serviceAccountName: 'web',
      shareProcessNamespace: true,
      containers: [
        { name: 'app', image: 'web:1', env: [{ name: 'A', value: '1' }] },
        {
          name: expect.stringMatching(/^debugger-/),
          image: 'busybox:1',
          securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
        },
      ],
    });
  });
});

describe('a pod on a node', () => {
  it('runs there whatever taints it has, with the file system and in the namespaces of the host', async () => {
    const { object, temporary } = await podOf(onNode);
    expect(temporary).toBe(true);
    expect(object.metadata).toEqual({
      name: expect.stringMatching(/^node-debugger-worker-1-example-com-\w{5}$/),
      namespace: 'shop',
    });
    expect(object['spec']).toMatchObject({
      nodeName: 'worker-1.example.com',
      tolerations: [{ operator: 'Exists' }],
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      volumes: [{ name: 'host', hostPath: { path: '/' } }],
      containers: [{ volumeMounts: [{ name: 'host', mountPath: '/host' }] }],
    });
  });

  it.each([
    ['general', true, true, undefined],
    ['baseline', undefined, false, undefined],
    ['restricted', undefined, false, { runAsNonRoot: true, capabilities: { drop: ['ALL'] } }],
    ['netadmin', true, false, { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }],
    ['sysadmin', true, true, { privileged: true }],
  ] as const)('with the profile %s gets what kubectl gives it', async (profile, host, files, context) => {
    const { object } = await podOf({ ...onNode, profile });
    expect(at(object, 'spec', 'hostPID')).toBe(host);
    expect(at(object, 'spec', 'volumes') !== undefined).toBe(files);
    const given = at(object, 'spec', 'containers', '0', 'securityContext');
    if (context === undefined) expect(given).toBeUndefined();
    else expect(given).toMatchObject(context);
  });

  it('has a name that is not too long', async () => {
    const name = 'n'.repeat(200);
    const { connection } = fakeCluster({ [`GET /api/v1/nodes/${name}`]: { metadata: { name } } });
    const [step] = await debugSteps(connection, { kind: 'node', name, scope: ['shop'], image: 'busybox:1' });
    expect(step?.action === 'create' && step.object.metadata?.name).toMatch(/^node-debugger-n+-\w{5}$/);
    expect(step?.action === 'create' && step.object.metadata?.name?.length).toBe(63);
  });
});

describe('arguments that contradict each other', () => {
  it.each<readonly [Partial<DebugQuestion>, string]>([
    [{ ...onNode, copy: true }, 'A node cannot be copied'],
    [{ ...onNode, container: 'app' }, 'A node has no containers'],
    [{ copy: true, container: 'app' }, 'leave "container" out'],
  ])('%j are refused', async (more, said) => {
    await expect(stepOf(more)).rejects.toThrow(said);
  });
});
