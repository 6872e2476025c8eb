import type { Cancel, KubeObject, OwnerReference } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import type { Change, Cluster } from '../cluster.ts';
import { conditionOf, isTrue } from '../conditions.ts';
import { isOver } from '../pod-phase.ts';
import type { LabelSelector, Pod } from '../shapes.ts';

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const controllerRef = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;
/** Counts for its owner: neither over nor on its way out. */
export const isActive = (pod: Pod): boolean => !isOver(pod) && !isGoing(pod);
export const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** How long it takes until a ready pod counts as available; nothing when it does not get ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime;
  if (minReadySeconds === 0 || since === undefined || since === null) return 0;
  return Math.max(Date.parse(since) + minReadySeconds * 1000 - now, 0);
}

/** Pods that nobody controls, by namespace: those that a controller may adopt. */
export class OrphanPods {
  readonly #pods = new Map<string, Map<string, Pod>>();

  note({ type, object: pod }: Change<Pod>): void {
    const { namespace = '', uid } = pod.metadata;
    const pods = this.#pods.get(namespace);
    if (type === 'DELETED' || controllerOf(pod) !== undefined || !isActive(pod)) pods?.delete(uid);
    else if (pods === undefined) this.#pods.set(namespace, new Map([[uid, pod]]));
    else pods.set(uid, pod);
  }

  in(namespace = ''): Iterable<Pod> {
    return this.#pods.get(namespace)?.values() ?? [];
  }
}

/** The pods of an owner, after it has adopted those that its selector takes and let go those that it does not take any more. */
export function claimPods(cluster: Cluster, owner: KubeObject, selector: LabelSelector, orphans: OrphanPods): readonly Pod[] {
  const matches = labelSelector(selector);
  const owned = cluster.ownedBy<'pods'>('Pod', owner.metadata.uid).filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid);
  const kept = owned.filter(({ metadata }) => matches(metadata.labels));
  if (isGoing(owner)) return kept;
  for (const pod of owned) if (!kept.includes(pod) && !isGoing(pod)) release(cluster, pod, owner);
  const adopted = [...orphans.in(owner.metadata.namespace)].filter(({ metadata }) => matches(metadata.labels));
  return [...kept, ...adopted.map((pod) => adopt(cluster, pod, owner))];
}

function release(cluster: Cluster, pod: Pod, owner: KubeObject): void {
  const ownerReferences = pod.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
  cluster.update('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences } });
}

function adopt(cluster: Cluster, pod: Pod, owner: KubeObject): Pod {
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerRef(owner)];
  return cluster.update('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences } });
}

/** Changes of pods are gathered for so long before their owner is looked at, since they come by the dozen. */
export const GATHER_MS = 100;

/** Calls back with the owner's key when a pod of one of its kind changes, and for owners that could adopt one. */
export function followPods(
  cluster: Cluster,
  kind: string,
  onOwner: (key: string) => void,
  onOrphan?: (change: Change<Pod>) => void,
): Cancel {
  return cluster.follow('pods', (change) => {
    const owners = [controllerOf(change.object), change.before && controllerOf(change.before)];
    for (const owner of new Set(owners.map((ref) => (ref?.kind === kind ? ref.name : undefined))))
      if (owner !== undefined) onOwner(`${change.object.metadata.namespace}/${owner}`);
    onOrphan?.(change);
  });
}
