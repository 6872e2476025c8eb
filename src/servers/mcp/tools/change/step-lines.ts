import { diffLines, objectLines, oneLine, quote, slim } from '../../../../answers/index.ts';
import type { Effect, Plan, PlannedStep } from '../../../../changes/index.ts';
import type { KubernetesObject } from '../../../../kubernetes/index.ts';
import { sayObject, sayWill, signOf } from './words.ts';

/** One line about a plan, and the heading that it stands below. */
export interface PlanLine {
  readonly text: string;
  /** Of the step that it belongs to, when it is not the heading itself: said again where an answer begins in the middle. */
  readonly below?: string | undefined;
}

/** What is shown as the object that will be there, instead of a difference. */
const SENT: ReadonlySet<Effect> = new Set(['create', 'unknown']);

/** Long enough for what servers say, and short enough for twenty of them. */
const SENTENCE = 400;
/** As long as plans keep them: admission lists all that it has against an object, and says first what it is. */
const PROBLEM = 1_000;

/**
 * Everything there is to say of the steps of a plan: first what is wrong or risky, all of it; then what becomes of each
 * object, field by field. The same plan always gives the same lines, so that a line's number is a place to go on from.
 */
export function planLines(plan: Plan): readonly PlanLine[] {
  const several = hasSeveralClusters(plan);
  const steps = plan.steps.filter(({ effect }) => effect !== 'none').flatMap((step) => stepLines(step, several));
  const untouched = plan.steps.filter(({ effect }) => effect === 'none').map(({ subject }) => sayObject(subject));
  return [
    ...planAlarms(plan).map((text) => ({ text })),
    ...steps,
    ...(untouched.length === 0 ? [] : [{ text: `= ${untouched.length} as wanted already: ${untouched.join(', ')}` }]),
  ];
}

/** What somebody who decides about a plan must not miss, a line each. */
export function planAlarms(plan: Plan): readonly string[] {
  const several = hasSeveralClusters(plan);
  return plan.steps.flatMap((step) => alarmLines(step, several));
}

const hasSeveralClusters = ({ steps }: Plan): boolean => new Set(steps.map(({ subject }) => subject.cluster)).size > 1;

function alarmLines(step: PlannedStep, several: boolean): string[] {
  const object = titleOf(step, several);
  // Each field that is taken has a line of its own.
  const warnings = step.warnings.flatMap(({ code, text }) => (code === 'takes-fields' ? [] : oneLine(text, SENTENCE)));
  return [
    ...(step.problem === undefined ? [] : [`blocked: ${object}: ${oneLine(step.problem, PROBLEM)}`]),
    ...step.conflicts.map(
      ({ field, owner }) =>
        `${step.forced ? 'taken over' : 'conflict'}: ${object}: ${oneLine(field, 200)} belongs to ${quote(owner, 80)}`,
    ),
    ...warnings.map((text) => `warning: ${object}: ${text}`),
  ];
}

/** The heading of a step, what else it touches, and its diff. */
export function stepLines(step: PlannedStep, several = false): PlanLine[] {
  const heading = `${signOf(step)} ${sayWill(step)} ${titleOf(step, several)}`;
  const impact = step.impact.map(({ relation, what }) => `${relation.replaceAll('-', ' ')} ${oneLine(what, 200)}`).join('; ');
  const body =
    SENT.has(step.effect) && step.object !== undefined ? objectLines(bodyOf(step.object)) : step.changes.flatMap(diffLines);
  const lines = [...(impact === '' ? [] : [`(${impact})`]), ...body];
  return [{ text: heading }, ...lines.map((line) => ({ text: `    ${line}`, below: heading }))];
}

function titleOf({ subject }: PlannedStep, several: boolean): string {
  return `${sayObject(subject)}${several ? ` (cluster ${subject.cluster})` : ''}`;
}

/** The object without what the heading says, and without defaults. */
function bodyOf(object: KubernetesObject): object {
  const { apiVersion: _, kind: __, metadata, ...rest }: KubernetesObject = slim(object);
  const { name: ___, namespace: ____, ...marks } = metadata ?? {};
  return Object.keys(marks).length === 0 ? rest : { metadata: marks, ...rest };
}
