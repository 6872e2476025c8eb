import type { KubernetesObject } from '../kubernetes/index.ts';
import type { Effect, FieldChange } from './plan.ts';
import type { Action, Subject } from './step.ts';

/**
 * What became of a change. `interrupted`: the process ended while it was applied, and what was under way then may or may
 * not have been done.
 */
export type ChangeState = 'applying' | 'applied' | 'failed' | 'interrupted';

/** `sent`: a request went out and no answer was recorded. */
export type StepState = 'waiting' | 'sent' | 'done' | 'failed';

/** One plan that was applied, as the journal has it. Redacted. */
export interface Change {
  /** `change-9w2dqz4h`. */
  readonly id: string;
  readonly plan: string;
  readonly digest: string;
  readonly state: ChangeState;
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** Who planned: a tool's name, `cli`, `library`. */
  readonly origin: string;
  /** Whose word it was. */
  readonly word: 'person' | 'agent' | 'nobody';
  /** How it came: `elicitation`, `terminal`, `kube_confirm`. */
  readonly via: string;
  readonly title?: string | undefined;
  readonly steps: readonly ChangedStep[];
  /** The change that this one undid. */
  readonly undoes?: string | undefined;
  /** The change that undid this one. */
  readonly undoneBy?: string | undefined;
}

export interface ChangedStep {
  readonly action: Action;
  readonly subject: Subject;
  readonly identity: string;
  readonly effect: Effect;
  readonly state: StepState;
  /** The part of the object that was changed, where it was not the object itself. */
  readonly subresource?: string | undefined;
  readonly changes: readonly FieldChange[];
  readonly before?: KubernetesObject | undefined;
  readonly after?: KubernetesObject | undefined;
  /** What the server warned of when it was done, and had not when it was planned. */
  readonly warnings?: readonly string[] | undefined;
  /** What the server said when it failed. */
  readonly problem?: string | undefined;
  /** What was created for this change alone has been removed again. */
  readonly removed?: boolean | undefined;
  /** Why it cannot be undone, or not wholly; undefined when it can. */
  readonly notUndoable?: string | undefined;
}
