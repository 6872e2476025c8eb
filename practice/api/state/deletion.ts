import type { DeleteRequest, KubeObject, ObjectMeta, Propagation, ServedKind } from '../../model.ts';
import { conflict } from '../../status.ts';
import { resourceName } from './registry.ts';
import { timestamp } from '../../timestamp.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Kinds whose dependents stay unless the caller says otherwise, for the sake of old clients. */
const LEAVES_DEPENDENTS: ReadonlySet<string> = new Set(['jobs.batch', 'replicationcontrollers']);

/** What a delete does at once: `gone`, or the object as it stays for a while. */
export type Deletion = { readonly gone: true } | { readonly gone: false; readonly object: KubeObject };

/** @throws StatusError (409) */
export function checkPreconditions(kind: ServedKind, object: KubeObject, wanted: DeleteRequest['preconditions']): void {
  const { uid, resourceVersion, name } = object.metadata;
  const refuse = (why: string): never => {
    // Here the server names the kind, not the resource.
    throw conflict({ group: kind.group, plural: kind.kind, name }, why);
  };
  if (wanted?.uid !== undefined && wanted.uid !== uid) {
    refuse(
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (wanted?.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    refuse(
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** What becomes of an object that somebody deletes. */
export function deletionOf(kind: ServedKind, object: KubeObject, request: DeleteRequest, now: number): Deletion {
  const grace = graceOf(kind, object, request.gracePeriodSeconds);
  const finalizers = finalizersFor(kind, object.metadata, request.propagation);
  const { metadata } = object;
  if (finalizers.length === 0 && grace === 0 && !isKeptNamespace(kind, object)) return { gone: true };
  if (metadata.deletionTimestamp === undefined) return { gone: false, object: marked(kind, object, finalizers, grace, now) };
  const shortened = grace < (metadata.deletionGracePeriodSeconds ?? 0);
  const deletionTimestamp = shortened
    ? timestamp(Date.parse(metadata.deletionTimestamp) - ((metadata.deletionGracePeriodSeconds ?? 0) - grace) * 1000)
    : metadata.deletionTimestamp;
  return {
    gone: false,
    object: {
      ...object,
      metadata: {
        ...withFinalizers(metadata, finalizers),
        deletionTimestamp,
        ...(shortened && { deletionGracePeriodSeconds: grace }),
      },
    },
  };
}

/** True when nothing keeps an object any more that was deleted. */
export function isFinished(kind: ServedKind, { metadata, ...object }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (isNamespace(kind)) return namespaceFinalizers(object).length === 0;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function marked(kind: ServedKind, object: KubeObject, finalizers: readonly string[], grace: number, now: number): KubeObject {
  if (isNamespace(kind)) {
    const metadata = { ...withFinalizers(object.metadata, finalizers), deletionTimestamp: timestamp(now) };
    return { ...object, metadata, status: { ...(object['status'] as object | undefined), phase: 'Terminating' } };
  }
  const { generation } = object.metadata;
  return {
    ...object,
    metadata: {
      ...withFinalizers(object.metadata, finalizers),
      ...(generation !== undefined && { generation: generation + 1 }),
      deletionTimestamp: timestamp(now + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  };
}

function withFinalizers({ finalizers: _f, ...metadata }: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  return finalizers.length === 0 ? metadata : { ...metadata, finalizers };
}

/** Pods alone are given time, and only when a kubelet has containers of theirs to stop. */
function graceOf(kind: ServedKind, object: KubeObject, asked: number | undefined): number {
  if (kind.group !== '' || kind.plural !== 'pods') return 0;
  const spec = object['spec'] as { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number } | undefined;
  const phase = (object['status'] as { readonly phase?: string } | undefined)?.phase;
  if (spec?.nodeName === undefined || spec.nodeName === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  const { deletionGracePeriodSeconds } = object.metadata;
  const grace = asked ?? deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  return Math.max(0, deletionGracePeriodSeconds === undefined ? grace : Math.min(grace, deletionGracePeriodSeconds));
}

function finalizersFor(kind: ServedKind, metadata: ObjectMeta, asked: Propagation | undefined): readonly string[] {
  const present = metadata.finalizers ?? [];
  const others = present.filter((finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN);
  switch (asked) {
    case 'Foreground':
      return [...others, FOREGROUND];
    case 'Orphan':
      return [...others, ORPHAN];
    case 'Background':
      return others;
    default:
      // What was asked for by an earlier delete still holds.
      if (others.length < present.length) return present;
      return LEAVES_DEPENDENTS.has(resourceName(kind)) ? [...others, ORPHAN] : others;
  }
}

const isNamespace = ({ group, plural }: ServedKind): boolean => group === '' && plural === 'namespaces';

const namespaceFinalizers = (object: Readonly<Record<string, unknown>>): readonly unknown[] =>
  (object['spec'] as { readonly finalizers?: readonly unknown[] } | undefined)?.finalizers ?? [];

function isKeptNamespace(kind: ServedKind, object: KubeObject): boolean {
  return isNamespace(kind) && namespaceFinalizers(object).length > 0;
}
