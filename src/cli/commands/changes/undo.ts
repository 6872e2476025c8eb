import type { CommandCall } from '../command.ts';
import { applyHere, atDesk, oneWord, showPlan } from './desk.ts';

/** Plans what undoes a change, and applies it once the person has said yes. */
export async function undo(call: CommandCall): Promise<number> {
  const id = oneWord(call, 'change');
  return atDesk(call, async (desk) => {
    const plan = await desk.changes.planUndo(id, { author: { origin: 'cli' }, signal: desk.signal });
    return plan.state === 'open' ? applyHere(call, plan, desk) : showPlan(call, plan, desk);
  });
}
