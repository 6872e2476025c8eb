import type { Json, KubernetesObject } from '../kubernetes/index.ts';
import type { Action, Subject } from './step.ts';

/**
 * Where a plan is in its life. `open` waits for a word; `blocked` can never be applied (a step was refused by the server
 * or the policy); `refused` was turned down, and only a person can still confirm it.
 */
export type PlanState = 'open' | 'blocked' | 'refused' | 'applying' | 'applied' | 'failed' | 'stale' | 'expired';

/** Whose word a plan needs: a person's, an agent's (a person's is as good), or nobody's, in mode `direct`. */
export type NeededWord = 'person' | 'agent' | 'nobody';

/** A change that has been dry-run and diffed. Everything in it is redacted and may be shown. */
export interface Plan {
  /** `plan-7f3k2m9x`. */
  readonly id: string;
  /** SHA-256 over the steps, their preconditions and where they go, in hex; the first 12 digits are enough to show. */
  readonly digest: string;
  readonly state: PlanState;
  /** RFC 3339. */
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly author: Author;
  /** What it is for, in a sentence of the caller's. */
  readonly title?: string | undefined;
  readonly needs: NeededWord;
  /** Why that word is needed, a sentence each; empty when the mode alone asks for it. */
  readonly because: readonly string[];
  /** In the order in which they will be applied. */
  readonly steps: readonly PlannedStep[];
  /** What became of it, once it was applied. */
  readonly change?: string | undefined;
  /** The change that this plan undoes. */
  readonly undoes?: string | undefined;
  /** Nothing will be stored whatever is confirmed: the policy is dry-run. */
  readonly dryRun: boolean;
}

/** Who made a plan. An agent can confirm plans of its own session only. */
export interface Author {
  /** A tool's name, `cli`, `library`. */
  readonly origin: string;
  readonly session?: string | undefined;
}

/** What a step does to its object. `unknown` where the server could not be asked before an earlier step is done. */
export type Effect = 'create' | 'change' | 'delete' | 'none' | 'unknown';

export interface PlannedStep {
  /** Which of the steps that were asked for it is, from 0. */
  readonly index: number;
  readonly action: Action;
  readonly subject: Subject;
  /** Who the cluster sees. */
  readonly identity: string;
  readonly effect: Effect;
  /** For changes: field by field. */
  readonly changes: readonly FieldChange[];
  /** For `create`: what will be there. For `delete`: what is there now. Without noise. */
  readonly object?: KubernetesObject | undefined;
  /** Fields that others own and that would be taken from them; blocks the plan unless forced. */
  readonly conflicts: readonly Conflict[];
  readonly forced: boolean;
  /** What is created is removed again at the end of the change. */
  readonly temporary?: boolean | undefined;
  /** Why the step cannot be done, as a sentence with its advice. */
  readonly problem?: string | undefined;
  /** The code of the error that the problem tells of: `not-found`, `forbidden`, `invalid`, `policy`. */
  readonly problemCode?: string | undefined;
  readonly warnings: readonly Warning[];
  readonly impact: readonly Impact[];
  readonly precondition: Precondition;
}

/** The state that the diff was made against. */
export type Precondition =
  | { readonly is: 'absent' }
  | { readonly is: 'present'; readonly uid: string; readonly resourceVersion: string };

/** One field that becomes another. */
export interface FieldChange {
  /** `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  /** Missing when the field is new. */
  readonly before?: Json | undefined;
  /** Missing when the field goes. */
  readonly after?: Json | undefined;
  /** For texts of several lines, instead of before and after: lines with `+`, `-` or a space before them. */
  readonly lines?: readonly string[] | undefined;
  /** The value is secret: it is set, and whether it differs from what is there is not told. */
  readonly hidden?: true | undefined;
}

export interface Conflict {
  readonly field: string;
  /** The field manager that owns it, as the server says. */
  readonly owner: string;
}

export interface Warning {
  readonly code: WarningCode;
  readonly text: string;
}

export type WarningCode =
  | 'deprecated-api'
  | 'latest-tag'
  | 'no-limits'
  | 'selector-change'
  | 'scale-to-zero'
  | 'autoscaled'
  | 'deletes-namespace'
  | 'deletes-instances'
  | 'deletes-data'
  | 'managed-elsewhere'
  | 'takes-fields'
  | 'replaces-pods'
  | 'privileged'
  | 'escalates'
  | 'not-undoable'
  | 'budget-blocks'
  /** In the server's own words. */
  | 'server'
  | 'unchecked'
  | 'unknown-impact';

/** What else a change touches. */
export interface Impact {
  readonly relation: 'owns' | 'selects' | 'selected-by' | 'used-by' | 'routed-from' | 'scaled-by' | 'protected-by' | 'holds';
  /** `3 pods`, `Ingress web`. */
  readonly what: string;
  readonly count?: number | undefined;
}
