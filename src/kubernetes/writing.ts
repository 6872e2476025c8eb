import { UsageError } from '../platform/index.ts';
import type { Connection } from './connection.ts';
import type { ResourceKind } from './discovery.ts';
import type { Json, KubernetesObject } from './objects.ts';
import { resourceOf, selectorsOf, type Selection } from './reading.ts';

/** Who we are in an object's managedFields: one writer per field. */
export const FIELD_MANAGER = 'fairlead';

export interface WriteOptions {
  /** Nothing is stored. @default false */
  readonly dryRun?: boolean;
  /** What to do about fields that the schema does not know. @default 'Strict' */
  readonly validation?: 'Strict' | 'Warn' | 'Ignore';
  /** @default 'fairlead' */
  readonly fieldManager?: string;
}

/** The object that a write is about. */
export interface Target {
  readonly namespace?: string | undefined;
  readonly name: string;
  /** `scale`, `status`, … */
  readonly subresource?: string | undefined;
}

/**
 * Creates an object, or a subresource of one (`pods/eviction`, `serviceaccounts/token`).
 * @throws KubernetesError: `conflict` when the name is taken, `invalid` with the fields at fault
 */
export async function createObject(
  connection: Connection,
  kind: ResourceKind,
  object: KubernetesObject,
  options: WriteOptions & { readonly namespace?: string | undefined; readonly name?: string; readonly subresource?: string } = {},
): Promise<KubernetesObject> {
  return (await connection.request({
    verb: 'create',
    ...resourceOf(kind),
    namespace: options.namespace ?? (kind.namespaced ? object.metadata?.namespace : undefined),
    // Only a subresource is created below a name; an object brings its own.
    ...(options.subresource !== undefined && { name: options.name, subresource: options.subresource }),
    ...common(options),
    body: object,
  })) as KubernetesObject;
}

/**
 * Server-side apply: the object holds the fields that we want to own, and no others.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 * @param options.force takes over fields that others own; without it they are a conflict that names the owners
 * @throws KubernetesError: `conflict` with a cause a field
 */
export async function applyObject(
  connection: Connection,
  kind: ResourceKind,
  object: KubernetesObject,
  options: WriteOptions & {
    readonly force?: boolean;
    readonly namespace?: string | undefined;
    readonly subresource?: string;
  } = {},
): Promise<KubernetesObject> {
  const name = object.metadata?.name;
  if (name === undefined) throw new UsageError('An object needs metadata.name to be applied.', { field: 'metadata.name' });
  const shared = common(options);
  return (await connection.request({
    verb: 'patch',
    ...resourceOf(kind),
    namespace: options.namespace ?? (kind.namespaced ? object.metadata?.namespace : undefined),
    name,
    subresource: options.subresource,
    ...shared,
    query: { ...shared.query, force: String(options.force ?? false) },
    // JSON is YAML, which is what this media type promises.
    contentType: 'application/apply-patch+yaml',
    body: object,
  })) as KubernetesObject;
}

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export type PatchType = keyof typeof PATCH_TYPES;

/** @param patch a list of operations for `json`, a partial object otherwise */
export async function patchObject(
  connection: Connection,
  kind: ResourceKind,
  target: Target,
  type: PatchType,
  patch: Json,
  options: WriteOptions = {},
): Promise<KubernetesObject> {
  if ((type === 'json') !== Array.isArray(patch)) {
    const wanted = type === 'json' ? 'a list of operations' : 'an object';
    throw new UsageError(`A patch of type ${type} is ${wanted}.`, { field: 'patch' });
  }
  return (await connection.request({
    verb: 'patch',
    ...resourceOf(kind),
    ...target,
    ...common(options),
    contentType: PATCH_TYPES[type],
    body: patch,
  })) as KubernetesObject;
}

/** Replaces a whole object. With metadata.resourceVersion set, only while nobody else has changed it. */
export async function replaceObject(
  connection: Connection,
  kind: ResourceKind,
  object: KubernetesObject,
  options: WriteOptions & { readonly namespace?: string | undefined; readonly subresource?: string } = {},
): Promise<KubernetesObject> {
  const name = object.metadata?.name;
  if (name === undefined) throw new UsageError('An object needs metadata.name to be replaced.', { field: 'metadata.name' });
  return (await connection.request({
    verb: 'update',
    ...resourceOf(kind),
    namespace: options.namespace ?? (kind.namespaced ? object.metadata?.namespace : undefined),
    name,
    subresource: options.subresource,
    ...common(options),
    body: object,
  })) as KubernetesObject;
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  /** What becomes of the objects that it owns. @default the kind's own, mostly Background */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  /** Only this very object, and only while it is unchanged. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** Deletes one object. Answers with the object while finalizers hold it, else with a Status. */
export async function deleteObject(
  connection: Connection,
  kind: ResourceKind,
  target: Target,
  options: DeleteOptions = {},
): Promise<KubernetesObject> {
  return (await connection.request({
    verb: 'delete',
    ...resourceOf(kind),
    ...target,
    ...(options.dryRun === true && { dryRun: true }),
    body: deleteBody(options),
  })) as KubernetesObject;
}

/** Deletes all objects of a selection in one namespace, or of a cluster-scoped kind. */
export async function deleteCollection(
  connection: Connection,
  kind: ResourceKind,
  selection: Selection,
  options: DeleteOptions = {},
): Promise<unknown> {
  return connection.request({
    verb: 'deletecollection',
    ...resourceOf(kind),
    namespace: selection.namespace,
    query: selectorsOf(selection),
    ...(options.dryRun === true && { dryRun: true }),
    body: deleteBody(options),
  });
}

function deleteBody(options: DeleteOptions): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    // Beside a body the server does not look at the query, and would delete in earnest.
    ...(options.dryRun === true && { dryRun: ['All'] }),
    ...(options.propagation !== undefined && { propagationPolicy: options.propagation }),
    ...(options.gracePeriodSeconds !== undefined && { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.preconditions !== undefined && { preconditions: options.preconditions }),
  };
}

function common(options: WriteOptions): { readonly query: Record<string, string>; readonly dryRun?: boolean } {
  return {
    query: { fieldManager: options.fieldManager ?? FIELD_MANAGER, fieldValidation: options.validation ?? 'Strict' },
    ...(options.dryRun === true && { dryRun: true }),
  };
}
