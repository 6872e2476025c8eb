/**
 * The library. Everything that is exported here is kept: names and codes change with a major version alone.
 * @module fairlead
 */
export { PolicyError, type AuditLine, type Mode, type Permission, type PolicyOptions, type PolicyRule } from './access/index.ts';
export type {
  ClusterEntry,
  ClusterHealth,
  ClusterSource,
  ClusterSpec,
  HealthEvent,
  HealthStatus,
  LoginSpec,
  Pem,
  Reach,
} from './fleet/index.ts';
export {
  isKubernetesError,
  KubernetesError,
  type DeleteOptions,
  type ErrorScene,
  type FieldCause,
  type Json,
  type KubernetesErrorCode,
  type KubernetesObject,
  type ObjectMeta,
  type OwnerReference,
  type PatchType,
  type ResourceKind,
  type WriteOptions,
} from './kubernetes/index.ts';
export {
  ClusterManager,
  type CallOptions,
  type ChangeOptions,
  type Client,
  type ClientOptions,
  type ClusterManagerOptions,
  type Draft,
  type Health,
  type HealthWatch,
  type KubeconfigContextEntry,
  type ListOptions,
  type Page,
  type ReadOptions,
  type Resource,
  type ResourceEvent,
  type Scale,
  type WatchOptions,
} from './library/index.ts';
export { FairleadError, UsageError } from './platform/index.ts';
