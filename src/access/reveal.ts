import type { Call } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import type { Policy } from './policy.ts';

/** Kept by identity: a look-alike that some other code makes reveals nothing. */
const reveals = new WeakSet<object>();

/**
 * Lets one call see the values of Secrets that it asks for as such (`Call.reveal`), once somebody has allowed it.
 * @throws UsageError where the permission `secrets` is not granted
 */
export function revealing(policy: Policy): object {
  if (!policy.permissions.has('secrets')) {
    throw new UsageError('Values of Secrets are not shown: the permission "secrets" is not granted.', {
      code: 'policy',
      advice: `The operator can grant it with ${policy.settingNames.allowedOperations} secrets.`,
    });
  }
  const reveal = Object.freeze({});
  reveals.add(reveal);
  return reveal;
}

export function revealsSecrets(call: Call | undefined): boolean {
  return call?.reveal !== undefined && reveals.has(call.reveal);
}
