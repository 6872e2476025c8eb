import { ADDRESSES, PORTS, REAL_NODE_LABEL } from './settings.ts';
import { credentials } from './pki.ts';
import { ensureRunning, stop } from './processes.ts';
import { inState } from './state.ts';
import { writeComponentKubeconfig } from './kubeconfig.ts';
import { until } from './wait.ts';
import type { AdminClient } from './client.ts';
import { at, hasCondition, type KubeObject } from './objects.ts';

export const METRICS_API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';

const SERVICE = { name: 'metrics-server', namespace: 'kube-system' } as const;

/** metrics-server runs beside the cluster, so its Service has no selector and leads to the node's address. */
const OBJECTS: readonly { readonly collection: string; readonly object: KubeObject & Readonly<Record<string, unknown>> }[] = [
  {
    collection: '/api/v1/namespaces/kube-system/services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: SERVICE,
      spec: { ports: [{ name: 'https', port: 443, targetPort: PORTS.metricsServer }] },
    },
  },
  {
    collection: '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
    object: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...SERVICE, labels: { 'kubernetes.io/service-name': SERVICE.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [ADDRESSES.node], conditions: { ready: true } }],
      ports: [{ name: 'https', port: PORTS.metricsServer, protocol: 'TCP' }],
    },
  },
  {
    collection: '/apis/apiregistration.k8s.io/v1/apiservices',
    object: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: SERVICE,
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  },
];

/** Starts metrics-server and registers its API. Figures come after two scrapes, some 40 s later: see {@link metricsReady}. */
export async function ensureMetrics(metricsServer: string, client: AdminClient): Promise<void> {
  const kubeconfig = await writeComponentKubeconfig('metrics-server');
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${ADDRESSES.node}`,
    `--secure-port=${PORTS.metricsServer}`,
    `--tls-cert-file=${credentials('kubelet').cert}`,
    `--tls-private-key-file=${credentials('kubelet').key}`,
    `--cert-dir=${inState('metrics-server')}`,
    '--kubelet-insecure-tls',
    '--kubelet-preferred-address-types=InternalIP',
    `--node-selector=${REAL_NODE_LABEL}`,
    // Less than 15 s is refused.
    '--metric-resolution=15s',
  ];
  await ensureRunning({ name: 'metrics-server', command: metricsServer, args });
  for (const { collection, object } of OBJECTS) await client.ensure(collection, object);
}

async function hasFigures(client: AdminClient): Promise<boolean> {
  const items = at(await client.get<unknown>('/apis/metrics.k8s.io/v1beta1/nodes'), 'items');
  return Array.isArray(items) && items.length > 0;
}

/** Waits until the metrics API answers with figures of at least one node; they come two scrapes later than the API. */
export async function metricsReady(client: AdminClient, timeoutMs = 90_000): Promise<void> {
  await client.waitForObject(METRICS_API_SERVICE, (service) => hasCondition(service, 'Available'), {
    timeoutMs,
    what: 'the metrics API',
  });
  // Metrics cannot be watched: the API knows get and list only.
  await until('the metrics API knows a node', () => hasFigures(client), timeoutMs, 500);
}

/** Stops metrics-server and leaves its API registered but not available, as a cluster shows it whose metrics have failed. */
export const stopMetrics = (): Promise<void> => stop('metrics-server', 3_000);
