import { Budget, clean, type JsonObject, type Link } from '../../answers/index.ts';
import { isKubernetesError } from '../../kubernetes/index.ts';
import { FairleadError, messageOf } from '../../platform/index.ts';
import { explainForbidden } from './forbidden.ts';
import { checkInput } from './input.ts';
import type { AnyTool, Asked, ToolContext } from './tool.ts';

/** What one call came to: text, or data when that was asked for, never both. */
export type Outcome = { readonly isError: boolean } & (
  | { readonly text: string; readonly links?: readonly Link[] | undefined }
  | { readonly data: JsonObject }
);

export interface CallOptions {
  /** Answers with data whatever the call says: for programs. @default false */
  readonly structured?: boolean;
  /** The budget of a call that names none, in tokens. @default 4,000 */
  readonly defaultTokens?: number | undefined;
  /** Told of errors that are ours and not the caller's. */
  readonly onDefect?: (error: unknown) => void;
}

/**
 * Runs a tool: checks its arguments, and renders the answer within the budget. Every error becomes an answer that
 * says what happened and what would work; only the end of the caller's interest is thrown.
 */
export async function callTool(
  tool: AnyTool,
  given: unknown,
  context: ToolContext,
  options: CallOptions = {},
): Promise<Outcome | Asked> {
  try {
    const input = checkInput(tool.name, tool.arguments, given) as { readonly max_tokens?: number; readonly output?: string };
    const answer = await tool.run(input, context);
    if ('question' in answer) return answer;
    const tokens = input.max_tokens ?? options.defaultTokens;
    const budget = Budget.of(tokens);
    const isError = answer.isError ?? false;
    if (options.structured === true || input.output === 'json') return { isError, data: answer.data(budget) };
    return { isError, text: answer.text(budget), links: answer.links?.(Budget.of(tokens)) };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof FairleadError)) options.onDefect?.(error);
    const told = isKubernetesError(error, 'forbidden') ? await explainForbidden(error, context) : error;
    return { isError: true, text: errorText(told) };
  }
}

/** Longer than any message of our own; what a server adds to it is cut. */
const LONGEST_ERROR = 990;

/** An error as an answer: complete for a reader who sees nothing else, and without anything that only we understand. */
export function errorText(error: unknown): string {
  if (!(error instanceof FairleadError))
    return `Something went wrong inside Fairlead: ${clean(messageOf(error)).slice(0, 300)}. This is a defect of ours.`;
  const message = clean(error.message).trim();
  const { advice } = error;
  const room = LONGEST_ERROR - (advice?.length ?? 0) - 1;
  const shown = message.length > room ? `${message.slice(0, room - 1)}…` : message;
  return advice === undefined ? shown : `${shown}\n${advice}`;
}
