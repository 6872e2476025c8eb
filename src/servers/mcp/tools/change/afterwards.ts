import { redactText } from '../../../../access/index.ts';
import {
  blocks,
  fence,
  FENCE_TOKENS,
  headLine,
  oneLine,
  plain,
  type Budget,
  type JsonObject,
} from '../../../../answers/index.ts';
import type { Applied, ChangedStep } from '../../../../changes/index.ts';
import { runResult, type RunResult } from '../../../../operations/change/index.ts';
import type { ToolContext } from '../../tool.ts';

/** More of what a change came to than its steps tell. */
export interface Afterwards {
  text(budget: Budget): string;
  readonly data: JsonObject;
}

/** What else there is to tell once a plan is applied, whichever call has confirmed it: how a run has ended. */
export async function afterwardsOf({ plan, change }: Applied, context: ToolContext): Promise<Afterwards | undefined> {
  if (plan.author.origin !== 'kube_run') return undefined;
  const step = change?.steps.find(({ state, subject }) => state === 'done' && subject.kind === 'Job');
  return step === undefined ? undefined : runAfterwards(step, context);
}

async function runAfterwards({ subject }: ChangedStep, context: ToolContext): Promise<Afterwards> {
  const result = await runResult(await context.connect(subject.cluster), subject);
  const { exitCode, reason, output, cut } = result;
  const written = output === undefined ? undefined : redactText(output).trimEnd();
  return {
    text(budget) {
      const head = budget.spend(headOf(result));
      if (written === undefined || written === '') return head;
      const release = budget.reserve(FENCE_TOKENS);
      const lines = written.split('\n');
      const shown: string[] = [];
      // The end tells most.
      for (const line of lines.toReversed()) {
        if (!budget.take(line)) break;
        shown.unshift(line);
      }
      release();
      const before = cut || shown.length < lines.length ? '…\n' : '';
      return blocks(head, fence(`${before}${shown.join('\n')}`, { what: 'output' }));
    },
    data: plain({ run: { exit_code: exitCode, reason, output: written } }),
  };
}

function headOf({ exitCode, reason, pod }: RunResult): string {
  if (pod === undefined) return 'It has no pod yet.';
  const how = reason === undefined ? '' : ` (${oneLine(reason, 80)})`;
  return headLine(exitCode === undefined ? `It has not ended${how}` : `It ended with exit code ${exitCode}${how}`);
}
