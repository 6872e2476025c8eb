/** What may be done and what may be seen: the gate, redaction, and the audit of both. */
export {
  demandOn,
  type ChangeRuleOptions,
  type ChangesPolicy,
  type ChangesPolicyOptions,
  type ChangeVerb,
  type Demand,
  type Demanded,
} from './change-rules.ts';
export { createAudit, type Audit, type AuditLine, type AuditOptions } from './audit.ts';
export { PolicyError, type PolicyRule } from './errors.ts';
export { createGate } from './gate.ts';
export type { KindName } from './kind-pattern.ts';
export { hasNamespaceRules, kindAllowed, namespaceAllowed, permits, type Need } from './permits.ts';
export { normalisePolicy, type Mode, type Permission, type Policy, type PolicyOptions, type PolicySetting } from './policy.ts';
export { holdsMarker } from './redact/marker.ts';
export { redactObject, redactText } from './redact/text.ts';
export { revealing } from './reveal.ts';
export { createResponseFilter, type ResponseFilterOptions } from './response-filter.ts';
export { namePattern } from './wildcard.ts';
