import type { AdminClient } from '../client.ts';
import { at, type KubeObject } from '../objects.ts';
import { FAKE_NODE_ANNOTATION } from '../settings.ts';
import type { TestCluster } from '../test-cluster.ts';
import { pooled } from '../wait.ts';
import { deployment, ensureAll, ensureNamespace, type NewObject } from './new-objects.ts';

export type FleetSize = { readonly namespaces: number; readonly pods: number; readonly nodes: number };

const DEFAULT_SIZE: FleetSize = { namespaces: 20, pods: 2000, nodes: 40 };

const REPLICAS = 10;

const FAKE = { key: FAKE_NODE_ANNOTATION, value: 'fake' } as const;

const CAPACITY = { cpu: '32', memory: '256Gi', 'ephemeral-storage': '500Gi', pods: '110' };

const fakeNode = (index: number): NewObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `fake-${index}`,
    annotations: { [FAKE.key]: FAKE.value },
    labels: {
      'fairlead.test/node': 'fake',
      'kubernetes.io/hostname': `fake-${index}`,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node.kubernetes.io/instance-type': index % 4 === 0 ? 'large' : 'medium',
      'topology.kubernetes.io/region': 'test-1',
      'topology.kubernetes.io/zone': `test-1${'abc'[index % 3] ?? 'a'}`,
    },
  },
  // Keeps pods that are meant for the real node away from nodes that cannot run anything.
  spec: { taints: [{ ...FAKE, effect: 'NoSchedule' }] },
  status: {
    capacity: CAPACITY,
    allocatable: CAPACITY,
    nodeInfo: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      osImage: 'kwok',
      kernelVersion: '6.1.0',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      containerRuntimeVersion: 'containerd://2.0.0',
      machineID: `fake-${index}`,
      systemUUID: `fake-${index}`,
      bootID: `fake-${index}`,
    },
  },
});

const fakePod = (app: string) => ({
  metadata: { labels: { app, tier: 'load' } },
  spec: {
    nodeSelector: { 'fairlead.test/node': 'fake' },
    tolerations: [{ key: FAKE.key, operator: 'Exists', effect: 'NoSchedule' }],
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'app',
        image: `registry.fairlead.test/${app}:1.0`,
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [{ name: 'MODE', value: 'load' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  },
});

/** Deployments of ten replicas, `app-0…`, as many as hold the namespace's share of pods. */
function deployments(namespace: string, pods: number): NewObject[] {
  return Array.from({ length: Math.ceil(pods / REPLICAS) }, (_, index) =>
    deployment(namespace, `app-${index}`, fakePod(`app-${index}`), { replicas: Math.min(REPLICAS, pods - index * REPLICAS) }),
  );
}

const isAvailable = (object: KubeObject): boolean => at(object, 'status', 'availableReplicas') === at(object, 'spec', 'replicas');

/**
 * Makes namespaces `load-0…` full of pods that run, ready, on fake nodes `fake-0…`, and waits until all of them do.
 * @param size default 20 namespaces, 2,000 pods, 40 nodes; pods are spread evenly, so their number should divide by the namespaces'
 */
export async function populateFleet(
  cluster: TestCluster,
  client: AdminClient,
  size: Partial<FleetSize> = {},
): Promise<FleetSize> {
  if (!cluster.hasFakeNodes) throw new Error(`${cluster.server} has no fake nodes: kwok does not run there`);
  const wanted = { ...DEFAULT_SIZE, ...size };
  const names = Array.from({ length: wanted.namespaces }, (_, index) => `load-${index}`);
  await ensureAll(
    client,
    Array.from({ length: wanted.nodes }, (_, index) => fakeNode(index)),
  );
  await pooled(names, 8, (name) => ensureNamespace(client, name));
  const share = Math.floor(wanted.pods / wanted.namespaces);
  await ensureAll(
    client,
    names.flatMap((name) => deployments(name, share)),
  );
  const apps = Math.ceil(share / REPLICAS);
  await pooled(names, 4, (name) =>
    client.waitFor(`/apis/apps/v1/namespaces/${name}/deployments`, (objects) => objects.filter(isAvailable).length >= apps, {
      timeoutMs: 240_000,
      what: `the pods of ${name}`,
    }),
  );
  return { ...wanted, pods: share * wanted.namespaces };
}
