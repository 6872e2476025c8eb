import type { Permission } from '../../access/index.ts';
import type { Answer } from '../../answers/index.ts';
import type { ClusterEntry, Scope } from '../../fleet/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import type { Arguments, InputOf } from './input.ts';
import type { Progress } from './progress.ts';
import type { Session } from './session.ts';

/** What a tool may do at most. The gate holds it to that; the list of tools offered follows from it. */
export type Effect = 'read' | 'change';

export type Toolset = 'core' | 'change' | 'exec' | 'fleet' | 'helm' | 'gitops' | 'hosting' | 'inventory';

/** What a tool has at hand during one call. */
export interface ToolContext {
  readonly session: Session;
  /** Aborted when the client no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Tells the client how far the call has come; missing when it did not ask. What is done must grow with each report. */
  readonly progress?: Progress | undefined;
  /** Signs cursors. */
  readonly cursorKey: Buffer;
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
  /** What the operator must have granted by name, or nothing can come of it. */
  readonly permission?: Permission;
  run(input: InputOf<A>, context: ToolContext): Promise<Answer>;
}

/** A tool whose arguments are no longer known to the type system; the registry holds these. */
export type AnyTool = Omit<Tool, 'run'> & { run(input: unknown, context: ToolContext): Promise<Answer> };

export function defineTool<const A extends Arguments>(tool: Tool<A>): AnyTool {
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
  max_tokens: { type: 'integer', minimum: 100, maximum: 20_000 },
} as const satisfies Arguments;
