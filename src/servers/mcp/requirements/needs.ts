import type { Permission } from '../../../access/index.ts';
import type { RbacKind } from './kinds.ts';

export type RbacVerb = 'get' | 'list' | 'create' | 'patch' | 'delete';

/** What a tool does to some kinds: one permission of RBAC, or several of one purpose. */
export interface Need {
  /** `read`: all kinds that are to be read. `changed`: those that are to be changed. */
  readonly of: 'read' | 'changed' | readonly RbacKind[];
  readonly verbs: readonly RbacVerb[];
  readonly why: string;
  /** True when the tool is of use without it, and says what it could not see. @default false */
  readonly optional?: true;
  /** What the operator must have granted by name. */
  readonly permission?: Permission;
}

const namespaced = (group: string, resource: string): RbacKind => ({ group, resource, namespaced: true });
const clusterWide = (group: string, resource: string): RbacKind => ({ group, resource, namespaced: false });

/** Kinds by what the tools call them. */
export const RBAC = {
  pods: namespaced('', 'pods'),
  logs: namespaced('', 'pods/log'),
  exec: namespaced('', 'pods/exec'),
  portForward: namespaced('', 'pods/portforward'),
  evictions: namespaced('', 'pods/eviction'),
  ephemeralContainers: namespaced('', 'pods/ephemeralcontainers'),
  services: namespaced('', 'services'),
  secrets: namespaced('', 'secrets'),
  configMaps: namespaced('', 'configmaps'),
  events: namespaced('', 'events'),
  replicationControllers: namespaced('', 'replicationcontrollers'),
  deployments: namespaced('apps', 'deployments'),
  replicaSets: namespaced('apps', 'replicasets'),
  statefulSets: namespaced('apps', 'statefulsets'),
  daemonSets: namespaced('apps', 'daemonsets'),
  controllerRevisions: namespaced('apps', 'controllerrevisions'),
  jobs: namespaced('batch', 'jobs'),
  cronJobs: namespaced('batch', 'cronjobs'),
  autoscalers: namespaced('autoscaling', 'horizontalpodautoscalers'),
  disruptionBudgets: namespaced('policy', 'poddisruptionbudgets'),
  ingresses: namespaced('networking.k8s.io', 'ingresses'),
  endpointSlices: namespaced('discovery.k8s.io', 'endpointslices'),
  podMetrics: namespaced('metrics.k8s.io', 'pods'),
  nodeMetrics: clusterWide('metrics.k8s.io', 'nodes'),
  nodes: clusterWide('', 'nodes'),
  namespaces: clusterWide('', 'namespaces'),
} as const satisfies Readonly<Record<string, RbacKind>>;

/** The number of replicas of a kind. */
export const scaleOf = ({ group, resource }: RbacKind): RbacKind => namespaced(group, `${resource}/scale`);

/** What is rolled out. */
export const WORKLOADS: readonly RbacKind[] = [RBAC.deployments, RBAC.statefulSets, RBAC.daemonSets];

/** What has pods, and is asked for by its own name. */
export const WITH_PODS: readonly RbacKind[] = [
  RBAC.services,
  RBAC.replicationControllers,
  RBAC.deployments,
  RBAC.replicaSets,
  RBAC.statefulSets,
  RBAC.daemonSets,
  RBAC.jobs,
  RBAC.cronJobs,
];

/** It is opened by GET, and since 1.35 that takes the right to create as well. */
export function execNeeds(why: string): readonly Need[] {
  return [
    { of: [RBAC.exec], verbs: ['get', 'create'], why, permission: 'exec' },
    { of: [RBAC.pods], verbs: ['get'], why: 'which container is the main one', optional: true },
  ];
}

/** A connection to a port is opened by GET, and since 1.35 that takes the right to create as well. */
export const FORWARD_NEEDS: readonly Need[] = [
  { of: [RBAC.portForward], verbs: ['get', 'create'], why: 'connections to ports of pods', permission: 'port-forward' },
  { of: [RBAC.pods], verbs: ['get', 'list'], why: 'which pods are ready' },
  { of: WITH_PODS, verbs: ['get'], why: 'which pods a Service or a workload has', optional: true },
  { of: [RBAC.endpointSlices], verbs: ['list'], why: 'which pods of a Service are ready', optional: true },
];

/** A change is planned against what is there, and tried before it is done. */
export const PLANNED = 'what is there, and what becomes of it';

/** What surrounds the objects of a plan: what it says of their impact. A plan is of use without it, and says so. */
export const SURROUNDINGS: Need = {
  of: [RBAC.pods, RBAC.services, RBAC.replicaSets, RBAC.autoscalers, RBAC.disruptionBudgets, RBAC.ingresses],
  verbs: ['list'],
  why: 'what else a change touches',
  optional: true,
};

/**
 * What needs no role, since the default ones give it to everybody.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
export const DISCOVERY = 'discovery and schemas, which system:discovery gives to everybody who is logged in';
