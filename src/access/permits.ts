import type { Verb } from '../kubernetes/index.ts';
import type { KindName } from './kind-pattern.ts';
import type { Permission, Policy } from './policy.ts';

/** What a tool needs to be of any use: a verb, perhaps a permission, perhaps a kind. */
export interface Need {
  /** Plays no part where a permission of doing is needed (`exec`): that alone decides then. */
  readonly verb: Verb;
  readonly permission?: Permission | undefined;
  readonly kind?: KindName | undefined;
}

const READS: ReadonlySet<Verb> = new Set(['get', 'list', 'watch']);

/**
 * Could a request of this sort be admitted at all? The gate asks the same questions, so a tool that is offered is never
 * one that can only be refused.
 */
export function permits(policy: Policy, need: Need): boolean {
  if (need.permission !== undefined && !policy.permissions.has(need.permission)) return false;
  if (need.kind !== undefined && !kindAllowed(policy, need.kind)) return false;
  // What runs in a pod runs for real: there is no dry run of it. (Read-only, the permission is never granted.)
  if (need.permission !== undefined && need.permission !== 'secrets') return !policy.dryRun;
  return verbAllowed(policy, need.verb);
}

/** Do mode and operations allow the verb? */
export function verbAllowed(policy: Policy, verb: Verb): boolean {
  if (policy.mode === 'read-only' && !READS.has(verb)) return false;
  return policy.verbs === undefined || policy.verbs.has(verb);
}

/** May a kind be touched, in whatever version? Deny wins. */
export function kindAllowed(policy: Policy, kind: KindName): boolean {
  const { allow, deny } = policy.kinds;
  if (deny.some((pattern) => pattern.matches(kind))) return false;
  return allow === undefined || allow.some((pattern) => pattern.matches(kind));
}

/** May a namespace, and what is in it, be touched? Deny wins. */
export function namespaceAllowed(policy: Policy, name: string): boolean {
  const { allow, deny } = policy.namespaces;
  if (deny.some((pattern) => pattern.matches(name))) return false;
  return allow === undefined || allow.some((pattern) => pattern.matches(name));
}

/** True when some namespaces are out of bounds. */
export function hasNamespaceRules(policy: Policy): boolean {
  return policy.namespaces.allow !== undefined || policy.namespaces.deny.length > 0;
}
