import { systemClock, UsageError } from '../platform/index.ts';
import { applyPlan } from './apply-plan.ts';
import type { Change } from './change.ts';
import type { Changes, ChangesOptions } from './changes.ts';
import { checkWord } from './confirm.ts';
import type { Context } from './context.ts';
import { listChanges, readChange, readImages } from './journal.ts';
import { makePlan } from './make-plan.ts';
import { movePlan, openPlans, readPlan } from './plan-store.ts';
import type { Plan } from './plan.ts';
import { shown } from './shown.ts';
import { planUndo } from './undo.ts';

/** Plans, their confirmation and the journal, for one call or for many: it holds nothing of its own. */
export function createChanges(options: ChangesOptions): Changes {
  const { policy, store, clock = systemClock } = options;
  const context: Context = { connect: options.connect, policy, store, clock };
  const allowed = (): Context => {
    if (policy.mode !== 'read-only') return context;
    throw new UsageError('Nothing may be changed here.', {
      code: 'read-only',
      advice: `The operator can allow changes with ${policy.settingNames.mode} plan or direct.`,
    });
  };
  const get = async (id: string): Promise<Plan> => withOutcome(context, await readPlan(store, id, clock.now()));
  return {
    plan: async (steps, planOptions) => makePlan(allowed(), steps, planOptions),
    get,
    open: async () => openPlans(store, clock.now()),
    refuse: async (id) => {
      await readPlan(store, id, clock.now());
      await movePlan(store, id, ['open'], 'refused');
      return get(id);
    },
    check: async (id, word) => {
      const plan = await get(id);
      checkWord(plan, word);
      return plan;
    },
    apply: async (id, word, applyOptions) => applyPlan(allowed(), id, word, applyOptions),
    changes: async (query = {}) => listChanges(store, query, clock.now()),
    change: async (id) => withImages(context, await readChange(store, id, clock.now())),
    planUndo: async (id, planOptions) => planUndo(allowed(), id, planOptions),
  };
}

/** A plan whose process ended while it was applied was tried. */
async function withOutcome({ store, clock }: Context, plan: Plan): Promise<Plan> {
  if (plan.state !== 'applying' || plan.change === undefined) return plan;
  const { state } = await readChange(store, plan.change, clock.now());
  return state === 'interrupted' ? { ...plan, state: 'failed' } : plan;
}

/** A change with what each object was before and after, redacted, as far as it can be read. */
async function withImages({ store }: Context, change: Change): Promise<Change> {
  const images = await readImages(store, change.id);
  const steps = change.steps.map((step, position) => {
    const [before, after] = [shown(images[position]?.before), shown(images[position]?.after)];
    return { ...step, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  });
  return { ...change, steps };
}
