import { UsageError } from '../platform/index.ts';
import type { Word } from './changes.ts';
import type { Plan, PlannedStep, PlanState } from './plan.ts';
import { sayObject } from './target.ts';

/** Digits of a digest that are enough to confirm it. */
const ENOUGH = 12;

/** States in which no word helps. */
const OVER: Readonly<Partial<Record<PlanState, { readonly code: string; readonly says: string; readonly advice: string }>>> = {
  expired: { code: 'plan-expired', says: 'has expired', advice: 'Make it anew: things may have changed since.' },
  stale: { code: 'plan-stale', says: 'is not true any more', advice: 'Make it anew, and look at what it shows now.' },
  blocked: {
    code: 'plan-blocked',
    says: 'has steps that cannot be done',
    advice: 'Each of them says why; make a plan without them.',
  },
  applying: { code: 'plan-used', says: 'is being applied', advice: 'The journal tells how far it is.' },
  applied: { code: 'plan-used', says: 'has been applied', advice: 'A plan is applied once; make a new one for another change.' },
  failed: {
    code: 'plan-used',
    says: 'has been tried',
    advice: 'The journal tells what was done of it; make a new plan for the rest.',
  },
};

/**
 * Is this the word that the plan needs?
 * @throws UsageError: `plan-expired`, `plan-stale`, `plan-blocked`, `plan-used`, `plan-refused`, `other-session`,
 * `needs-person`, `needs-word`, `wrong-digest`
 */
export function checkWord(plan: Plan, word: Word): void {
  const over = OVER[plan.state];
  if (over !== undefined) {
    const why = plan.state === 'blocked' ? `: ${plan.steps.flatMap(sayBlocked)[0] ?? ''}` : '.';
    throw refusal(over.code, `Plan ${plan.id} ${over.says}${why}`, over.advice);
  }
  const terminal = `A person can apply it in a terminal: fairlead apply ${plan.id}`;
  if (word.who !== 'person') {
    if (plan.state === 'refused') {
      throw refusal('plan-refused', `Plan ${plan.id} was refused, and an agent cannot confirm it any more.`, `${terminal}.`);
    }
    if (plan.author.session !== word.session) {
      throw refusal('other-session', `Plan ${plan.id} was made in another session.`, `Make the plan here. ${terminal}.`);
    }
    if (plan.needs === 'person') {
      const why = plan.because.length === 0 ? '' : `: ${plan.because.join('; ')}`;
      throw refusal('needs-person', `Plan ${plan.id} needs a person's word${why}.`, `${terminal}.`);
    }
    if (plan.needs === 'agent' && word.who === 'nobody') {
      throw refusal('needs-word', `Plan ${plan.id} has to be confirmed.`, 'Confirm it by its id.');
    }
  }
  const { digest } = word;
  const isRight = digest === undefined || (digest.length >= ENOUGH && plan.digest.startsWith(digest));
  if (!isRight) {
    throw refusal(
      'wrong-digest',
      `What was confirmed is not plan ${plan.id} as it is.`,
      'Look at the plan again; nothing was done.',
    );
  }
}

/** What keeps a step from being done. */
function sayBlocked({ subject, problem, conflicts, forced }: PlannedStep): string[] {
  if (problem !== undefined) return [`${sayObject(subject)}: ${problem}`];
  if (conflicts.length === 0 || forced) return [];
  return [`${sayObject(subject)}: ${conflicts.map(({ field, owner }) => `${field} belongs to "${owner}"`).join(', ')}.`];
}

function refusal(code: string, message: string, advice: string): UsageError {
  return new UsageError(message, { code, field: 'plan', advice });
}
