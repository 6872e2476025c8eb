/** Finding out what is the matter with an object, from the object: pure functions, shared by all that tell of trouble. */
export { conditionsOf, type ConditionView } from './conditions.ts';
export { parseConfiguration } from './configuration.ts';
export { sayProbe } from './container.ts';
export { containersOf, type ContainerView } from './containers.ts';
export { eventOf, newestFirst, type EventView } from './events.ts';
export { sayExit } from './exits.ts';
export {
  conditionOf,
  folded,
  hasCondition,
  isEffect,
  ranked,
  refOf,
  timeOf,
  type Finding,
  type FindingCode,
  type ObjectRef,
  type Severity,
  type Subject,
} from './finding.ts';
export { backendsOf, ingressTrouble } from './ingress.ts';
export { cronJobTrouble, jobTrouble } from './job.ts';
export { nodeTrouble } from './node.ts';
export { podTrouble } from './pod.ts';
export { hpaTrouble, namespaceTrouble, pdbTrouble, quotaTrouble } from './policy.ts';
export { parseScheduling } from './scheduling.ts';
export { selectorFits, selectorText, selects } from './selector.ts';
export { endpointsOf, sayLabels, serviceTrouble, type Endpoints } from './service.ts';
export { pvcTrouble, pvTrouble } from './storage.ts';
export { objectTrouble } from './why.ts';
export { some } from './words.ts';
export { isRolledOut, replicasOf, workloadTrouble, type Replicas } from './workload.ts';
