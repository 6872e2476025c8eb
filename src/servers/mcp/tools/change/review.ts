import { nextCall, type Answer } from '../../../../answers/index.ts';
import type { Changes, Plan, Progress as ProgressOfApply, Word } from '../../../../changes/index.ts';
import type { Reply, Said } from '../../person.ts';
import type { Asked, ToolContext } from '../../tool.ts';
import { appliedAnswer, type AppliedOptions } from './applied-answer.ts';
import { carryOut } from './carry-out.ts';
import { clock, isDone, planAnswer, type PlanAnswerOptions } from './plan-answer.ts';
import { questionAbout } from './question.ts';
import { sayCall } from './words.ts';

/**
 * The way of every change: a plan is made; it is applied at once where no word is needed, put before the person where the
 * client can ask one, and answered as a plan where nobody can be asked. A call that comes back with a reply goes on from
 * there.
 * @param make makes the plan; not called when there is a reply
 */
export async function review(
  context: ToolContext,
  make: (changes: Changes) => Promise<{ readonly plan: Plan; readonly notes?: readonly string[] | undefined }>,
): Promise<Answer | Asked> {
  const changes = await context.changes();
  const reply = context.person?.reply;
  if (reply !== undefined) return conclude(context, changes, reply);
  const { plan, notes } = await make(changes);
  return decide(context, changes, plan, { notes });
}

/** Asks for the word that a plan needs, or goes ahead where it needs none. */
async function decide(
  context: ToolContext,
  changes: Changes,
  plan: Plan,
  options: PlanAnswerOptions = {},
): Promise<Answer | Asked> {
  if (plan.state !== 'open') return planAnswer(plan, context, { ...options, isError: plan.state === 'blocked' });
  if (isDone(plan)) return planAnswer(plan, context, options);
  if (plan.needs === 'nobody')
    return applied(context, changes, plan.id, { who: 'nobody', via: 'direct' }, { notes: options.notes ?? [] });
  if (context.person !== undefined) return { question: questionAbout(plan) };
  return planAnswer(plan, context, { ...options, closing: closingOf(plan) });
}

/** What a person's reply leads to. */
export async function conclude(context: ToolContext, changes: Changes, reply: Reply): Promise<Answer> {
  const { plan, digest, said } = reply;
  if (said === 'accepted') return applied(context, changes, plan, { who: 'person', via: 'elicitation', digest });
  if (said === 'unanswered') return unanswered(await changes.get(plan));
  return refused(await changes.refuse(plan), said);
}

/** Applies a plan, and says what it came to. */
export async function applied(
  context: ToolContext,
  changes: Changes,
  plan: string,
  word: Omit<Word, 'session'>,
  unseen?: AppliedOptions['unseen'],
): Promise<Answer> {
  const { progress, signal, session } = context;
  let told = 0;
  const onProgress = ({ text, done, of }: ProgressOfApply): void => {
    // While one step is waited for nothing is done, and yet every word of it is news.
    told = Math.max(told + 0.001, done);
    progress?.(text, told, of);
  };
  const done = await carryOut(context, changes, plan, { ...word, session: session.id }, { signal, onProgress });
  return appliedAnswer(done.applied, { afterwards: done.afterwards, unseen });
}

function closingOf({ id, needs, dryRun }: Plan): string {
  if (dryRun) return `This is as far as a dry run goes; ${sayCall('kube_confirm', { plan: id })} would change nothing.`;
  return needs === 'person'
    ? `This needs a person's word, and this client cannot ask one. A person can apply it in a terminal: fairlead apply ${id}`
    : nextCall('kube_confirm', { plan: id });
}

/** How each way of saying no is told. */
const NO: Readonly<Record<Exclude<Said, 'accepted' | 'unanswered'>, string>> = {
  declined: 'The person declined',
  cancelled: 'The person dismissed the question about',
};

/** What was turned down stays so for the agent, whatever else it is told. */
function refused(plan: Plan, said: keyof typeof NO): Answer {
  const advice = `You cannot confirm it any more: only a person can, in a terminal: fairlead apply ${plan.id}`;
  return notDone(plan, `${NO[said]} ${plan.id}. Nothing was changed.`, advice, said);
}

function unanswered(plan: Plan): Answer {
  const advice = `Until ${clock(plan.expiresAt)} it can be asked again: ${sayCall('kube_confirm', { plan: plan.id })}`;
  return notDone(plan, `Nobody answered the question about ${plan.id}. Nothing was changed.`, advice, 'unanswered');
}

function notDone({ id, digest, state }: Plan, message: string, advice: string, said: Said): Answer {
  return {
    text: () => `${message}\n${advice}`,
    data: () => ({ plan: { id, digest, state }, said, message, advice }),
    isError: true,
  };
}
