import type { Policy } from '../access/index.ts';
import type { Connection } from '../kubernetes/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Change } from './change.ts';
import type { ChangeStore } from './database.ts';
import type { Author, Plan } from './plan.ts';
import type { Step } from './step.ts';

export interface ChangesOptions {
  /** The connection to a cluster by its name in the fleet, bound to the call. */
  readonly connect: (cluster: string) => Promise<Connection>;
  readonly policy: Policy;
  /** Where plans and the journal are kept; one a process. */
  readonly store: ChangeStore;
  readonly clock?: Clock | undefined;
}

export interface PlanOptions {
  readonly author: Author;
  readonly title?: string | undefined;
  /** After each step: until it is rolled out, ready or gone. @default false */
  readonly wait?: boolean | undefined;
  /** Seconds that all waiting may take together. @default 300 */
  readonly waitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A confirmation, and how it came. */
export interface Word {
  /** `agent` for a tool call by which the client's model confirms; `person` only where a person was asked, or typed it. */
  readonly who: 'person' | 'agent' | 'nobody';
  /** `elicitation`, `terminal`, `kube_confirm`, `direct`. */
  readonly via: string;
  /** The agent's session; it must be the plan's. */
  readonly session?: string | undefined;
  /** The digest that was confirmed, whole or its first 12 digits; compared when given. A person's word always has it. */
  readonly digest?: string | undefined;
}

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Does what the change was made for, once all its steps are done and waited for: what is temporary is removed after it,
   * whatever comes of it. Not called in a dry run, nor when a step has failed.
   */
  readonly whileThere?: ((done: Done) => Promise<void>) | undefined;
}

/** A change whose steps are all done, and which has not ended yet. */
export interface Done {
  readonly change: string;
  /** How long what is done with it may take: the plan's time for waiting. */
  readonly seconds: number;
}

export interface Progress {
  /** Steps that are done. */
  readonly done: number;
  readonly of: number;
  /** `waiting for Deployment web: 1 of 3 replicas updated`. */
  readonly text: string;
}

/** What applying a plan came to. Its steps say what was done and what was not. */
export interface Applied {
  readonly plan: Plan;
  /** The journal's entry; undefined for a dry run. */
  readonly change: Change | undefined;
  /** True when the part that was done can be undone, by `planUndo(change.id)`. */
  readonly undoable: boolean;
  /** What did not become ready in time, a sentence each. */
  readonly notReady: readonly string[];
  /** What the first step that failed failed of; a sentence, with its advice. */
  readonly problem?: string | undefined;
}

export interface ChangesQuery {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Older than this change. */
  readonly before?: string | undefined;
  /** @default 20 */
  readonly limit?: number | undefined;
}

/** Plans, their confirmation, and the journal of what was done. */
export interface Changes {
  /**
   * Dry-runs the steps and keeps the plan. A plan with a step that cannot be done comes back `blocked`, with the problem
   * at each step.
   * @throws UsageError where a step cannot be meant, or the plan is larger than the policy allows
   */
  plan(steps: readonly Step[], options: PlanOptions): Promise<Plan>;
  /** A plan that is known, whatever its state. @throws UsageError (`unknown-plan`) */
  get(plan: string): Promise<Plan>;
  /** Plans that wait for a word, newest first. */
  open(): Promise<readonly Plan[]>;
  /**
   * Turns a plan down. An agent can no longer confirm it: only a person can. Changes nothing for a plan that is no longer open.
   * @throws UsageError (`unknown-plan`)
   */
  refuse(plan: string): Promise<Plan>;
  /**
   * Could this word confirm the plan now? Nothing is asked of the cluster, and nothing is done.
   * @throws UsageError as `apply` does, but for `plan-stale`
   */
  check(plan: string, word: Word): Promise<Plan>;
  /**
   * Confirms a plan and applies it: once, and only while everything is as the plan has shown it.
   * @throws UsageError `unknown-plan`, `plan-expired`, `plan-blocked`, `plan-refused`, `plan-used`, `plan-stale` (with what
   * changed), `needs-person`, `needs-word`, `other-session`, `wrong-digest`; nothing was done then
   */
  apply(plan: string, word: Word, options?: ApplyOptions): Promise<Applied>;
  /** Newest first. */
  changes(query?: ChangesQuery): Promise<readonly Change[]>;
  /** @throws UsageError (`unknown-change`) */
  change(id: string): Promise<Change>;
  /**
   * A plan that restores what was before a change, for what of it was done.
   * @throws UsageError `unknown-change`, `not-undoable`, `changed-since` (with the difference)
   */
  planUndo(change: string, options: PlanOptions): Promise<Plan>;
}
