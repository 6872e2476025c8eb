import type { Permission } from '../../access/index.ts';
import type { Answer } from '../../answers/index.ts';
import type { Changes } from '../../changes/index.ts';
import type { ClusterEntry, Scope } from '../../fleet/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import type { Arguments, InputOf } from './input.ts';
import type { Need } from './requirements/needs.ts';
import type { Person, Question } from './person.ts';
import type { Progress } from './progress.ts';
import type { Session } from './session.ts';

/** What a tool may do at most. The gate holds it to that; the list of tools offered follows from it. */
export type Effect = 'read' | 'change';

/** What an operator can offer by itself. */
export type Toolset = 'core' | 'change' | 'exec';

/** What a tool has at hand during one call. */
export interface ToolContext {
  readonly session: Session;
  /** Aborted when the client no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Tells the client how far the call has come; missing when it did not ask. What is done must grow with each report. */
  readonly progress?: Progress | undefined;
  /** The person behind the client; missing when nobody can be asked. */
  readonly person?: Person | undefined;
  /** Signs cursors. */
  readonly cursorKey: Buffer;
  /** The folders of this machine that copies may be made from and to. */
  readonly localFolders: readonly string[];
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * The connection to a cluster on behalf of this call; without a name, to the session's current one. With `fanOut` it
   * gives up early, because others are asked beside it.
   * @throws UsageError with the nearest name
   */
  connect(cluster?: string, options?: { readonly fanOut?: boolean }): Promise<Connection>;
  /**
   * The clusters that an argument means: a name, several, `*`, a label match; without one, the session's current.
   * @throws UsageError with the nearest name
   */
  select(cluster?: string): Promise<readonly string[]>;
  /** All clusters, the session's current one marked. */
  clusters(): Promise<readonly ClusterEntry[]>;
  /**
   * The connection to a cluster by which the values of Secrets are seen, for a call that a person has allowed to.
   * @throws UsageError where the permission is not granted
   */
  reveal(cluster?: string): Promise<Connection>;
  /** Plans, their confirmation and the journal, on behalf of this call. */
  changes(): Promise<Changes>;
  /** The namespaces that an argument means on a cluster: the named ones, `*` for all, or the default when undefined. */
  scope(namespace: string | undefined, connection: Connection): Scope;
}

/** A tool as data. Adding one is adding a file and a line in the registry. */
export interface Tool<A extends Arguments = Arguments> {
  readonly name: `kube_${string}`;
  readonly title: string;
  /** At most 700 characters; the first sentence holds the words that people search for. */
  readonly description: string;
  readonly arguments: A;
  readonly effect: Effect;
  readonly toolset: Toolset;
  /** What it makes use of in a cluster; nothing that is not named here may be necessary. */
  readonly needs: readonly Need[];
  /** What else it makes use of, and who has that anyway. */
  readonly given?: string;
  /** What the operator must have granted by name, or nothing can come of it. */
  readonly permission?: Permission;
  /** Its calls are plans, for which the policy must allow changes whatever is granted by name. @default false */
  readonly planned?: boolean;
  /** Calls may take longer than a client waits: for one that knows tasks they go on as such. @default false */
  readonly long?: boolean;
  run(input: InputOf<A>, context: ToolContext): Promise<Answer>;
}

/** A tool whose arguments are no longer known to the type system. */
export type ReadTool = Omit<Tool, 'run'> & { run(input: unknown, context: ToolContext): Promise<Answer> };

/** Says that a person has to be asked before there is an answer. */
export interface Asked {
  readonly question: Question;
}

/**
 * Any tool; the registry holds these. One that changes things may answer with a question where there is a person to ask:
 * the call is then made again with the reply.
 */
export type AnyTool = Omit<Tool, 'run'> & {
  run(input: unknown, context: ToolContext): Promise<Answer | Asked>;
  /** What is left of it where nothing may be changed. @default nothing, for a tool that changes something */
  readonly reading?: ReadTool | undefined;
};

export function defineTool<const A extends Arguments>(tool: Tool<A>): ReadTool {
  return tool;
}

/** Arguments that mean the same in every tool; the server's instructions explain them once. */
export const SHARED = {
  cluster: { type: 'string' },
  namespace: { type: 'string' },
  kind: { type: 'string' },
  name: { type: 'string' },
  labels: { type: 'string' },
  fields: { type: 'string' },
  limit: { type: 'integer', minimum: 1, maximum: 1000 },
  cursor: { type: 'string' },
  max_tokens: { type: 'integer', minimum: 200, maximum: 20_000, boundsToldOnce: true },
  wait: { type: 'boolean' },
  grace: { type: 'integer', minimum: 0 },
} as const satisfies Arguments;
