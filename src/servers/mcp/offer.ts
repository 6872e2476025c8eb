import type {
  CallToolResult,
  GetPromptResult,
  InputRequiredResult,
  LoggingLevel,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplateType,
  Server,
  ServerCapabilities,
  ServerContext,
  Tool,
} from '@modelcontextprotocol/server';

import type { Session } from './session.ts';

/** One request as the protocol brought it, and the session it belongs to. */
export interface Exchange {
  readonly request: ServerContext;
  readonly session: Session;
  /** True since 2026-07-28, where each request says everything about itself. */
  readonly modern: boolean;
  /** Whether the client can put a question before a person. */
  readonly canAsk: boolean;
  /** A line for the client, which gets it only if it wants lines of this level. */
  log(level: LoggingLevel, data: unknown): void;
}

/** A variable that is being typed, with those that stand already. */
export interface Typing {
  readonly variable: string;
  /** As far as it is typed. */
  readonly value: string;
  readonly known: Readonly<Record<string, string>>;
}

export interface ToolsOffer {
  /** As they stand in `tools/list`. */
  readonly listed: readonly Tool[];
  /** Whether calls may take longer than a client waits, so that they can go on as tasks. @default never */
  isLong?(name: string): boolean;
  /** Called only with names that are listed. */
  call(name: string, given: unknown, exchange: Exchange): Promise<CallToolResult | InputRequiredResult>;
}

export interface ResourcesOffer {
  readonly templates: readonly ResourceTemplateType[];
  list(exchange: Exchange): Promise<readonly Resource[]>;
  /** Whether a URI, of something that exists or not, belongs here. */
  owns(uri: string): boolean;
  read(uri: string, exchange: Exchange): Promise<ReadResourceResult | InputRequiredResult>;
  /** Best matches first. */
  complete(template: string, typing: Typing, exchange: Exchange): Promise<readonly string[]>;
}

export interface PromptsOffer {
  readonly listed: readonly Prompt[];
  /** Called only with names that are listed. */
  get(name: string, given: Readonly<Record<string, string>>, exchange: Exchange): Promise<GetPromptResult | InputRequiredResult>;
  /** Best matches first. */
  complete(name: string, typing: Typing, exchange: Exchange): Promise<readonly string[]>;
}

/**
 * A set of things that a server offers. A server puts several together: our tools, resources and prompts are one, what
 * the conformance suite wants to find is another.
 */
export interface Offer {
  readonly capabilities?: ServerCapabilities;
  readonly tools?: ToolsOffer;
  readonly resources?: ResourcesOffer;
  readonly prompts?: PromptsOffer;
  /** Adds handlers of other methods to a new server. */
  install?(server: Server): void;
}
