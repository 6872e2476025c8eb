/** The words of the practice cluster. Every room of practice/ speaks them, and none of them knows HTTP. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** One manager's share of an object's fields, as the API shows it. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Missing in entries of `/scale`. */
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: { readonly [path: string]: Json };
  readonly subresource?: string;
}

export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}

/** An object as the store holds it. Never changed in place: whoever changes one writes a new one that shares the rest. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object on its way in: the server has not completed it yet. */
export interface DraftObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Partial<ObjectMeta>;
  readonly [field: string]: unknown;
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A subresource, with the kind that it speaks where that is another one (`scale`: autoscaling/v1 Scale). */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly ('create' | 'get' | 'patch' | 'update' | 'delete')[];
}

/** What `kubectl api-resources` shows of one resource in one version. */
export interface ServedKind {
  /** Empty for core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
}

/** An OpenAPI v3 schema with the extensions that Kubernetes writes into it. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly nullable?: boolean;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

/** Finds what a `$ref` of a schema means. */
export type Definitions = (ref: string) => Schema;

/** Time as the practice cluster has it: real, or as far as somebody lets it go. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, in the order of due times; those due at the same time in the order they were asked for. */
  after(milliseconds: number, callback: () => void): Cancel;
}

export type Cancel = () => void;

/** Everything random comes from here, so that a seed repeats a run. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A name's random end, of the letters that Kubernetes uses. */
  suffix(length: number): string;
  uid(): string;
}

export type Propagation = 'Foreground' | 'Background' | 'Orphan';

export interface DeleteRequest {
  readonly propagation?: Propagation | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly preconditions?: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } | undefined;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** What it was before; missing when it was added. */
  readonly before?: KubeObject;
}

/** When an object was created and when it was written last, in milliseconds since the epoch. */
export interface WritingTimes {
  readonly created: number;
  readonly written: number;
}

/**
 * The state of one cluster, asked from inside: by controllers, worlds and the pods' runtime. Synchronous: what a call
 * wrote is there when it returns. A resource is named as kubectl does, `pods` or `deployments.apps`. Every failure is a
 * StatusError, the same that a client over HTTP would get. Writes from here pass defaulting, generation and garbage
 * collection as those over HTTP do, but no validation of schemas and no RBAC: components are trusted.
 */
export interface Store {
  readonly clock: Clock;
  readonly random: Random;
  kinds(): readonly ServedKind[];
  /** @throws StatusError (404) */
  kind(resource: string): ServedKind;
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** In the order of their keys in etcd: `namespace/name`. @param namespace @default all */
  list(resource: string, namespace?: string): readonly KubeObject[];
  /** Objects whose ownerReferences name this uid. */
  ownedBy(uid: string): readonly KubeObject[];
  /**
   * @param manager who writes, for managedFields, such as `kube-controller-manager`
   * @param times of what happened before. @default now
   */
  create(resource: string, object: DraftObject, manager: string, times?: WritingTimes): KubeObject;
  /** Replaces all but status; with `subresource: 'status'` status alone. A resourceVersion in it that is not the current one is a conflict. */
  update(resource: string, object: KubeObject, manager: string, subresource?: 'status' | 'ephemeralcontainers'): KubeObject;
  /** Marks it as going (finalizers, grace), or takes it out. Returns what is left of it, nothing when it is gone. */
  delete(resource: string, namespace: string | undefined, name: string, options?: DeleteRequest): KubeObject | undefined;
  /** Everything that happens from now on, in order, as it happens. @param resource `*` for all */
  watch(resource: string, listener: (event: StoreEvent) => void): Cancel;
}
