import type { Step } from './step.ts';

/** Why there is no way back from an ephemeral container: the API server lets nobody take one out. */
export const EPHEMERAL_STAYS = 'an ephemeral container cannot be removed: it stays in its pod, ended or not, until the pod goes';

export function isEphemeral(step: Step): boolean {
  return step.action === 'patch' && step.subresource === 'ephemeralcontainers';
}
