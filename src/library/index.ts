/** What a program gets: many clusters behind one policy, and a typed client for each. */
export { Client, type ClientOptions } from './client.ts';
export type { Draft } from './draft.ts';
export { Health, type HealthWatch } from './health.ts';
export { ClusterManager, type KubeconfigContextEntry } from './manager.ts';
export type { ClusterManagerOptions } from './options.ts';
export type { CallOptions, ListOptions, ReadOptions } from './place.ts';
export { Resource, type ChangeOptions, type Page, type Scale } from './resource.ts';
export type { ResourceEvent, WatchOptions } from './watch.ts';
