import type { Plan } from '../changes/index.ts';
import { FairleadError } from '../platform/index.ts';

/**
 * Thrown when a change was planned, and was not done, or only in part. `plan` shows it field by field, with what stands
 * in its way.
 *
 * `code` says why: `needs-word` where the policy wants a plan to be confirmed (`manager.changes.apply(error.plan.id)`),
 * `needs-person` where only a person can do that (`fairlead apply PLAN`), `plan-stale` where an object was changed
 * meanwhile, `failed` for a step that failed when it was done; for a step that was refused when it was tried, the code of
 * what refused it: `not-found`, `conflict`, `invalid`, `forbidden`, `policy`, …
 */
export class PlanError extends FairleadError {
  override readonly name = 'PlanError';
  readonly plan: Plan;
  /** The journal's entry, where something was done; it can be undone. */
  readonly change: string | undefined;

  constructor(
    code: string,
    message: string,
    details: {
      readonly plan: Plan;
      readonly change?: string | undefined;
      readonly advice?: string | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(code, message, details);
    this.plan = details.plan;
    this.change = details.change;
  }
}
