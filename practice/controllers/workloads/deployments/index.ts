export { startDeployments } from './deployments.ts';
export { resolved } from './rolling.ts';
