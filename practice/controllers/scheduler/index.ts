export { startScheduler } from './scheduler.ts';
export { wantsNode } from './candidate.ts';
export { claimNamesOf, SELECTED_NODE } from './claims.ts';
