import { holdsMarker, redactText } from '../access/index.ts';
import { getObject, isKubernetesError, numberAt, type KubernetesObject } from '../kubernetes/index.ts';
import { isFairlead, type FairleadError } from '../platform/index.ts';
import { takesPart, tryApply, type Tried } from './conflicts.ts';
import { difference, leaves } from './difference.ts';
import { hearing } from './hearing.ts';
import { inLines } from './lines.ts';
import type { liveReader } from './live.ts';
import type { Effect, FieldChange, PlannedStep, Precondition, Warning } from './plan.ts';
import { checkReads, hiddenConflicts, pathsSetBy } from './oracle.ts';
import { send } from './send.ts';
import { sayProblem, shown } from './shown.ts';
import type { Step } from './step.ts';
import { fingerprintOf, partOf } from './still.ts';
import type { Target } from './target.ts';

/** A step that was tried, with what only this room may see. */
export interface Draft {
  readonly target: Target;
  readonly step: Step;
  readonly view: PlannedStep;
  /** See PlanBody. */
  readonly fingerprint: string | null;
  readonly takesOwn: boolean;
  /** Hidden values included. */
  readonly before: KubernetesObject | null;
  readonly after: KubernetesObject | undefined;
}

export interface PlanStepOptions {
  /** What an earlier step of the plan makes, and may not be there yet: a namespace. */
  readonly awaited: string | undefined;
  readonly read: ReturnType<typeof liveReader>;
  /** What fingerprints are made with. */
  readonly key: Buffer;
}

/** Reads an object, tries the step on it, and says what would become of it. Nothing is stored. */
export async function planStep(target: Target, step: Step, index: number, options: PlanStepOptions): Promise<Draft> {
  if (target.pending) return untried(target, step, index, `the definition of ${target.subject.kind}`);
  const before = step.action === 'create' ? null : await options.read(target);
  const fingerprint = before === null ? null : fingerprintOf(step, before, options.key);
  const blank = { ...blankView(target, step, index), precondition: preconditionOf(before) };
  try {
    checkReads(step, before, target);
    const ear = hearing(target);
    const { after, conflicts, takesOwn, warnings: ours = [] } = await attempt(ear.target, step, before);
    const warnings: readonly Warning[] = [...ours, ...ear.heard().map((text) => ({ code: 'server' as const, text }))];
    const changes = await changesOf(target, step, before, after);
    const effect = effectOf(step, before, after, changes);
    const object = effect === 'create' ? shown(after) : effect === 'delete' ? shown(before) : undefined;
    const view = { ...blank, effect, changes, conflicts, warnings, object };
    return { target, step, view, fingerprint, takesOwn, before, after };
  } catch (error) {
    if (!isOfThisStep(error)) throw error;
    if (options.awaited !== undefined && isKubernetesError(error, 'not-found'))
      return untried(target, step, index, options.awaited);
    const view: PlannedStep = { ...blank, problem: sayProblem(error), problemCode: error.code };
    return { target, step, view, fingerprint, takesOwn: false, before, after: undefined };
  }
}

/** A step that can only be tried when an earlier one has been done. */
function untried(target: Target, step: Step, index: number, awaited: string): Draft {
  const text = `cannot be tried before ${awaited}, which this plan makes, is there`;
  const after = 'object' in step ? step.object : undefined;
  const view: PlannedStep = {
    ...blankView(target, step, index),
    object: shown(after),
    warnings: [{ code: 'unchecked', text }],
  };
  return { target, step, view, fingerprint: null, takesOwn: false, before: null, after };
}

/** A step of which nothing is known yet. */
function blankView({ subject, connection }: Target, step: Step, index: number): PlannedStep {
  return {
    index,
    action: step.action,
    subject,
    identity: connection.identity,
    effect: 'unknown',
    changes: [],
    conflicts: [],
    forced: step.action === 'apply' && step.force === true,
    ...(step.action === 'create' && step.temporary === true && { temporary: true }),
    warnings: [],
    impact: [],
    precondition: { is: 'absent' },
  };
}

export function preconditionOf(object: KubernetesObject | null): Precondition {
  if (object === null) return { is: 'absent' };
  return { is: 'present', uid: object.metadata?.uid ?? '', resourceVersion: object.metadata?.resourceVersion ?? '' };
}

interface Attempted extends Omit<Tried, 'after'> {
  readonly after: KubernetesObject | undefined;
  readonly warnings?: readonly Warning[];
}

async function attempt(target: Target, step: Step, before: KubernetesObject | null): Promise<Attempted> {
  if (step.action === 'apply') {
    const tried = await tryApply(target, step);
    const told = new Set(tried.conflicts.map(({ field }) => field));
    const hidden = hiddenConflicts(step, before, tried.after).filter(({ field }) => !told.has(field));
    return { ...tried, conflicts: [...tried.conflicts, ...hidden] };
  }
  try {
    // Without a precondition: the version may move on meanwhile, and is looked at again before anything is stored.
    return { after: await send(target, step, { dryRun: true }), conflicts: [], takesOwn: false };
  } catch (error) {
    const budget = budgetOf(error);
    if (budget === undefined) throw error;
    return { after: undefined, conflicts: [], takesOwn: false, warnings: [{ code: 'budget-blocks', text: budget }] };
  }
}

/** What a disruption budget has against an eviction now; undefined for every other error. */
export function budgetOf(error: unknown): string | undefined {
  if (!isKubernetesError(error) || !error.causes.some(({ reason }) => reason === 'DisruptionBudget')) return undefined;
  return redactText(error.message);
}

async function changesOf(
  { connection, kind, subject }: Target,
  step: Step,
  before: KubernetesObject | null,
  after: KubernetesObject | undefined,
): Promise<FieldChange[]> {
  if (step.action === 'scale') {
    const { namespace, name } = subject;
    const replicas =
      numberAt(await getObject(connection, kind, { namespace, name, subresource: 'scale' }), 'spec', 'replicas') ?? 0;
    return replicas === step.replicas ? [] : [{ path: 'spec.replicas', before: replicas, after: step.replicas }];
  }
  if (before === null || after === undefined) return [];
  const [old, now] = [before, after].map((object) => shown(object, partOf(step)));
  return inLines(withHidden(difference(old, now), step, now));
}

/**
 * Adds the hidden values that a step sets. They always stand there, and as the same, whether they differ from what is
 * there or not: a plan that told it could be asked for every Secret, guess by guess.
 */
function withHidden(changes: readonly FieldChange[], step: Step, after: KubernetesObject | undefined): FieldChange[] {
  if (!holdsMarker(after)) return [...changes];
  const told = new Set(changes.map(({ path }) => path));
  const set = pathsSetBy(step);
  const hidden = leaves(after)
    .filter(({ path, value }) => holdsMarker(value) && !told.has(path) && set(path))
    .map(({ path, value }): FieldChange => ({ path, after: value, hidden: true }));
  return [...changes, ...hidden];
}

function effectOf(
  step: Step,
  before: KubernetesObject | null,
  after: KubernetesObject | undefined,
  changes: readonly FieldChange[],
): Effect {
  if (step.action === 'delete' || step.action === 'evict') return 'delete';
  if (before === null) return 'create';
  if (changes.length > 0) return 'change';
  return step.action === 'apply' && after !== undefined && takesPart(before, after) ? 'change' : 'none';
}

/** Errors that say something of the step; with the others nothing at all can be said. */
function isOfThisStep(error: unknown): error is FairleadError {
  if (isKubernetesError(error, 'unauthorized', 'credentials', 'unreachable', 'timeout', 'throttled', 'bad-answer')) return false;
  return isFairlead(error);
}
