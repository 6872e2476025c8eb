import { Budget, clean, type Json, type JsonObject, type Link } from '../../answers/index.ts';
import { isKubernetesError } from '../../kubernetes/index.ts';
import { isFairlead, messageOf } from '../../platform/index.ts';
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
    if (options.structured === true || input.output === 'json') return { isError, data: cleaned(answer.data(budget)) };
    return { isError, text: answer.text(budget), links: answer.links?.(Budget.of(tokens)) };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isFairlead(error)) options.onDefect?.(error);
    const told = isKubernetesError(error, 'forbidden') ? await explainForbidden(error, context) : error;
    return { isError: true, text: errorText(told) };
  }
}

/** A model reads data as it reads text: nothing in it may hide from the person who looks over its shoulder. */
function cleaned(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [clean(key), cleanedValue(value)]));
}

function cleanedValue(value: Json): Json {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.map(cleanedValue) : cleaned(value);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** Longer than any message of our own; what a server adds to it is cut. */
const LONGEST_ERROR = 990;
/** Of these the advice may take so many; ours is shorter, but names what a cluster has. */
const LONGEST_ADVICE = 600;

/** An error as an answer: complete for a reader who sees nothing else, and without anything that only we understand. */
export function errorText(error: unknown): string {
  if (!isFairlead(error))
    return `Something went wrong inside Fairlead: ${clean(messageOf(error)).slice(0, 300)}. This is a defect of ours.`;
  const advice = error.advice === undefined ? undefined : cut(clean(error.advice).trim(), LONGEST_ADVICE);
  const message = cut(clean(error.message).trim(), LONGEST_ERROR - (advice?.length ?? 0) - 1);
  return advice === undefined ? message : `${message}\n${advice}`;
}

function cut(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
