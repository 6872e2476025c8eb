import { WAIT_SECONDS } from '../../../../changes/index.ts';
import { parseValue } from '../../../../operations/change/index.ts';
import { didYouMean, messageOf, quoted, UsageError } from '../../../../platform/index.ts';
import { checkInput } from '../../input.ts';
import type { AnyTool, ToolContext } from '../../tool.ts';
import { defineReviewed, planned, type AnyChangeTool, type Proposal } from './change-tool.ts';

/** Calls in one batch. */
const MOST = 50;

/** Several calls of other tools as one plan, which is reviewed, applied and undone as a whole. */
export function batchOver(tools: readonly AnyChangeTool[]): AnyTool {
  const byName = new Map<string, AnyChangeTool>(tools.map((tool) => [tool.name, tool]));
  return defineReviewed({
    name: 'kube_batch',
    title: 'Several changes as one plan',
    description: 'Several calls of the changing tools as one plan.',
    arguments: {
      calls: {
        type: 'string',
        required: true,
        document: true,
        description: '[{"tool":"kube_scale","arguments":{…}},…]',
      },
      wait: { type: 'boolean', description: 'for all' },
    },
    needs: [],
    given: 'what the tools of its calls need',
    async run({ calls, wait }, context) {
      return planned(
        'kube_batch',
        async () => {
          const parts: Proposal[] = [];
          for (const [index, call] of (await readCalls(calls)).entries())
            parts.push(await proposed(call, index, byName, context));
          return {
            steps: parts.flatMap(({ steps }) => steps),
            wait: wait ?? parts.some((part) => part.wait === true),
            waitSeconds: longestOf(parts),
            notes: parts.flatMap(({ notes }) => notes ?? []),
          };
        },
        context,
      );
    },
  });
}

/** All are waited for together, as long as the most patient of them wants. */
function longestOf(parts: readonly Proposal[]): number | undefined {
  const wanted = parts.flatMap(({ waitSeconds }) => waitSeconds ?? []);
  return wanted.length === 0 ? undefined : Math.max(WAIT_SECONDS, ...wanted);
}

interface BatchCall {
  readonly tool: string;
  readonly given: unknown;
}

async function readCalls(text: string): Promise<readonly BatchCall[]> {
  const value = await parseValue(text, 'calls');
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST) {
    throw wrong(`"calls" is a list of between 1 and ${MOST} calls.`);
  }
  return value.map((call: unknown, index): BatchCall => {
    const { tool, arguments: given, ...more } = (call ?? {}) as { readonly tool?: unknown; readonly arguments?: unknown };
    const unknown = Object.keys(more)[0];
    if (typeof tool === 'string' && unknown === undefined) return { tool, given };
    throw wrong(
      `Call ${index + 1} of "calls" ${unknown === undefined ? 'names no tool' : `has a field ${quoted(unknown, 60)}`}.`,
    );
  });
}

/** What one of the calls proposes. What is wrong with it is told with its number. */
async function proposed(
  { tool: name, given }: BatchCall,
  index: number,
  byName: ReadonlyMap<string, AnyChangeTool>,
  context: ToolContext,
): Promise<Proposal> {
  const tool = byName.get(name);
  if (tool === undefined) {
    const hint = didYouMean(name.slice(0, 60), [...byName.keys()]) || '.';
    throw wrong(`Call ${index + 1} of "calls": ${quoted(name, 60)} is no tool that can be part of a batch${hint}`, [
      ...byName.keys(),
    ]);
  }
  try {
    return await tool.propose(checkInput(name, tool.arguments, given), context);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Call ${index + 1} of "calls": ${messageOf(error)}`, {
      code: error.code,
      field: 'calls',
      advice: error.advice,
      cause: error,
    });
  }
}

function wrong(message: string, tools?: readonly string[]): UsageError {
  return new UsageError(message, {
    code: 'invalid-argument',
    field: 'calls',
    advice:
      tools === undefined
        ? 'Each is {"tool":"kube_scale","arguments":{"kind":"deployment","name":"web","replicas":3}}.'
        : `Tools: ${tools.join(', ')}.`,
  });
}
