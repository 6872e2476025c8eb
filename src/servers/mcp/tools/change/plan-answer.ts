import {
  blocks,
  type Budget,
  fence,
  FENCE_TOKENS,
  mintCursor,
  notes,
  plain,
  questionOf,
  readCursor,
  type Answer,
  type JsonObject,
} from '../../../../answers/index.ts';
import type { Plan, PlannedStep } from '../../../../changes/index.ts';
import type { ToolContext } from '../../tool.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';
import { planLines, type PlanLine } from './step-lines.ts';
import { sayCall, sayClusters, sayCount, sayDigest, sayEffects, sayIdentity } from './words.ts';

export interface PlanAnswerOptions {
  /** What the tool that made the plan has to add, a sentence each. */
  readonly notes?: readonly string[] | undefined;
  /** What comes next: a call, or a word to a person. */
  readonly closing?: string | undefined;
  readonly isError?: boolean | undefined;
  /** Where an earlier answer ended. */
  readonly cursor?: string | undefined;
}

/** The tool that goes on telling of a plan, whatever tool has made it. */
const TELLS = 'kube_changes';

/**
 * A plan within the budget: what it is, whose word it needs, all that is wrong or risky, then what becomes of each object
 * with as much of the diff as fits, and a cursor for the rest.
 */
export function planAnswer(plan: Plan, context: Pick<ToolContext, 'cursorKey'>, options: PlanAnswerOptions = {}): Answer {
  const question = questionOf(TELLS, { plan: plan.id });
  const from = options.cursor === undefined ? 0 : placeOf(readCursor(options.cursor, question, context.cursorKey));
  const next = (place: number): string => mintCursor(place, question, context.cursorKey);
  return {
    text: (budget) => planText(plan, { ...options, from, next }, budget),
    data: (budget) => planData(plan, { ...options, from, next }, budget),
    isError: options.isError ?? false,
  };
}

interface Telling extends PlanAnswerOptions {
  /** The first line, or step, to tell. */
  readonly from: number;
  readonly next: (place: number) => string;
}

function placeOf(payload: unknown): number {
  return typeof payload === 'number' ? payload : 0;
}

function planText(plan: Plan, { from, next, closing, notes: added = [] }: Telling, budget: Budget): string {
  const lines = planLines(plan);
  const lead = budget.spend(notes([planHead(plan), stateOf(plan), ...plan.because.map(sentence), ...(from === 0 ? added : [])]));
  const release = budget.reserve(FENCE_TOKENS + NAMES_CURSOR_TOKENS * 2);
  const shown: string[] = [];
  let place = from;
  for (const line of lines.slice(from)) {
    const text = shown.length === 0 ? beginning(line) : line.text;
    if (!budget.take(text)) break;
    shown.push(text);
    place++;
  }
  // A line that is longer than the whole budget must not stop the next answer at the same place.
  const first = lines[from];
  if (shown.length === 0 && first !== undefined) {
    shown.push(budget.spend(`${first.text.slice(0, budget.leftBytes / 3)}…`));
    place++;
  }
  release();
  const rest = lines.length - place;
  return blocks(
    lead,
    shown.length > 0 && fence(shown.join('\n'), { what: 'plan' }),
    closing,
    rest > 0 && `${rest} more lines: ${sayCall(TELLS, { plan: plan.id, cursor: next(place) })}`,
  );
}

function beginning({ text, below }: PlanLine): string {
  return below === undefined ? text : `${below} (continued)\n${text}`;
}

/** `plan-7f3k2m: 3 objects on cluster prod as amy, 1 to create, 2 to change. Nothing is done yet.` */
export function planHead(plan: Plan): string {
  const { steps } = plan;
  const title = plan.title === undefined ? '' : ` (${plan.title})`;
  return `${plan.id}${title}: ${sayCount(steps)} on ${sayClusters(steps)}${sayIdentity(steps)}, ${sayEffects(steps)}.`;
}

/** True for a plan that has nothing to do. */
export function isDone({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.every(({ effect }) => effect === 'none');
}

/** What each state means to whoever reads of it. */
const STATES: Readonly<Record<Plan['state'], (plan: Plan) => string>> = {
  open: (plan) => {
    if (plan.dryRun) return 'Dry run: nothing will be stored, whatever is confirmed.';
    if (isDone(plan)) return 'Everything is as wanted already: there is nothing to do.';
    return `Nothing is done yet. It can be confirmed until ${clock(plan.expiresAt)}.`;
  },
  blocked: () => 'It cannot be applied, and nothing was done: see what is blocked below.',
  refused: () => 'It was refused; nothing was done. Only a person can still apply it, in a terminal.',
  applying: () => 'It is being applied.',
  applied: ({ change }) => `It was applied${change === undefined ? '' : ` as ${change}`}.`,
  failed: ({ change }) => `It was applied in part${change === undefined ? '' : `, as ${change}`}, and then failed.`,
  stale: () => 'It is stale: something it is about has changed since. Nothing was done.',
  expired: () => 'It has expired; nothing was done.',
};

function stateOf(plan: Plan): string {
  return `${STATES[plan.state](plan)} Digest ${sayDigest(plan)}.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}

/** `15:42:10 UTC` */
export function clock(time: string): string {
  return `${time.slice(11, 19)} UTC`;
}

function planData(plan: Plan, { from, next, notes: added = [] }: Telling, budget: Budget): JsonObject {
  const base = { plan: planFacts(plan), ...(added.length > 0 && { notes: added }) };
  budget.spend(JSON.stringify(base));
  const release = budget.reserve(NAMES_CURSOR_TOKENS);
  const steps: JsonObject[] = [];
  for (const step of plan.steps.slice(from)) {
    const facts = stepFacts(step);
    if (!budget.take(JSON.stringify(facts)) && steps.length > 0) break;
    steps.push(facts);
  }
  release();
  const place = from + steps.length;
  return { ...base, steps, ...(place < plan.steps.length && { cursor: next(place) }) };
}

/** What programs need of a plan beside its steps. */
export function planFacts(plan: Plan): JsonObject {
  const { id, digest, state, needs, because, expiresAt, dryRun, change, undoes } = plan;
  const objects = plan.steps.length;
  return plain({ id, digest, state, needs, because, expires_at: expiresAt, dry_run: dryRun, objects, change, undoes });
}

function stepFacts(step: PlannedStep): JsonObject {
  const { action, effect, temporary, subject, changes, object, conflicts, problem, warnings, impact } = step;
  return plain({
    action,
    effect,
    temporary,
    ...subject,
    ...(changes.length > 0 && { changes }),
    object,
    ...(conflicts.length > 0 && { conflicts }),
    problem,
    ...(warnings.length > 0 && { warnings }),
    ...(impact.length > 0 && { impact }),
  });
}
