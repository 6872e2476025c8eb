import type { AdminClient } from '../client.ts';
import type { KubeObject } from '../objects.ts';
import { pooled } from '../wait.ts';

/** An object to create: of a known kind, so that its collection's path is known. */
export type NewObject = KubeObject & { readonly apiVersion: string; readonly kind: Kind } & Readonly<Record<string, unknown>>;

/** Plural names of the kinds that are made here; a cluster-scoped kind is one without namespace. */
const PLURALS = {
  Namespace: 'namespaces',
  Node: 'nodes',
  Service: 'services',
  ConfigMap: 'configmaps',
  ServiceAccount: 'serviceaccounts',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Job: 'jobs',
  CronJob: 'cronjobs',
  Ingress: 'ingresses',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
  CustomResourceDefinition: 'customresourcedefinitions',
  Widget: 'widgets',
  Shop: 'shops',
} as const;

type Kind = keyof typeof PLURALS;

export function collectionOf({ apiVersion, kind, metadata }: NewObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return metadata.namespace === undefined
    ? `${root}/${PLURALS[kind]}`
    : `${root}/namespaces/${metadata.namespace}/${PLURALS[kind]}`;
}

export const pathOf = (object: NewObject): string => `${collectionOf(object)}/${object.metadata.name}`;

/** Creates all of the objects; those that are there are kept. */
export const ensureAll = (client: AdminClient, objects: readonly NewObject[], limit = 16): Promise<KubeObject[]> =>
  pooled(objects, limit, (object) => client.ensure(collectionOf(object), object));

/** Creates a namespace and waits until pods may be created in it. */
export async function ensureNamespace(client: AdminClient, name: string): Promise<void> {
  await client.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await client.waitForObject(`/api/v1/namespaces/${name}/serviceaccounts/default`, (account) => account !== undefined);
}

/** Creates a namespace that holds nothing; what an earlier run left in one of that name goes first. */
export async function freshNamespace(client: AdminClient, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  const left = await client.find(path);
  if (left !== undefined) {
    if (left.metadata.deletionTimestamp === undefined) await client.delete(path);
    await client.waitForObject(path, (found) => found === undefined, { timeoutMs: 120_000 });
  }
  await ensureNamespace(client, name);
}

type ContainerSpec = Readonly<Record<string, unknown>>;

export type PodOptions = {
  readonly container?: ContainerSpec;
  readonly pod?: ContainerSpec;
};

/** Requests so small that everything fits on one small node. */
const SMALL = { requests: { cpu: '5m', memory: '8Mi' } };

/** A pod template of one container `app` that runs a shell script. */
export const podTemplate = (app: string, image: string, script: string, { container = {}, pod = {} }: PodOptions = {}) => ({
  metadata: { labels: { app } },
  spec: {
    // There is no cluster DNS, and pods that end at once need no time to say goodbye.
    dnsPolicy: 'Default',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'app', image, command: ['sh', '-c', script], resources: SMALL, ...container }],
    ...pod,
  },
});

/** What a Deployment, StatefulSet or DaemonSet has in common. */
export const workloadSpec = (app: string, template: unknown) => ({ selector: { matchLabels: { app } }, template });

export const deployment = (
  namespace: string,
  name: string,
  template: unknown,
  spec: Readonly<Record<string, unknown>> = {},
): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels: { app: name } },
  spec: { replicas: 1, ...workloadSpec(name, template), ...spec },
});

export const service = (namespace: string, name: string, app: string, targetPort: number | string): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels: { app } },
  spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort }] },
});
