import type { Json, KubernetesObject } from '../kubernetes/index.ts';

/** Fields of metadata that the server sets, and that nobody can want. */
const SERVER_SET: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** Annotations and finalizers that controllers write on objects of others, as a part of their work. */
const CONTROLLER_WRITTEN: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^deployment\.kubernetes\.io\//, reason: 'the Deployment controller counts its revisions' },
  { name: /^deprecated\.daemonset\.template\.generation$/, reason: 'the DaemonSet controller counts its revisions' },
  { name: /^(pv|volume(\.beta)?)\.kubernetes\.io\//, reason: 'volumes are bound and provisioned' },
  { name: /^kubectl\.kubernetes\.io\/last-applied-configuration$/, reason: 'a copy of what kubectl sent' },
  { name: /^(control-plane\.alpha|endpoints)\.kubernetes\.io\//, reason: 'endpoints and leaders change by themselves' },
  { name: /^kubernetes\.io\/(pvc|pv)-protection$/, reason: 'a finalizer of the volume controllers' },
  { name: /^service\.kubernetes\.io\/load-balancer-cleanup$/, reason: 'a finalizer of the load balancer' },
  { name: /^(foregroundDeletion|orphan)$/, reason: 'a deletion is under way' },
  { name: /^batch\.kubernetes\.io\/job-tracking$/, reason: 'the Job controller counts pods' },
];

/**
 * What of an object somebody wanted: without its status, what the server sets and what controllers write beside it.
 * @param part `status` to keep the status, for changes of that subresource
 */
export function meaningful(object: KubernetesObject, part?: 'status'): KubernetesObject {
  const { status, metadata = {}, ...rest } = object;
  const kept = Object.entries(metadata).filter(([field]) => !SERVER_SET.has(field));
  return {
    ...rest,
    metadata: Object.fromEntries(kept.flatMap(([field, value]) => withoutControllers(field, value as Json))),
    ...(part === 'status' && { status }),
  };
}

/** An object as it can be created anew: everything but what the server sets. Its status comes by itself. */
export function withoutServerFields(object: KubernetesObject): KubernetesObject {
  const { status: _, metadata = {}, ...rest } = object;
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVER_SET.has(field))) };
}

function withoutControllers(field: string, value: Json): [string, Json][] {
  const isTheirs = (name: string): boolean => CONTROLLER_WRITTEN.some((written) => written.name.test(name));
  if (field === 'annotations' && typeof value === 'object' && value !== null) {
    const own = Object.entries(value).filter(([name]) => !isTheirs(name));
    return own.length === 0 ? [] : [[field, Object.fromEntries(own)]];
  }
  if (field === 'finalizers' && Array.isArray(value)) {
    const own = value.filter((name) => !isTheirs(String(name)));
    return own.length === 0 ? [] : [[field, own]];
  }
  return [[field, value]];
}
