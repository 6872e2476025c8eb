import type { Applied, ApplyOptions, Changes, Word } from '../../../../changes/index.ts';
import type { ToolContext } from '../../tool.ts';
import { afterwardsOf, type Afterwards } from './afterwards.ts';

/** Applies a plan, and hears what it has started to its end, before what is temporary goes. */
export async function carryOut(
  context: ToolContext,
  changes: Changes,
  plan: string,
  word: Word,
  options: Pick<ApplyOptions, 'signal' | 'onProgress'>,
): Promise<{ readonly applied: Applied; readonly afterwards: Afterwards | undefined }> {
  let afterwards: Afterwards | undefined;
  const whileThere: ApplyOptions['whileThere'] = async ({ change, seconds }) => {
    const done = await changes.change(change);
    const { length } = done.steps;
    const say = (text: string): void => options.onProgress?.({ text, done: length, of: length });
    afterwards = await afterwardsOf(done, context, { seconds, say });
  };
  const applied = await changes.apply(plan, word, { ...options, whileThere });
  return { applied, afterwards };
}
