export { contract } from './contract.ts';
export { openPlace, type Place } from './place.ts';
export { TARGETS } from './targets.ts';
export { core, createPod } from './pods.ts';
export { PATCHES } from './ask.ts';
export { configMap, container, deployment, networkPolicy, pod, podSpec, type Sample } from './samples.ts';
