import { Budget, unfenced, type Answer } from '../../../answers/index.ts';
import type { Changes, Plan } from '../../../changes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { appliedAnswer, carryOut, planAnswer, type ToolContext } from '../../../servers/mcp/index.ts';
import { askHere, someoneIsThere } from '../../ask.ts';
import { openHouse } from '../../house.ts';
import type { Tone } from '../../terminal.ts';
import { untilInterrupted } from '../../told-to-end.ts';
import { sayJson, type CommandCall } from '../command.ts';

/** A person in a terminal is shown all there is; the data of a command has no budget either. */
const ALL = 1_000_000;

/** Where a person reviews changes: the house of this command, and what it may do. */
export interface Desk {
  readonly changes: Changes;
  readonly context: ToolContext;
  readonly signal: AbortSignal;
}

/**
 * Runs a command about changes. Who types it wants to change something: where nobody said how far changes may go, plans
 * are allowed here; what the operator said holds here as well.
 */
export async function atDesk(call: CommandCall, work: (desk: Desk) => Promise<number>): Promise<number> {
  const settings = await call.settings();
  const house = openHouse({ ...settings, policy: { ...settings.policy, mode: settings.policy.mode ?? 'plan' } });
  try {
    return await untilInterrupted(async (signal) => {
      const context = house.contextFor({ name: 'cli' }, signal);
      return work({ changes: await context.changes(), context, signal });
    });
  } finally {
    await house.close();
  }
}

/** Writes an answer. @returns the exit code */
export function sayAnswer(call: CommandCall, answer: Answer): number {
  if (call.json) sayJson(call, answer.data(new Budget(ALL)));
  else call.terminal.say(forPeople(call, answer));
  return answer.isError === true ? 1 : 0;
}

/** Lines that a person must not overlook. */
const TONES: readonly (readonly [beginning: RegExp, tone: Tone])[] = [
  [/^\+ /, 'good'],
  [/^- |^blocked: |^FAILED|^UNKNOWN/, 'bad'],
  [/^~ |^\? |^(?:warning|conflict|taken over): /, 'warning'],
];

/** An answer for the screen of a person; what goes into a pipe may be read by an agent, and stays as agents get it. */
function forPeople({ terminal }: CommandCall, answer: Answer): string {
  const text = answer.text(new Budget(ALL));
  if (terminal.width === undefined) return text;
  const lines = unfenced(text).split('\n');
  return lines
    .map((line) => {
      const tone = TONES.find(([beginning]) => beginning.test(line))?.[1];
      return tone === undefined ? line : terminal.paint(tone, line);
    })
    .join('\n');
}

/** Shows a plan, and what to type to apply it. */
export function showPlan(call: CommandCall, plan: Plan, { context }: Desk): number {
  const isOpen = plan.state === 'open' || plan.state === 'refused';
  const closing = isOpen && plan.steps.some(({ effect }) => effect !== 'none') ? `apply: fairlead apply ${plan.id}` : undefined;
  return sayAnswer(call, planAnswer(plan, context, { closing, isError: plan.state === 'blocked' }));
}

/**
 * Applies a plan once the person at the terminal has said yes, or has said so with `--yes`.
 * @throws UsageError where nobody is there to say it
 */
export async function applyHere(call: CommandCall, plan: Plan, desk: Desk): Promise<number> {
  const { changes, context, signal } = desk;
  if (call.flags['yes'] !== true) {
    call.terminal.note(forPeople(call, planAnswer(plan, context)));
    if (!someoneIsThere()) {
      throw new UsageError(`Nobody is at this terminal to say whether ${plan.id} shall be applied.`, {
        code: 'needs-person',
        advice: 'Say it with --yes.',
      });
    }
    if ((await askHere('', signal)) !== 'accepted') {
      call.terminal.note(`Not applied. Nothing was changed; ${plan.id} waits until ${plan.expiresAt.slice(11, 16)} UTC.`);
      return 1;
    }
  }
  const word = { who: 'person', via: 'terminal', digest: plan.digest } as const;
  const onProgress = ({ text }: { readonly text: string }): void => call.terminal.note(text);
  const { applied, afterwards } = await carryOut(context, changes, plan.id, word, { signal, onProgress });
  return sayAnswer(call, appliedAnswer(applied, { afterwards, sayUndo }));
}

/** How a change is undone from a terminal. */
export function sayUndo(change: string): string {
  return `undo: fairlead undo ${change}`;
}

/** The one word that a command takes. @throws UsageError */
export function oneWord(call: CommandCall, what: string): string {
  const [word, ...more] = call.words;
  if (word !== undefined && more.length === 0) return word;
  throw new UsageError(word === undefined ? `Which ${what} is not said.` : `One ${what} is taken, not ${call.words.length}.`, {
    code: 'usage',
    advice: `fairlead ${what === 'plan' ? 'plan' : 'changes'} lists them.`,
  });
}
