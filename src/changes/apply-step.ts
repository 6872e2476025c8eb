import { isKubernetesError, type KubernetesObject } from '../kubernetes/index.ts';
import { isFairlead, type Clock, type FairleadError } from '../platform/index.ts';
import type { ChangedStep } from './change.ts';
import { conflictsOf } from './conflicts.ts';
import { imageOf } from './image.ts';
import type { Entry, StepImages } from './journal.ts';
import { budgetOf, preconditionOf } from './plan-step.ts';
import type { PlannedStep } from './plan.ts';
import { EPHEMERAL_STAYS, isEphemeral } from './ephemeral.ts';
import { hearing } from './hearing.ts';
import { send } from './send.ts';
import { sayProblem } from './shown.ts';
import { checkStill, isGoneAlready, type Expected } from './still.ts';
import { readLive } from './target.ts';

/** A step of a confirmed plan. */
export interface Work extends Expected {
  readonly planned: PlannedStep;
  readonly takesOwn: boolean;
  /** The object as it was when the whole plan was looked at. Of an older version than this the server takes no write. */
  readonly seen: KubernetesObject | null;
}

export interface Bench {
  readonly entry: Entry;
  /** What fingerprints are made with. */
  readonly key: Buffer;
  /** Hidden values can be sealed. */
  readonly sealed: boolean;
  readonly clock: Clock;
  /** When waiting for a disruption budget ends, in milliseconds since the epoch. */
  readonly until: number;
  /** Ends that waiting as well, and nothing else. */
  readonly signal: AbortSignal | undefined;
  readonly say: (text: string) => void;
}

/** How often a step is begun because the object's version moved on while nothing that matters changed. */
const MOST_RACES = 8;
/** Between two tries of an eviction that a budget forbids, in milliseconds. */
const BUDGET_PAUSE = 1_000;

/** What trying a step came to. `moved`: the object is of another version than a moment ago, and nothing was done. */
type Outcome = 'done' | 'moved' | { readonly problem: string };

/**
 * Does one step: what the object was goes to the journal before the request goes out, and what it became after the answer.
 * @returns undefined when it was done, else what it failed of
 */
export async function applyStep(work: Work, position: number, bench: Bench): Promise<string | undefined> {
  if (work.planned.effect === 'none') {
    bench.entry.step(position, 'done', changedStep(work), { hidden: false });
    return undefined;
  }
  for (let race = 0; race < MOST_RACES; race++) {
    const outcome = await tryStep(work, position, race === 0, bench);
    if (outcome !== 'moved') return outcome === 'done' ? undefined : outcome.problem;
  }
  const problem = `It was written ${MOST_RACES} times by others while it was to be changed.`;
  bench.entry.step(position, 'failed', { ...changedStep(work), problem }, { hidden: false });
  return problem;
}

async function tryStep(work: Work, position: number, isFirst: boolean, bench: Bench): Promise<Outcome> {
  const { entry, sealed } = bench;
  const fail = (state: 'failed' | 'sent', error: unknown, step: ChangedStep, images: StepImages): Outcome => {
    const problem = isFairlead(error) ? sayProblem(error) : 'something went wrong inside Fairlead';
    const told = state === 'sent' ? `No answer came, it may or may not have been done: ${problem}` : problem;
    entry.step(position, state, { ...step, problem: told }, images);
    if (!isFairlead(error)) throw error;
    return { problem: told };
  };
  let before: KubernetesObject | null;
  try {
    before = isFirst ? work.seen : await readLive(work.target);
    checkStill(work, before, bench.key);
  } catch (error) {
    return fail('failed', error, changedStep(work), { hidden: false });
  }
  if (isGoneAlready(work.step, work.fingerprint, before, bench.key)) {
    entry.step(position, 'done', { ...changedStep(work), effect: 'none' }, { hidden: false });
    return 'done';
  }
  const was = before === null ? undefined : imageOf(before, sealed);
  const lost = was?.hidden === true && !sealed;
  const step = { ...changedStep(work), effect: effectOf(work, before), ...undoable(work, lost) };
  const images = { before: was?.object, hidden: was?.hidden ?? false };
  entry.step(position, 'sent', step, images);
  const ear = hearing(work.target);
  let after: KubernetesObject | undefined;
  try {
    after = await sendPatiently({ ...work, target: ear.target }, before, bench);
  } catch (error) {
    if (await hasMoved(work, before, error)) return 'moved';
    return fail(isAnswer(error) ? 'failed' : 'sent', error, step, images);
  }
  const became = after === undefined ? undefined : imageOf(after, sealed);
  const subject = { ...step.subject, name: after?.metadata?.name ?? step.subject.name };
  const hidden = images.hidden || became?.hidden === true;
  const told = new Set(work.planned.warnings.map(({ text }) => text));
  const warnings = ear.heard().filter((text) => !told.has(text));
  entry.step(
    position,
    'done',
    { ...step, subject, ...(warnings.length > 0 && { warnings }) },
    { ...images, after: became?.object, hidden },
  );
  return 'done';
}

/** A planned step as the journal has it while it waits. */
export function changedStep({ planned, step }: Pick<Work, 'planned' | 'step'>): ChangedStep {
  const { action, subject, identity, effect, changes } = planned;
  const subresource = step.action === 'patch' ? step.subresource : undefined;
  return { action, subject, identity, effect, changes, state: 'waiting', subresource };
}

async function sendPatiently(work: Work, before: KubernetesObject | null, bench: Bench): Promise<KubernetesObject | undefined> {
  const { step, target, takesOwn } = work;
  const options = {
    dryRun: false,
    expect: preconditionOf(before),
    force: before !== null && (takesOwn || (step.action === 'apply' && step.force === true)),
  };
  for (;;) {
    try {
      return await send(target, step, options);
    } catch (error) {
      const budget = budgetOf(error);
      const over = bench.clock.now() >= bench.until || bench.signal?.aborted === true;
      if (step.action !== 'evict' || budget === undefined || over) throw error;
      bench.say(budget);
      await bench.clock.sleep(BUDGET_PAUSE);
    }
  }
}

/** Was the request refused because the object is of another version than a moment ago? */
async function hasMoved({ target, step }: Work, before: KubernetesObject | null, error: unknown): Promise<boolean> {
  if (!isKubernetesError(error, 'conflict', 'invalid') || conflictsOf(error).length > 0 || step.action === 'create') return false;
  const now = await readLive(target);
  return now?.metadata?.resourceVersion !== before?.metadata?.resourceVersion;
}

/** Did the server say that it did not do it? What it says to the read that follows a write says nothing of the write. */
function isAnswer(error: unknown): error is FairleadError {
  if (!isKubernetesError(error)) return isFairlead(error);
  return error.status !== undefined && error.status < 500 && error.scene.verb !== 'get';
}

function effectOf({ step }: Work, before: KubernetesObject | null): ChangedStep['effect'] {
  if (step.action === 'delete' || step.action === 'evict') return 'delete';
  return before === null ? 'create' : 'change';
}

function undoable({ step, target }: Work, lost: boolean): Pick<ChangedStep, 'notUndoable'> {
  if (step.action === 'evict') return { notUndoable: 'a pod that was evicted comes back by its controller, or not at all' };
  if (isEphemeral(step)) return { notUndoable: EPHEMERAL_STAYS };
  if (step.action === 'delete' && lost)
    return { notUndoable: `the ${target.subject.kind} held secret values, which the journal does not keep without a key` };
  return {};
}
