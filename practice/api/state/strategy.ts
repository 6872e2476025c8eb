import type { DraftObject, KubeObject, ObjectMeta, ServedKind } from '../../model.ts';
import { resourceName } from './registry.ts';
import { same } from '../../same.ts';

/** What a status says before anybody has written it, for kinds whose status is never empty. */
const FIRST_STATUS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  namespaces: { phase: 'Active' },
  persistentvolumeclaims: { phase: 'Pending' },
  persistentvolumes: { phase: 'Pending' },
  pods: { phase: 'Pending' },
  services: { loadBalancer: {} },
  replicationcontrollers: { replicas: 0 },
  'daemonsets.apps': { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  'deployments.apps': {},
  'replicasets.apps': { replicas: 0 },
  'statefulsets.apps': { replicas: 0, availableReplicas: 0 },
  'cronjobs.batch': {},
  'jobs.batch': {},
  'horizontalpodautoscalers.autoscaling': { desiredReplicas: 0, currentMetrics: null },
  'ingresses.networking.k8s.io': { loadBalancer: {} },
  'poddisruptionbudgets.policy': { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
};

/** Kinds whose status whoever creates them may bring along. */
const BRING_STATUS: ReadonlySet<string> = new Set(['nodes', 'apiservices.apiregistration.k8s.io', 'resourcequotas']);

/** Built-in kinds that count the generations of what is wanted; custom ones all do. */
const COUNT_GENERATIONS: ReadonlySet<string> = new Set([
  'pods',
  'podtemplates',
  'replicationcontrollers',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'cronjobs.batch',
  'jobs.batch',
  'ingresses.networking.k8s.io',
  'ingressclasses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'endpointslices.discovery.k8s.io',
  'priorityclasses.scheduling.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'flowschemas.flowcontrol.apiserver.k8s.io',
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
]);

/** How the API server treats the objects of a kind, beyond its schema. */
export interface Strategy {
  /** Status is written by its own subresource alone. */
  readonly hasStatus: boolean;
  readonly countsGenerations: boolean;
  /** A field of the spec that is no wish of anybody's: to set it begins no generation. */
  readonly placedBy?: 'nodeName';
}

export function strategyOf(kind: ServedKind, custom: boolean): Strategy {
  const resource = resourceName(kind);
  return {
    ...(resource === 'pods' && { placedBy: 'nodeName' as const }),
    hasStatus: kind.subresources.some(({ name }) => name === 'status'),
    countsGenerations: custom || COUNT_GENERATIONS.has(resource),
  };
}

/** What of a draft is created: a status that nobody may bring is left out, and the first one set. */
export function firstState(kind: ServedKind, strategy: Strategy, draft: DraftObject): DraftObject {
  const resource = resourceName(kind);
  if (!strategy.hasStatus || BRING_STATUS.has(resource)) return draft;
  const { status: _, ...wanted } = draft;
  const status = FIRST_STATUS[resource];
  return status === undefined ? wanted : { ...wanted, status };
}

/** The fields of metadata that the server alone writes. */
function ownedByServer(metadata: ObjectMeta) {
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    uid,
    resourceVersion: metadata.resourceVersion,
    ...(generation !== undefined && { generation }),
    creationTimestamp,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (value ?? {}) as Fields;

/** An object with one field of its spec as another has it. */
const withSpecField =
  (field: string) =>
  (before: KubeObject, next: DraftObject): KubeObject => ({
    ...before,
    spec: { ...fieldsOf(before['spec']), [field]: fieldsOf(next['spec'])[field] },
  });

/** What an update of a subresource takes over of the object that it brings; by the subresource's name. */
const PARTS: Readonly<Record<string, (before: KubeObject, next: DraftObject) => KubeObject>> = {
  status: ({ status: _s, ...before }, next) => ({
    ...(before as KubeObject),
    ...(next['status'] !== undefined && { status: next['status'] }),
  }),
  approval: (before, next) => ({
    ...before,
    status: { ...fieldsOf(before['status']), conditions: fieldsOf(next['status'])['conditions'] },
  }),
  ephemeralcontainers: withSpecField('ephemeralContainers'),
  finalize: withSpecField('finalizers'),
  resize: withSpecField('containers'),
};

/** What of an update is taken over: the part that its subresource is about or all but status, never what is the server's. */
export function nextState({ hasStatus }: Strategy, before: KubeObject, next: DraftObject, subresource?: string): KubeObject {
  const part = subresource === undefined ? undefined : PARTS[subresource];
  if (part !== undefined) {
    const { managedFields } = next.metadata ?? {};
    return { ...part(before, next), metadata: { ...before.metadata, ...(managedFields !== undefined && { managedFields }) } };
  }
  const { uid: _u, resourceVersion: _r, generation: _g, creationTimestamp: _c, ...wanted } = next.metadata ?? {};
  const { deletionTimestamp: _d, deletionGracePeriodSeconds: _s, finalizers = [], ...metadata } = wanted;
  const { status: _, ...rest } = next;
  return {
    ...(hasStatus ? rest : next),
    apiVersion: next.apiVersion,
    kind: next.kind,
    // Controllers take finalizers away; who has none left has no list of them either.
    metadata: { ...metadata, ...(finalizers.length > 0 && { finalizers }), ...ownedByServer(before.metadata) },
    ...(hasStatus && before['status'] !== undefined && { status: before['status'] }),
  };
}

/** What the server has given a Service once, and an update need not repeat. */
const ADDRESSES = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** What an update of the object itself cannot take away, by resource. */
const KEPT: Readonly<Record<string, (after: KubeObject, before: KubeObject) => KubeObject>> = {
  namespaces: (after, before) => withSpecField('finalizers')(after, before),
  // They are added by a subresource of their own.
  pods: (after, before) =>
    fieldsOf(after['spec'])['ephemeralContainers'] === fieldsOf(before['spec'])['ephemeralContainers']
      ? after
      : withSpecField('ephemeralContainers')(after, before),
  services: (after, before) => {
    const [wanted, had] = [fieldsOf(after['spec']), fieldsOf(before['spec'])];
    if (wanted['type'] === 'ExternalName') return after;
    const kept = ADDRESSES.filter((field) => had[field] !== undefined && (wanted[field] ?? '') === '');
    return { ...after, spec: { ...wanted, ...Object.fromEntries(kept.map((field) => [field, had[field]])) } };
  },
};

/** The object with what no update of it takes away. */
export const withKept = (kind: ServedKind, before: KubeObject, after: KubeObject): KubeObject =>
  KEPT[resourceName(kind)]?.(after, before) ?? after;

/** The object with its generation counted on where something else is wanted now. */
export function counted(strategy: Strategy, before: KubeObject, after: KubeObject): KubeObject {
  if (!strategy.countsGenerations || wantsSame(strategy, before, after)) return after;
  return { ...after, metadata: { ...after.metadata, generation: (before.metadata.generation ?? 0) + 1 } };
}

/** Fields that say nothing of what is wanted. */
const ASIDE: ReadonlySet<string> = new Set(['metadata', 'apiVersion', 'kind']);

function wantsSame({ hasStatus, placedBy }: Strategy, before: KubeObject, after: KubeObject): boolean {
  const isSame = (field: string): boolean => {
    if (before[field] === after[field] || ASIDE.has(field) || (hasStatus && field === 'status')) return true;
    if (field !== 'spec' || placedBy === undefined) return same(before[field], after[field]);
    return same({ ...fieldsOf(before[field]), [placedBy]: undefined }, { ...fieldsOf(after[field]), [placedBy]: undefined });
  };
  return Object.keys(before).every(isSame) && Object.keys(after).every(isSame);
}
