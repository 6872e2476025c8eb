import type { Cancel, Store } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { cancelAll, clusterAs, keyOf, splitKey, type Cluster } from '../cluster.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import { isOver } from '../pod-phase.ts';
import { amountOf } from '../quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../resources.ts';
import { claimNamesOf, SELECTED_NODE } from '../scheduler/index.ts';
import { workQueue, type WorkQueue } from '../work-queue.ts';

const PROTECTION = 'kubernetes.io/pvc-protection';
const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const BOUND_BY_US = 'pv.kubernetes.io/bound-by-controller';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** A class of this provisioner only describes volumes that somebody makes by hand. */
const BY_HAND = 'kubernetes.io/no-provisioner';
/** How often claims that wait are looked at. */
const RESYNC_MS = 15_000;
/** How long it takes to make a volume. */
const PROVISION_MS = 1500;

/** Binds claims to volumes, and makes volumes for those whose class says how. */
export function startClaims(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'persistentvolume-controller');
  const queue = workQueue(store.clock, (key) => {
    const { namespace, name } = splitKey(key);
    const claim = cluster.get('persistentvolumeclaims', namespace, name);
    if (claim !== undefined) syncClaim({ cluster, recorder, queue }, claim);
  });
  const volumes = workQueue(store.clock, (name) => {
    const volume = cluster.get('persistentvolumes', undefined, name);
    if (volume !== undefined) syncVolume(cluster, queue, volume);
  });
  const stops = [
    cluster.follow('persistentvolumeclaims', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object));
      if (object.spec.volumeName !== undefined) volumes.add(object.spec.volumeName);
    }),
    cluster.follow('persistentvolumes', ({ type, object }) => {
      if (type !== 'DELETED') volumes.add(object.metadata.name);
    }),
    cluster.follow('pods', ({ type, object }) => {
      if (type === 'DELETED') for (const name of claimNamesOf(object)) queue.add(`${object.metadata.namespace}/${name}`);
    }),
  ];
  return cancelAll(
    ...stops,
    () => queue.stop(),
    () => volumes.stop(),
  );
}

interface Tools {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly queue: WorkQueue;
}

function syncClaim(tools: Tools, claim: PersistentVolumeClaim): void {
  const { cluster, queue } = tools;
  if (claim.metadata.deletionTimestamp !== undefined) return letGo(cluster, claim);
  if (claim.status?.phase === 'Bound') return;
  const volume = matchFor(cluster, claim);
  if (volume !== undefined) return bind(cluster, claim, volume);
  queue.addAfter(keyOf(claim), RESYNC_MS);
  // Who names a volume waits for that one.
  if (claim.spec.volumeName === undefined) provideFor(tools, claim);
}

/** A claim that is to go stays as long as a pod uses it. */
function letGo(cluster: Cluster, claim: PersistentVolumeClaim): void {
  const { namespace, name, finalizers = [] } = claim.metadata;
  const isUsed = cluster.list('pods', namespace).some((pod) => claimNamesOf(pod).includes(name) && !isOver(pod));
  if (isUsed || !finalizers.includes(PROTECTION)) return;
  const rest = finalizers.filter((finalizer) => finalizer !== PROTECTION);
  cluster.update('persistentvolumeclaims', { ...claim, metadata: { ...claim.metadata, finalizers: rest } });
}

const sizeOf = (volume: PersistentVolume): number => amountOf(volume.spec.capacity?.['storage']);

/** The volume that a claim names, that names the claim, or the smallest free one that has what it wants. */
function matchFor(cluster: Cluster, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  const { namespace, name, uid } = claim.metadata;
  const { spec } = claim;
  const wanted = amountOf(spec.resources?.requests?.['storage']);
  const selected = spec.selector === undefined ? () => true : labelSelector(spec.selector);
  const isMeant = ({ spec: { claimRef } }: PersistentVolume): boolean =>
    claimRef?.namespace === namespace && claimRef?.name === name && (claimRef?.uid === undefined || claimRef.uid === uid);
  const isFree = (volume: PersistentVolume): boolean =>
    volume.spec.claimRef === undefined && volume.status?.phase === 'Available';
  const fits = (volume: PersistentVolume): boolean =>
    (volume.spec.storageClassName ?? '') === (spec.storageClassName ?? '') &&
    (volume.spec.volumeMode ?? 'Filesystem') === (spec.volumeMode ?? 'Filesystem') &&
    (spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
    sizeOf(volume) >= wanted &&
    selected(volume.metadata.labels);
  const volumes = cluster.list('persistentvolumes').filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (spec.volumeName !== undefined) {
    const named = volumes.find(({ metadata }) => metadata.name === spec.volumeName);
    return named?.spec.claimRef === undefined || isMeant(named) ? named : undefined;
  }
  const meant = volumes.find(isMeant);
  if (meant !== undefined) return meant;
  const free = volumes.filter((volume) => isFree(volume) && fits(volume));
  return free.sort((one, other) => sizeOf(one) - sizeOf(other))[0];
}

function bind(cluster: Cluster, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: namespace ?? '', name, uid, resourceVersion };
  if (volume.spec.claimRef?.uid !== uid) {
    const annotations = { ...volume.metadata.annotations, [BOUND_BY_US]: 'yes' };
    cluster.update('persistentvolumes', {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef },
    });
  }
  const bound = cluster.update('persistentvolumeclaims', {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes', [BOUND_BY_US]: 'yes' },
    },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  });
  cluster.setStatus('persistentvolumeclaims', bound, {
    phase: 'Bound',
    ...(volume.spec.accessModes !== undefined && { accessModes: volume.spec.accessModes }),
    ...(volume.spec.capacity !== undefined && { capacity: volume.spec.capacity }),
  });
}

/** Makes a volume for a claim, or says what it waits for. */
function provideFor({ cluster, recorder, queue }: Tools, claim: PersistentVolumeClaim): void {
  const { storageClassName = '' } = claim.spec;
  if (storageClassName === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return recorder.event(claim, 'Normal', 'FailedBinding', message);
  }
  const storageClass = cluster.get('storageclasses.storage.k8s.io', undefined, storageClassName);
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${storageClassName}" not found`;
    return recorder.event(claim, 'Warning', 'ProvisioningFailed', message);
  }
  const node = claim.metadata.annotations?.[SELECTED_NODE];
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && node === undefined) {
    const message = 'waiting for first consumer to be created before binding';
    return recorder.event(claim, 'Normal', 'WaitForFirstConsumer', message);
  }
  const { provisioner } = storageClass;
  if (provisioner === BY_HAND || claim.metadata.annotations?.[PROVISIONER] !== undefined) return;
  const annotations = { ...claim.metadata.annotations, [PROVISIONER]: provisioner };
  const asked = cluster.update('persistentvolumeclaims', { ...claim, metadata: { ...claim.metadata, annotations } });
  const advice =
    'or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' ${advice}`;
  recorder.event(asked, 'Normal', 'ExternalProvisioning', message);
  provision(cluster, queue, asked, storageClass);
}

function provision(
  cluster: Cluster,
  queue: WorkQueue,
  claim: PersistentVolumeClaim,
  { metadata, provisioner, reclaimPolicy }: StorageClass,
): void {
  const { namespace, name, uid } = claim.metadata;
  const recorder = eventRecorder(cluster, provisioner);
  recorder.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${namespace}/${name}"`);
  cluster.clock.after(PROVISION_MS, () => {
    const current = cluster.get('persistentvolumeclaims', namespace, name);
    if (current?.metadata.uid !== uid || current.spec.volumeName !== undefined) return;
    const volume = `pvc-${uid}`;
    const storage = current.spec.resources?.requests?.['storage'] ?? '0';
    cluster.create('persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume, annotations: { [PROVISIONED_BY]: provisioner } },
      spec: {
        capacity: { storage },
        accessModes: current.spec.accessModes ?? [],
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace ?? '', name, uid },
        persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete',
        storageClassName: metadata.name,
        volumeMode: current.spec.volumeMode ?? 'Filesystem',
        csi: { driver: provisioner, volumeHandle: volume },
      },
    });
    recorder.event(current, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume}`);
    queue.add(keyOf(current));
  });
}

/** Says how a volume stands, and takes it away when its claim is gone and its policy says so. */
function syncVolume(cluster: Cluster, claims: WorkQueue, volume: PersistentVolume): void {
  const { claimRef, persistentVolumeReclaimPolicy: policy = 'Retain' } = volume.spec;
  const claim = claimRef && cluster.get('persistentvolumeclaims', claimRef.namespace, claimRef.name ?? '');
  const isHeld = claim !== undefined && (claimRef?.uid === undefined || claim.metadata.uid === claimRef.uid);
  const wasHeld = claimRef?.uid !== undefined;
  if (volume.metadata.deletionTimestamp !== undefined || (wasHeld && !isHeld && policy === 'Delete')) {
    if (isHeld) return;
    const finalizers = volume.metadata.finalizers?.filter((finalizer) => finalizer !== VOLUME_PROTECTION) ?? [];
    const free = cluster.update('persistentvolumes', { ...volume, metadata: { ...volume.metadata, finalizers } });
    if (volume.metadata.deletionTimestamp === undefined) cluster.delete('persistentvolumes', free);
    return;
  }
  const phase = wasHeld ? (isHeld ? 'Bound' : 'Released') : 'Available';
  const before = volume.status?.phase;
  cluster.setStatus('persistentvolumes', volume, { ...volume.status, phase });
  if (before !== phase && phase === 'Available')
    for (const waiting of cluster.list('persistentvolumeclaims'))
      if (waiting.status?.phase === 'Pending') claims.add(keyOf(waiting));
}
