import type { CommandCall } from '../command.ts';
import { applyHere, atDesk, oneWord } from './desk.ts';

/** Applies a plan that a person has looked at, whoever made it; also one that was refused. */
export async function apply(call: CommandCall): Promise<number> {
  const id = oneWord(call, 'plan');
  return atDesk(call, async (desk) => {
    const word = { who: 'person', via: 'terminal' } as const;
    return applyHere(call, await desk.changes.check(id, word), desk);
  });
}
