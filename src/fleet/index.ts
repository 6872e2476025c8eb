export { FAN_OUT_DEADLINE, gatherFrom, type Gathered, type Missing } from './fan-out.ts';
export { Fleet, type ClusterEntry, type FleetOptions } from './fleet.ts';
export { probe, type ClusterHealth, type HealthStatus, type Reach } from './health.ts';
export type { ClusterSource, ClusterSpec, LoginSpec, Pem } from './spec.ts';
export { parseScope, sayScope, type Scope } from './scope.ts';
export { Monitor, type HealthEvent, type MonitorOptions } from './monitor.ts';
