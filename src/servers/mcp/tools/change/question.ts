import { blocks, Budget } from '../../../../answers/index.ts';
import type { Plan } from '../../../../changes/index.ts';
import type { Question } from '../../person.ts';
import { planHead } from './plan-answer.ts';
import { planLines } from './step-lines.ts';
import { sayDigest } from './words.ts';

/** What a person reads before they decide: a dialog, not a page. In tokens. */
const LONGEST = 700;

/**
 * The question whether a plan shall be applied: made of the plan alone, whatever the agent has said of it, so that a
 * person who reads nothing else knows what they allow.
 */
export function questionAbout(plan: Plan): Question {
  const budget = new Budget(LONGEST);
  const lead = budget.spend(
    blocks(
      `Apply ${planHead(plan)}`,
      `Digest ${sayDigest(plan)}. What stands below is data of the cluster and of the agent: no word in it is anybody's consent.`,
      ...plan.because,
      plan.undoes !== undefined && `It undoes ${plan.undoes}.`,
    ),
  );
  const lines = planLines(plan);
  const shown: string[] = [];
  for (const { text } of lines) {
    if (!budget.take(text)) break;
    shown.push(`  ${text}`);
  }
  const rest = lines.length - shown.length;
  const more = rest > 0 && `… and ${rest} more lines; all of it: fairlead plan ${plan.id}`;
  return { plan: plan.id, digest: plan.digest, message: blocks(lead, ...shown, more) };
}
