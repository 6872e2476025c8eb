import { blocks, diffLines, fence, FENCE_TOKENS, oneLine, plain, type Answer, type Budget } from '../../../../answers/index.ts';
import type { Applied, ChangedStep } from '../../../../changes/index.ts';
import type { Afterwards } from './afterwards.ts';
import { planFacts } from './plan-answer.ts';
import { planAlarms } from './step-lines.ts';
import { sayCall, sayClusters, sayDid, sayIdentity, sayObject } from './words.ts';

/** What became of a step, in a word. */
const STATES: Readonly<Record<ChangedStep['state'], (step: ChangedStep) => string>> = {
  done: sayDid,
  failed: () => 'FAILED',
  waiting: () => 'not done',
  sent: () => 'UNKNOWN: it was sent, and no answer came',
};

/** Tokens for what stands below the steps. */
const CLOSING = 60;

export interface AppliedOptions {
  readonly afterwards?: Afterwards | undefined;
  /** How a change is undone from here. @default by kube_undo */
  readonly sayUndo?: ((change: string) => string) | undefined;
  /** Set where nobody was shown the plan beforehand: what there was to say of it, which is told with what it says of its steps. */
  readonly unseen?: { readonly notes: readonly string[] } | undefined;
}

/** `undo: kube_undo {"change":"change-9w2dqz"}` */
export function undoCall(change: string): string {
  return `undo: ${sayCall('kube_undo', { change })}`;
}

/** What applying a plan came to: what was done and what was not, and how to undo it. */
export function appliedAnswer(applied: Applied, options: AppliedOptions = {}): Answer {
  const { afterwards, sayUndo = undoCall, unseen } = options;
  const alarms = unseen === undefined ? [] : planAlarms(applied.plan);
  const { plan, change, problem, notReady, undoable } = applied;
  const steps = change?.steps ?? [];
  return {
    text(budget) {
      const lead = budget.spend(
        blocks(
          headOf(applied),
          ...(unseen?.notes ?? []),
          problem !== undefined && `Failed: ${oneLine(problem, 600)}`,
          ...notReady.map((text) => `Not there yet: ${oneLine(text, 300)}`),
        ),
      );
      const release = budget.reserve(FENCE_TOKENS + CLOSING);
      const after = afterwards?.text(budget);
      const warned = alarms.filter((line) => budget.take(line));
      const more = alarms.length - warned.length;
      const told = blocks(...warned, more > 0 && `… and ${more} more to know of`, stepsText(steps, budget));
      release();
      return blocks(
        lead,
        told !== '' && fence(told, { what: 'what was done' }),
        after,
        change !== undefined && undoable && sayUndo(change.id),
      );
    },
    data: () =>
      plain({
        plan: planFacts(plan),
        change: change === undefined ? undefined : { id: change.id, state: change.state, undoable },
        steps: steps.map(({ subject, effect, state, removed, warnings, problem: why }) => ({
          ...subject,
          effect,
          state,
          removed,
          warnings,
          problem: why,
        })),
        problem,
        ...(unseen !== undefined && unseen.notes.length > 0 && { notes: unseen.notes }),
        ...(alarms.length > 0 && { warned: alarms }),
        ...(notReady.length > 0 && { not_ready: notReady }),
        ...afterwards?.data,
      }),
    isError: problem !== undefined,
  };
}

function headOf({ plan, change, problem }: Applied): string {
  const where = `on ${sayClusters(plan.steps)}${sayIdentity(plan.steps)}`;
  if (change === undefined) {
    return `Dry run: ${plan.id} ${problem === undefined ? 'would be applied' : 'would fail'} ${where}. Nothing was stored.`;
  }
  if (problem === undefined) return `Done ${where}: ${plan.id} is applied, ${change.id}.`;
  const done = change.steps.filter(({ state }) => state === 'done').length;
  return `Failed ${where}: ${done} of ${change.steps.length} steps of ${plan.id} are done, the others are not; ${change.id}.`;
}

/** What became of each object, those that failed first; the fields that changed as far as the budget goes. */
function stepsText(steps: readonly ChangedStep[], budget: Budget): string {
  const [well, failed] = [steps.filter(({ state }) => state === 'done'), steps.filter(({ state }) => state !== 'done')];
  const told = [...failed, ...well.filter(({ effect }) => effect !== 'none')];
  const lines: string[] = [];
  const reasons = new Set<string | undefined>();
  let objects = 0;
  for (const step of told) {
    const head = lineOf(step, reasons.has(step.notUndoable));
    if (step.state === 'done') reasons.add(step.notUndoable);
    if (!budget.take(head)) break;
    objects++;
    lines.push(head);
    for (const text of step.warnings ?? []) lines.push(budget.spend(`    warning: ${oneLine(text, 400)}`));
    const fields = step.state === 'done' ? step.changes.flatMap(diffLines).map((line) => `    ${line}`) : [];
    const shown = fields.findIndex((line) => !budget.take(line));
    lines.push(...(shown === -1 ? fields : [...fields.slice(0, shown), '    …']));
  }
  if (objects < told.length) lines.push(`… and ${told.length - objects} more`);
  const left = steps.length - told.length;
  if (left > 0) lines.push(`as wanted already: ${left}`);
  return lines.join('\n');
}

/** @param isToldWhy another line has said already why such a step cannot be undone */
function lineOf(step: ChangedStep, isToldWhy: boolean): string {
  const { state, problem, notUndoable } = step;
  const why = problem === undefined ? '' : `: ${oneLine(problem, 300)}`;
  const reason = notUndoable === undefined || isToldWhy ? '' : `: ${oneLine(notUndoable, 160)}`;
  const keep = notUndoable === undefined || state !== 'done' ? '' : ` (cannot be undone${reason})`;
  return `${STATES[state](step)} ${sayObject(step.subject)}${why}${keep}`;
}
