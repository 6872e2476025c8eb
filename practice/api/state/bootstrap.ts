import { readFileSync } from 'node:fs';

import type { DraftObject, Store } from '../../model.ts';

const MANAGER = 'kube-apiserver';
const RBAC = 'rbac.authorization.k8s.io';

/** The namespaces that every cluster has. */
const NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** Whom the cluster roles of every cluster are given to. */
const GRANTED: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['system:masters'],
  'system:basic-user': ['system:authenticated'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
};

const PRIORITY_CLASSES = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
] as const;

/** What an API server puts into an empty cluster when it starts. @param ca its authority's certificate in PEM @param port that it listens on */
export function bootstrap(store: Store, { ca, port }: { readonly ca: string; readonly port: number }): void {
  for (const name of NAMESPACES) store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, MANAGER);
  for (const role of clusterRoles()) store.create(`clusterroles.${RBAC}`, role, MANAGER);
  for (const [name, groups] of Object.entries(GRANTED))
    store.create(`clusterrolebindings.${RBAC}`, binding(name, groups), MANAGER);
  for (const { name, ...rest } of PRIORITY_CLASSES) {
    const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...rest };
    store.create('priorityclasses.scheduling.k8s.io', object, MANAGER);
  }
  store.create('configmaps', authentication(ca), MANAGER);
  store.create('services', service(port), MANAGER);
  store.create('endpointslices.discovery.k8s.io', endpoints(port), MANAGER);
}

/** Captured from a real server, one a line. */
function clusterRoles(): readonly DraftObject[] {
  const text = readFileSync(new URL('data/cluster-roles.jsonl', import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', ...(JSON.parse(line) as object) }));
}

function binding(name: string, groups: readonly string[]): DraftObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: {
      name,
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    },
    subjects: groups.map((group) => ({ kind: 'Group', apiGroup: RBAC, name: group })),
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
  };
}

/** Tells controllers and whoever else asks which authority signs this cluster's certificates. */
const authentication = (ca: string): DraftObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
  data: { 'client-ca-file': ca },
});

/** Where pods find the API server. */
const service = (port: number): DraftObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }] },
});

const endpoints = (port: number): DraftObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  ports: [{ name: 'https', port, protocol: 'TCP' }],
});
