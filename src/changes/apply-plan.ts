import { issueWarrant } from '../access/warrants/index.ts';
import { UsageError, isFairlead } from '../platform/index.ts';
import { applyStep, changedStep, type Bench, type Work } from './apply-step.ts';
import type { ChangedStep } from './change.ts';
import type { Applied, ApplyOptions, Word } from './changes.ts';
import { checkWord } from './confirm.ts';
import type { Context } from './context.ts';
import { beginChange, readChange } from './journal.ts';
import { movePlan, readBody, readPlan, type PlanBody } from './plan-store.ts';
import type { Plan } from './plan.ts';
import { send, writesOf } from './send.ts';
import { sayProblem } from './shown.ts';
import { checkAll } from './still.ts';
import { sayObject, connections, targetsOf } from './target.ts';
import { removeTemporary } from './temporary.ts';
import { waitForAll, waitForDefinition } from './wait.ts';

/** Confirms a plan and applies it. See `Changes.apply`. */
export async function applyPlan(context: Context, id: string, word: Word, options: ApplyOptions = {}): Promise<Applied> {
  const { store, clock } = context;
  const plan = await readPlan(store, id, clock.now());
  checkWord(plan, word);
  const body = await readBody(store, id);
  const works = await worksOf(context, plan, body);
  if (plan.dryRun || context.policy.dryRun) return rehearse(context, plan, works);
  const { digest, title, undoes, author } = plan;
  const entry = await beginChange(
    store,
    { plan: id, digest, title, undoes, origin: author.origin, word: word.who, via: word.via },
    works.map(changedStep),
    () => clock.now(),
  );
  if (entry === undefined) {
    checkWord(await readPlan(store, id, clock.now()), word);
    throw new UsageError(`Plan ${id} is being applied.`, { code: 'plan-used', field: 'plan' });
  }
  let problem: string | undefined = 'something went wrong inside Fairlead';
  let notReady: readonly string[] = [];
  const warranted = withWarrant(works);
  try {
    problem = await applyAll(warranted, body, context, entry, options);
    if (problem === undefined && body.wait) {
      const { steps } = await readChange(store, entry.id, clock.now());
      notReady = await waitForAll(context, asNamed(warranted, steps), body.waitSeconds, options);
    }
    if (problem === undefined) await options.whileThere?.({ change: entry.id, seconds: body.waitSeconds });
  } finally {
    try {
      await removeTemporary(warranted, context, entry);
    } finally {
      entry.end(problem === undefined ? 'applied' : 'failed');
    }
  }
  const change = await readChange(store, entry.id, clock.now());
  const undoable = change.steps.some(
    ({ state, effect, notUndoable, removed }) =>
      state === 'done' && effect !== 'none' && notUndoable === undefined && removed !== true,
  );
  return { plan: await readPlan(store, id, clock.now()), change, undoable, notReady, problem };
}

/**
 * The steps of a plan with the ways to their objects, if it still is true. Nothing that the caller cancels cuts a write
 * off half-way.
 */
async function worksOf(context: Context, plan: Plan, body: PlanBody): Promise<Work[]> {
  const targets = await targetsOf(body.steps, connections(context.connect, 'none'));
  const works = targets.map((target, position): Omit<Work, 'seen'> => {
    const [step, planned] = [body.steps[position], plan.steps[position]];
    if (step === undefined || planned === undefined) throw new RangeError(`Plan ${plan.id} has no step ${position}.`);
    return {
      target,
      step,
      planned,
      fingerprint: body.fingerprints[position] ?? null,
      base: body.bases[position] ?? null,
      takesOwn: body.takesOwn[position] ?? false,
    };
  });
  try {
    const seen = await checkAll(works, context.store.planKey);
    return works.map((work, position) => ({ ...work, seen: seen[position] ?? null }));
  } catch (error) {
    const isStale = isFairlead(error) && error.code === 'plan-stale';
    if (isStale) await movePlan(context.store, plan.id, ['open', 'refused'], 'stale');
    throw error;
  }
}

/** From here on the writes of these steps, and no others, pass the gate. */
function withWarrant(works: readonly Work[]): Work[] {
  const warrant = issueWarrant(works.flatMap(({ target, step }) => writesOf(target, step)));
  return works.map((work) => {
    const { connection } = work.target;
    return { ...work, target: { ...work.target, connection: connection.during({ ...connection.call, warrant }) } };
  });
}

/** The works by the names that the server gave to what they made. */
function asNamed(works: readonly Work[], steps: readonly ChangedStep[]): Work[] {
  return works.map((work, position) => {
    const { subject } = steps[position] ?? work.target;
    return { ...work, target: { ...work.target, subject } };
  });
}

/** Step by step, up to the first that fails. @returns what it failed of */
async function applyAll(
  works: readonly Work[],
  body: PlanBody,
  { store, clock }: Context,
  entry: Bench['entry'],
  { signal, onProgress }: ApplyOptions,
): Promise<string | undefined> {
  const until = clock.now() + body.waitSeconds * 1000;
  for (const [position, work] of works.entries()) {
    if (signal?.aborted === true) return `Cancelled by the caller after ${position} of ${works.length} steps.`;
    const what = sayObject(work.target.subject);
    const say = (text: string): void => onProgress?.({ done: position, of: works.length, text });
    say(`${work.step.action} ${what}`);
    const bench: Bench = { entry, key: store.planKey, sealed: store.journalKey !== undefined, clock, until, signal, say };
    const problem = (await applyStep(work, position, bench)) ?? (await waitForDefinition(work, clock));
    if (problem !== undefined) return `${work.step.action} ${what}: ${problem}`;
  }
  onProgress?.({ done: works.length, of: works.length, text: 'all steps are done' });
  return undefined;
}

/** In dry-run mode a plan is tried once more, and nothing goes to the journal, for nothing was done. */
async function rehearse({ store, clock }: Context, plan: Plan, works: readonly Work[]): Promise<Applied> {
  let problem: string | undefined;
  for (const { target, step, planned, takesOwn } of works) {
    if (planned.effect === 'unknown') continue;
    try {
      await send(target, step, { dryRun: true, force: planned.forced || takesOwn });
    } catch (error) {
      if (!isFairlead(error)) throw error;
      problem = sayProblem(error);
      break;
    }
  }
  await movePlan(store, plan.id, ['open', 'refused'], problem === undefined ? 'applied' : 'failed');
  return { plan: await readPlan(store, plan.id, clock.now()), change: undefined, undoable: false, notReady: [], problem };
}
