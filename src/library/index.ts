/** What a program gets: many clusters behind one policy, and a typed client for each. */
export { ChangeLog, type Done, type PlanCallOptions } from './change-log.ts';
export { Client, type ClientOptions } from './client.ts';
export type { Draft } from './draft.ts';
export { ConfigHandler, type SecretContents } from './handlers/config.ts';
export { CustomResourceHandler } from './handlers/custom.ts';
export { DeploymentHandler, type RolloutRevision } from './handlers/deployments.ts';
export { type KindHandler, type WriteCallOptions, type Written } from './handlers/kind-handler.ts';
export type { Condition, ConfigMap, Container, Deployment, Pod, PodSpec, Secret, Service } from './handlers/objects.ts';
export {
  PodHandler,
  type AttachCallOptions,
  type AttachedProcess,
  type CopyCallOptions,
  type ExecCallOptions,
  type ForwardCallOptions,
  type LogCallOptions,
  type PortForward,
} from './handlers/pods.ts';
export { ServiceHandler, type Endpoint, type ExposeCallOptions } from './handlers/services.ts';
export { Health, type HealthWatch } from './health.ts';
export { ClusterManager, type KubeconfigContextEntry } from './manager.ts';
export type { ClusterManagerOptions } from './options.ts';
export type { CallOptions, ListOptions, ReadOptions } from './place.ts';
export { Resource, type ChangeOptions, type Page, type Scale } from './resource.ts';
export type { ResourceEvent, WatchOptions } from './watch.ts';
export { PlanError } from './plan-error.ts';
