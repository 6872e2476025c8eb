import type { Cancel, KubeObject, OwnerReference, StoreEvent } from '../../model.ts';
import { FOREGROUND, ORPHAN } from './deletion.ts';
import { resourceName } from './registry.ts';
import type { PracticeStore } from './store.ts';
import { WorkQueue } from './work-queue.ts';

const MANAGER = 'kube-controller-manager';

/** What an owner is to an object that names it. */
type Owner = 'solid' | 'gone' | 'waiting' | 'unknown';

/**
 * Deletes objects whose owners are all gone, and sees to deletes that wait for dependents or set them free.
 * Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function collectGarbage(store: PracticeStore): Cancel {
  const queue = new WorkQueue(store.clock, look);
  const cancel = store.watch('*', hear);
  return () => {
    cancel();
    queue.stop();
  };

  function hear({ type, object, before }: StoreEvent): void {
    const { uid, deletionTimestamp, ownerReferences = [] } = object.metadata;
    // Dependents come first: an owner that does not wait for them may be solid again when it has been looked at.
    if (type === 'DELETED' || (isWaiting(object) && !isWaiting(before)))
      for (const dependent of store.ownedBy(uid)) queue.add(dependent);
    const isOwnedAsBefore = type !== 'DELETED' && before?.metadata.ownerReferences === ownerReferences;
    const isOwnedAnew = ownerReferences.length > 0 && !isOwnedAsBefore;
    if (type !== 'DELETED' && (deletionTimestamp !== undefined || isOwnedAnew)) queue.add(object);
    if (isOwnedAsBefore) return;
    // An owner that waits for its dependents may have waited for this one.
    for (const reference of before?.metadata.ownerReferences ?? []) {
      const owner = ownerOf(reference, object.metadata.namespace);
      if (owner !== undefined && finalizers(owner).includes(FOREGROUND)) queue.add(owner);
    }
  }

  function look(seen: KubeObject): void {
    const resource = resourceOf(seen);
    const object = resource === undefined ? undefined : store.get(resource, seen.metadata.namespace, seen.metadata.name);
    if (resource === undefined || object === undefined || object.metadata.uid !== seen.metadata.uid) return;
    if (object.metadata.deletionTimestamp === undefined) return judge(resource, object);
    if (finalizers(object).includes(ORPHAN)) setFree(resource, object);
    else if (finalizers(object).includes(FOREGROUND)) awaitDependents(resource, object);
  }

  /** Deletes an object that nobody owns any more, or takes the references out that lead nowhere. */
  function judge(resource: string, object: KubeObject): void {
    const references = object.metadata.ownerReferences ?? [];
    const owners = references.map((reference) => stateOf(reference, object.metadata.namespace));
    if (references.length === 0 || owners.includes('unknown')) return;
    if (owners.includes('solid')) {
      const solid = references.filter((_, index) => owners[index] === 'solid');
      if (solid.length < references.length) write(resource, ownedByOnly(object, solid));
      return;
    }
    const waits = owners.includes('waiting') && store.ownedBy(object.metadata.uid).length > 0;
    const { uid, namespace, name } = object.metadata;
    const asked = finalizers(object).includes(ORPHAN)
      ? 'Orphan'
      : waits || finalizers(object).includes(FOREGROUND)
        ? 'Foreground'
        : 'Background';
    store.delete(resource, namespace, name, { propagation: asked, preconditions: { uid } });
  }

  function setFree(resource: string, owner: KubeObject): void {
    for (const dependent of store.ownedBy(owner.metadata.uid)) {
      const where = resourceOf(dependent);
      const left = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
      if (where !== undefined) write(where, ownedByOnly(dependent, left));
    }
    withoutFinalizer(resource, owner, ORPHAN);
  }

  function awaitDependents(resource: string, owner: KubeObject): void {
    const dependents = store.ownedBy(owner.metadata.uid);
    const blocks = ({ metadata }: KubeObject): boolean =>
      metadata.ownerReferences?.some(
        ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
      ) === true;
    for (const dependent of dependents) if (dependent.metadata.deletionTimestamp === undefined) queue.add(dependent);
    if (!dependents.some(blocks)) withoutFinalizer(resource, owner, FOREGROUND);
  }

  function withoutFinalizer(resource: string, object: KubeObject, finalizer: string): void {
    const left = finalizers(object).filter((other) => other !== finalizer);
    write(resource, { ...object, metadata: { ...object.metadata, finalizers: left } });
  }

  function write(resource: string, object: KubeObject): void {
    store.update(resource, object, MANAGER);
  }

  function stateOf(reference: OwnerReference, namespace: string | undefined): Owner {
    if (resourceOf(reference) === undefined) return 'unknown';
    const owner = ownerOf(reference, namespace);
    if (owner === undefined) return 'gone';
    return isWaiting(owner) ? 'waiting' : 'solid';
  }

  function ownerOf(reference: OwnerReference, namespace: string | undefined): KubeObject | undefined {
    const resource = resourceOf(reference);
    if (resource === undefined) return undefined;
    const owner = store.get(resource, store.kind(resource).namespaced ? namespace : undefined, reference.name);
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  function resourceOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string | undefined {
    const found = store.registry.named(apiVersion, kind);
    return found === undefined ? undefined : resourceName(found);
  }
}

function ownedByOnly(object: KubeObject, owners: readonly OwnerReference[]): KubeObject {
  const { ownerReferences: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(owners.length > 0 && { ownerReferences: owners }) } };
}

/** Deleted in the foreground. */
const isWaiting = (object: KubeObject | undefined): boolean =>
  object?.metadata.deletionTimestamp !== undefined && finalizers(object).includes(FOREGROUND);

const finalizers = ({ metadata }: KubeObject): readonly string[] => metadata.finalizers ?? [];
