import { FairleadError } from '../platform/index.ts';

/** The rule that refused: one word a kind of rule, for programs and for the audit. */
export type PolicyRule =
  | 'mode'
  | 'dry-run'
  | 'operations'
  | 'permission'
  | 'kinds'
  | 'namespaces'
  /** It changes something for good, and no confirmed plan holds it. */
  | 'plan'
  | 'path'
  /** The request does not say what it would do: its fields and its URL would mean different things. */
  | 'malformed'
  /** The body holds what redaction put in place of a value, and would overwrite the value with it. */
  | 'redacted-body';

/** Thrown when the operator's policy forbids a request. Nothing was sent. */
export class PolicyError extends FairleadError {
  override readonly name = 'PolicyError';
  declare readonly code: 'policy';
  readonly rule: PolicyRule;
  /** The setting that decides, as the operator writes it: `--deny-kinds`; undefined for rules that nobody can set. */
  readonly setting: string | undefined;

  constructor(rule: PolicyRule, message: string, options: { setting?: string | undefined; advice?: string | undefined } = {}) {
    super('policy', message, { advice: options.advice });
    this.rule = rule;
    this.setting = options.setting;
  }
}
