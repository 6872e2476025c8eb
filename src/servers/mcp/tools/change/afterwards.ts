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
import type { Change, ChangedStep } from '../../../../changes/index.ts';
import {
  BEGIN_SECONDS,
  debuggerOf,
  debugResult,
  runResult,
  type DebugResult,
  type RunResult,
} from '../../../../operations/change/index.ts';
import type { ToolContext } from '../../tool.ts';

/** More of what a change came to than its steps tell. */
export interface Afterwards {
  text(budget: Budget): string;
  readonly data: JsonObject;
}

/** How long it may be waited for, and who hears how that goes. */
interface Patience {
  readonly seconds: number;
  readonly say: (text: string) => void;
}

/** How what a step has started ends. */
type Ending = (step: ChangedStep, context: ToolContext, patience: Patience) => Promise<Afterwards | undefined>;

/** By the tool that has made the plan: the kind of the step that has started something, and how that ends. */
const ENDINGS: Readonly<Record<string, { readonly kind: string; readonly ending: Ending }>> = {
  kube_run: { kind: 'Job', ending: runAfterwards },
  kube_debug: { kind: 'Pod', ending: debugAfterwards },
};

/** What else there is to tell of a change whose steps are done, whichever call has confirmed it: how a command has ended. */
export async function afterwardsOf(
  { origin, steps }: Change,
  context: ToolContext,
  patience: Patience,
): Promise<Afterwards | undefined> {
  const told = ENDINGS[origin];
  const step = steps.find(({ state, subject }) => state === 'done' && subject.kind === told?.kind);
  return step === undefined ? undefined : told?.ending(step, context, patience);
}

async function runAfterwards({ subject }: ChangedStep, context: ToolContext): Promise<Afterwards> {
  return tellEnd(await runResult(await context.connect(subject.cluster), subject), 'run');
}

async function debugAfterwards(
  { subject, before, after }: ChangedStep,
  context: ToolContext,
  { seconds, say }: Patience,
): Promise<Afterwards | undefined> {
  const container = debuggerOf(before, after);
  if (container === undefined) return undefined;
  const { cluster, namespace, name } = subject;
  const { signal } = context;
  const debugging = { namespace, pod: name, container };
  const wait = { seconds: seconds - BEGIN_SECONDS, signal, say };
  const result = await debugResult(await context.connect(cluster), debugging, wait);
  return tellEnd({ ...result, pod: name }, 'debug', { container });
}

type End = RunResult & Partial<Pick<DebugResult, 'message'>>;

function tellEnd(end: End, field: 'run' | 'debug', more: JsonObject = {}): Afterwards {
  const { exitCode, reason, message, output, cut } = end;
  const written = output?.trimEnd();
  return {
    text(budget) {
      const head = budget.spend(headOf(end));
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
    data: plain({ [field]: { ...more, exit_code: exitCode, reason, message, output: written, ...(cut && { cut }) } }),
  };
}

function headOf({ exitCode, reason, message, pod }: End): string {
  if (pod === undefined) return 'It has no pod yet.';
  const why = [reason, message].filter((part) => part !== undefined).join(': ');
  const how = why === '' ? '' : ` (${oneLine(why, 300)})`;
  return headLine(exitCode === undefined ? `It has not ended${how}` : `It ended with exit code ${exitCode}${how}`);
}
