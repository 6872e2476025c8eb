import { randomUUID } from 'node:crypto';

import { PolicyError, type Policy } from '../access/index.ts';
import type { Applied, Change, Changes, ChangesQuery, Plan, Step, Word } from '../changes/index.ts';
import { UsageError } from '../platform/index.ts';
import { PlanError } from './plan-error.ts';

/** How a change is made. */
export interface PlanCallOptions {
  /** What it is for, in a sentence; it stands in the journal. */
  readonly title?: string | undefined;
  /** Waits until what was changed is rolled out, ready or gone. @default false */
  readonly wait?: boolean | undefined;
  /** Seconds that waiting may take. @default 300 */
  readonly waitSeconds?: number | undefined;
  /** Ends planning and waiting; a request that changes something is never cut off half-way. */
  readonly signal?: AbortSignal | undefined;
}

/** What a change came to. */
export interface Done {
  /** What was to be done: the difference of each object, what else it touches, and warnings. */
  readonly plan: Plan;
  /** By which it is undone: `manager.changes.undo(change)`. Undefined where nothing was stored. */
  readonly change: string | undefined;
  /** What did not become ready in time, a sentence each; empty without `wait`. */
  readonly notReady: readonly string[];
}

/**
 * Plans, and the journal of what was done: the same that agents and `fairlead changes` have, so that a person can look
 * at what a program did, and undo it.
 */
export class ChangeLog {
  readonly #changes: Changes;
  readonly #policy: Policy;
  /** Plans of others can be confirmed in a terminal alone. */
  readonly #session = randomUUID();

  /** @internal */
  constructor(changes: Changes, policy: Policy) {
    this.#changes = changes;
    this.#policy = policy;
  }

  /** What was done, newest first. */
  async list(query: ChangesQuery = {}): Promise<readonly Change[]> {
    return this.#changes.changes(query);
  }

  /** One change, with what each object was before and after. @throws UsageError (`unknown-change`) */
  async get(change: string): Promise<Change> {
    return this.#changes.change(change);
  }

  /** Plans that wait for a word, of whomever, newest first. */
  async waiting(): Promise<readonly Plan[]> {
    return this.#changes.open();
  }

  /**
   * Tries steps on their clusters, of which nothing is stored, and keeps them as one plan for ten minutes. A plan with a
   * step that cannot be done is `blocked`.
   * @throws PolicyError when only reading is allowed, UsageError for steps that cannot be meant
   * @example
   * const plan = await manager.changes.plan([{ action: 'delete', cluster: 'prod', subject }]);
   * for (const { effect, impact, warnings } of plan.steps) console.log(effect, impact, warnings);
   */
  async plan(steps: readonly Step[], options: PlanCallOptions = {}): Promise<Plan> {
    this.#throwIfReadOnly();
    return this.#changes.plan(steps, { ...options, author: this.#author });
  }

  /**
   * Confirms a plan that this manager made, and does what it says.
   * @throws PlanError when it is not done, or not wholly
   */
  async apply(plan: string, options: Pick<PlanCallOptions, 'signal'> = {}): Promise<Done> {
    return this.#carryOut(await this.#changes.get(plan), 'agent', options.signal);
  }

  /**
   * Restores what was before a change: deleted objects are made again, new ones removed, changed fields set back.
   * @throws UsageError `unknown-change`, `not-undoable`, `changed-since`; PlanError when it is not done, or not wholly
   */
  async undo(change: string, options: PlanCallOptions = {}): Promise<Done> {
    this.#throwIfReadOnly();
    const plan = await this.#changes.planUndo(change, { ...options, author: this.#author });
    return this.#carryOut(plan, 'nobody', options.signal);
  }

  /**
   * Plans steps, and does them where the policy wants no word for it.
   * @internal
   */
  async make(steps: readonly Step[], options: PlanCallOptions & { readonly dryRun?: boolean | undefined }): Promise<Done> {
    const { dryRun, ...planOptions } = options;
    const plan = await this.plan(steps, planOptions);
    if (plan.state === 'open' && dryRun === true) return { plan, change: undefined, notReady: [] };
    return this.#carryOut(plan, 'nobody', options.signal);
  }

  async #carryOut(plan: Plan, who: Word['who'], signal: AbortSignal | undefined): Promise<Done> {
    const word: Word = { who, via: 'library', session: this.#session, digest: plan.digest };
    let applied: Applied;
    try {
      applied = await this.#changes.apply(plan.id, word, { signal });
    } catch (error) {
      throw error instanceof UsageError ? notDone(plan, error) : error;
    }
    const { change, problem, notReady } = applied;
    if (problem === undefined) return { plan: applied.plan, change: change?.id, notReady };
    throw new PlanError('failed', problem, { plan: applied.plan, change: applied.undoable ? change?.id : undefined });
  }

  get #author() {
    return { origin: 'library', session: this.#session };
  }

  #throwIfReadOnly(): void {
    if (this.#policy.mode !== 'read-only') return;
    const setting = this.#policy.settingNames.mode;
    throw new PolicyError('mode', `Refused by policy: only reading is allowed (set by ${setting}).`, {
      setting,
      advice: `Changes are allowed with ${setting} plan or direct.`,
    });
  }
}

function notDone(plan: Plan, error: UsageError): PlanError {
  const { advice } = error;
  const refused = plan.steps.find(({ problem, conflicts, forced }) => problem !== undefined || (conflicts.length > 0 && !forced));
  if (plan.state !== 'blocked' || refused === undefined)
    return new PlanError(error.code, error.message, { plan, advice, cause: error });
  const code = refused.problemCode ?? (refused.conflicts.length > 0 ? 'conflict' : 'plan-blocked');
  return new PlanError(code, refused.problem ?? error.message, { plan, cause: error });
}
