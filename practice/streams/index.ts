export { podStreams, type PodStreams } from './pod-streams.ts';
export type { LogResponse } from './log.ts';
export type { PodAddress, StreamContext, UpgradeRequest } from './stream.ts';
export { refuse } from './refusal.ts';
