import { mapBounded, UsageError } from '../platform/index.ts';
import { assessed } from './assess.ts';
import { digestOf, newId } from './canonical.ts';
import type { PlanOptions } from './changes.ts';
import type { Context } from './context.ts';
import { filled } from './fill.ts';
import { liveReader } from './live.ts';
import { needsOf } from './needs.ts';
import { neighboursOn } from './neighbours.ts';
import { applyOrder } from './order.ts';
import { planStep, type Draft } from './plan-step.ts';
import { keepPlan, type PlanBody } from './plan-store.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { remembered } from './remember.ts';
import { shown } from './shown.ts';
import type { Step } from './step.ts';
import { connections, targetsOf, type Target } from './target.ts';

/** How long a plan waits for a word, in milliseconds. */
const LIFETIME = 10 * 60_000;
/** Steps that are tried at the same time. */
const AT_ONCE = 32;
/** How long all waiting of a plan may take when nobody says it. */
export const WAIT_SECONDS = 300;

/** Dry-runs steps, and keeps what they would do as a plan. See `Changes.plan`. */
export async function makePlan(
  context: Context,
  asked: readonly Step[],
  options: PlanOptions & { readonly undoes?: string | undefined },
): Promise<Plan> {
  const { policy, store, clock } = context;
  checkSize(asked, policy.changes.maxObjects);
  const drafts = await draftsOf(context, asked, options.signal);
  const { needs, because, denied } = needsOf(policy, drafts);
  const views = drafts.map(({ view }, position) => withDenial(view, denied.get(position)));
  const madeAt = clock.now();
  const plan: Plan = {
    id: newId('plan'),
    digest: digestOf(
      drafts.map(({ step, view, fingerprint }) => [step, view.subject, view.identity, fingerprint]),
      store.planKey,
    ),
    state: views.some(isBlocked) ? 'blocked' : 'open',
    madeAt: new Date(madeAt).toISOString(),
    expiresAt: new Date(madeAt + LIFETIME).toISOString(),
    author: options.author,
    title: options.title,
    needs,
    because,
    steps: views,
    undoes: options.undoes,
    dryRun: policy.dryRun,
  };
  await keepPlan(store, plan, bodyOf(drafts, options));
  return plan;
}

/**
 * Tries the steps, in the order in which they will be applied, and looks at what they touch besides. Both at the same time:
 * what is round the first is read while the others are tried.
 */
async function draftsOf({ connect, store }: Context, asked: readonly Step[], signal: AbortSignal | undefined): Promise<Draft[]> {
  const connection = connections(connect, signal);
  const steps = await Promise.all(asked.map((step) => filled(step, connection)));
  const targets = await targetsOf(steps, connection);
  const read = liveReader(targets);
  const near = remembered(neighboursOn);
  const made = namespacesMade(steps, targets);
  return mapBounded(applyOrder(steps, targets), AT_ONCE, async (index) => {
    const [step, target] = [steps[index], targets[index]];
    if (step === undefined || target === undefined) throw new RangeError(`There is no step ${index}.`);
    const draft = await planStep(target, step, index, { awaited: made(target), read, key: store.planKey });
    return { ...draft, view: await assessed(draft, near(target.connection), store.journalKey !== undefined) };
  });
}

/** A step that no word helps. */
function withDenial(view: PlannedStep, reason: string | undefined): PlannedStep {
  return reason === undefined ? view : { ...view, problem: `Refused by policy: ${reason}.`, problemCode: 'policy' };
}

function bodyOf(drafts: readonly Draft[], { wait = false, waitSeconds = WAIT_SECONDS }: PlanOptions): PlanBody {
  return {
    steps: drafts.map(({ step }) => step),
    fingerprints: drafts.map(({ fingerprint }) => fingerprint),
    bases: drafts.map(({ before }) => shown(before) ?? null),
    takesOwn: drafts.map(({ takesOwn }) => takesOwn),
    wait,
    waitSeconds,
  };
}

/** A step that the server refused, or that would take fields from others without being told to. */
function isBlocked({ problem, conflicts, forced }: PlannedStep): boolean {
  return problem !== undefined || (conflicts.length > 0 && !forced);
}

function checkSize(steps: readonly Step[], most: number): void {
  if (steps.length === 0) throw new UsageError('A plan needs at least one step.', { code: 'empty-plan' });
  if (steps.length <= most) return;
  throw new UsageError(`A plan may touch ${most} objects here, and this one would touch ${steps.length}.`, {
    code: 'plan-too-large',
    advice: 'Select fewer, or make several plans; the operator sets the limit (max_objects).',
  });
}

/** Tells of a step's namespace whether another step of the plan makes it, and how to call it. */
function namespacesMade(steps: readonly Step[], targets: readonly Target[]): (target: Target) => string | undefined {
  const made = new Set(
    targets.flatMap(({ subject, kind }, index) =>
      kind.group === '' && kind.resource === 'namespaces' && 'object' in (steps[index] ?? {})
        ? [`${subject.cluster}/${subject.name}`]
        : [],
    ),
  );
  return ({ subject: { cluster, namespace } }) =>
    namespace !== undefined && made.has(`${cluster}/${namespace}`) ? `namespace ${namespace}` : undefined;
}
