/** Changes: plan, confirm, apply, journal, undo. */
export { checkWord } from './confirm.ts';
export { createChanges } from './create-changes.ts';
export { openChangeStore, type ChangeStore, type StoreOptions } from './database.ts';
export { WAIT_SECONDS } from './make-plan.ts';
export type { Change, ChangedStep, ChangeState, StepState } from './change.ts';
export type {
  Applied,
  ApplyOptions,
  Changes,
  Done,
  ChangesOptions,
  ChangesQuery,
  PlanOptions,
  Progress,
  Word,
} from './changes.ts';
export type {
  Author,
  Conflict,
  Effect,
  FieldChange,
  Impact,
  NeededWord,
  Plan,
  PlannedStep,
  PlanState,
  Precondition,
  Warning,
  WarningCode,
} from './plan.ts';
export type {
  Action,
  ApplyStep,
  CreateStep,
  DeleteStep,
  EvictStep,
  HiddenFrom,
  PatchStep,
  ScaleStep,
  Step,
  Subject,
} from './step.ts';
export { withoutServerFields } from './noise.ts';
export { readinessOf, type Readiness } from './readiness.ts';
