import type { Cancel, KubeObject, Store } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { cancelAll, clusterAs, keyOf, splitKey, type Change, type Cluster } from '../cluster.ts';
import type { Endpoint, EndpointPort, Service } from '../kinds.ts';
import { same } from '../../same.ts';
import type { Pod } from '../shapes.ts';
import { GATHER_MS } from '../workloads/index.ts';
import { workQueue } from '../work-queue.ts';
import { endpointsOf, type PortGroup } from './endpoints-of.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const CHANGED = 'endpoints.kubernetes.io/last-change-trigger-time';
/** How many endpoints one slice takes. */
const SLICE_SIZE = 100;

/** Says of each Service with a selector where its pods are: in EndpointSlices, and in Endpoints for old clients. */
export function startEndpoints(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const queue = workQueue(store.clock, (key) => {
    const { namespace, name } = splitKey(key);
    const service = cluster.get('services', namespace, name);
    if (service === undefined) return removeEndpoints(cluster, namespace, name);
    if (service.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined) return;
    const groups = endpointsOf(cluster, service);
    writeSlices(cluster, service, groups);
    writeEndpoints(cluster, service, groups);
  });
  const stops = [
    cluster.follow('services', ({ object }) => queue.add(keyOf(object))),
    cluster.follow('pods', (change) => {
      if (!matters(change)) return;
      for (const service of cluster.list('services', change.object.metadata.namespace))
        if (selects(service, change)) queue.addAfter(keyOf(service), GATHER_MS);
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}

/** Whether a change of a pod can be one of an endpoint. */
function matters({ type, object, before }: Change<Pod>): boolean {
  if (type !== 'MODIFIED' || before === undefined) return true;
  const facts = ({ metadata, status, spec }: Pod): unknown => [
    metadata.labels,
    metadata.deletionTimestamp,
    spec.nodeName,
    status?.podIP,
    status?.phase,
    status?.conditions?.find((condition) => condition.type === 'Ready')?.status,
  ];
  return !same(facts(before), facts(object));
}

function selects({ spec: { selector } }: Service, { object, before }: Change<Pod>): boolean {
  if (selector === undefined) return false;
  const matches = labelSelector({ matchLabels: selector });
  return matches(object.metadata.labels) || (before !== undefined && matches(before.metadata.labels));
}

function removeEndpoints(cluster: Cluster, namespace: string | undefined, name: string): void {
  const endpoints = cluster.get('endpoints', namespace, name);
  if (endpoints !== undefined) cluster.delete('endpoints', endpoints);
}

interface Wanted {
  readonly ports: readonly EndpointPort[] | null;
  readonly endpoints: readonly Endpoint[] | null;
}

function slicesOf(groups: readonly PortGroup[]): readonly Wanted[] {
  const slices = groups.flatMap(({ ports, endpoints }): Wanted[] =>
    Array.from({ length: Math.ceil(endpoints.length / SLICE_SIZE) }, (_, index) => ({
      ports,
      endpoints: endpoints.slice(index * SLICE_SIZE, (index + 1) * SLICE_SIZE),
    })),
  );
  return slices.length > 0 ? slices : [{ ports: null, endpoints: null }];
}

const ownLabels = (
  { metadata, spec }: Service,
  managedBy: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  ...metadata.labels,
  ...managedBy,
  ...(spec.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
});

function writeSlices(cluster: Cluster, service: Service, groups: readonly PortGroup[]): void {
  const { namespace, name, uid } = service.metadata;
  const labels = ownLabels(service, {
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    [SERVICE_NAME]: name,
  });
  const present = [...cluster.ownedBy<'endpointslices.discovery.k8s.io'>('EndpointSlice', uid)];
  const stamp = { [CHANGED]: cluster.now() };
  for (const wanted of slicesOf(groups)) {
    const index = present.findIndex(({ ports }) => same(ports, wanted.ports) || ports === null);
    const [slice] = index >= 0 ? present.splice(index, 1) : [];
    if (
      slice !== undefined &&
      same(slice.endpoints, wanted.endpoints) &&
      same(slice.ports, wanted.ports) &&
      same(slice.metadata.labels, labels)
    )
      continue;
    if (slice !== undefined) {
      const annotations = { ...slice.metadata.annotations, ...stamp };
      cluster.update('endpointslices.discovery.k8s.io', {
        ...slice,
        ...wanted,
        metadata: { ...slice.metadata, labels, annotations },
      });
      continue;
    }
    cluster.create('endpointslices.discovery.k8s.io', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        ...(namespace !== undefined && { namespace }),
        labels,
        annotations: stamp,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }],
      },
      addressType: 'IPv4',
      ...wanted,
    });
  }
  for (const slice of present) cluster.delete('endpointslices.discovery.k8s.io', slice);
}

function subsetsOf(groups: readonly PortGroup[]): readonly unknown[] {
  const addressOf = ({ addresses, hostname, nodeName, targetRef }: Endpoint) => ({
    ip: addresses[0],
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef,
  });
  return groups.flatMap(({ ports, endpoints }) => {
    const living = endpoints.filter(({ conditions }) => !conditions.terminating);
    const ready = living.filter(({ conditions }) => conditions.ready).map(addressOf);
    const others = living.filter(({ conditions }) => !conditions.ready).map(addressOf);
    const named = ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port }));
    if (living.length === 0) return [];
    return [
      { ...(ready.length > 0 && { addresses: ready }), ...(others.length > 0 && { notReadyAddresses: others }), ports: named },
    ];
  });
}

function writeEndpoints(cluster: Cluster, service: Service, groups: readonly PortGroup[]): void {
  const { namespace, name } = service.metadata;
  const subsets = subsetsOf(groups);
  const labels = ownLabels(service, { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
  const present = cluster.get('endpoints', namespace, name);
  if (present !== undefined && same(present.subsets ?? [], subsets) && same(present.metadata.labels, labels)) return;
  const content = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...present?.metadata,
      name,
      ...(namespace !== undefined && { namespace }),
      labels,
      annotations: { [CHANGED]: cluster.now() },
    },
    ...(subsets.length > 0 && { subsets }),
  };
  if (present === undefined) cluster.create('endpoints', content);
  else cluster.update('endpoints', content as KubeObject);
}
