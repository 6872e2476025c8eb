import type { CallOptions } from './call.ts';
import type { Offer } from './offer.ts';
import type { Person } from './person.ts';
import type { Progress } from './progress.ts';
import type { Session } from './session.ts';
import type { Tasks } from './tasks/tasks.ts';
import type { AnyTool, ToolContext } from './tool.ts';

/** On whose behalf something is done. */
export interface Caller {
  readonly session: Session;
  /** Undefined where nobody asked for it. */
  readonly progress: Progress | undefined;
  /** Undefined where nobody can be asked. */
  readonly person?: Person | undefined;
}

/** What the binding needs of the house behind it. */
export interface ServerParts extends CallOptions {
  readonly version: string;
  /** The tools on offer, in the order in which they are listed. */
  readonly tools: readonly AnyTool[];
  /**
   * The context of one call.
   * @param origin a tool, or a method of the protocol; its name stands in the audit
   */
  contextFor(origin: { readonly name: string }, signal: AbortSignal, caller: Caller): ToolContext;
  /** How long a person has for an answer, in milliseconds. @default 10 minutes */
  readonly patience?: number | undefined;
  /** What long calls go on as, for clients that know tasks; without it they are answered when they are done. */
  readonly tasks?: Tasks | undefined;
  /** What is offered besides our tools, resources and prompts. */
  readonly more?: readonly Offer[];
}
