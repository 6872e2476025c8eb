import type { Permission } from '../../../../access/index.ts';
import type { Answer } from '../../../../answers/index.ts';
import type { Step } from '../../../../changes/index.ts';
import { UsageError } from '../../../../platform/index.ts';
import type { Arguments, InputOf } from '../../input.ts';
import type { Need } from '../../requirements/needs.ts';
import { SHARED, type AnyTool, type Asked, type ReadTool, type ToolContext, type Toolset } from '../../tool.ts';
import { review } from './review.ts';

/** Arguments that say which one object is meant. */
export const OBJECT = {
  kind: { ...SHARED.kind, required: true },
  name: { ...SHARED.name, required: true },
  namespace: SHARED.namespace,
  cluster: SHARED.cluster,
} as const;

/** Arguments that say which objects are meant, by names or by labels. */
export const OBJECTS = {
  kind: { ...SHARED.kind, required: true },
  name: SHARED.name,
  labels: SHARED.labels,
  namespace: SHARED.namespace,
  cluster: SHARED.cluster,
} as const;

/** What a call wants to do: the steps of a plan, and what to say of them. */
export interface Proposal {
  readonly steps: readonly Step[];
  /** Whether to wait, once it is applied, until what was changed is ready or gone. */
  readonly wait?: boolean | undefined;
  /** How long all that waiting may take, in seconds. @default 300 */
  readonly waitSeconds?: number | undefined;
  /** Sentences for whoever reviews the plan. */
  readonly notes?: readonly string[] | undefined;
}

interface Named<A extends Arguments> {
  readonly name: `kube_${string}`;
  readonly title: string;
  readonly description: string;
  readonly arguments: A;
  /** @default change */
  readonly toolset?: Toolset;
  readonly needs: readonly Need[];
  readonly given?: string;
  readonly permission?: Permission;
  /** What is left of the tool where nothing may be changed. */
  readonly reading?: ReadTool;
}

/** A tool whose calls are changes. */
interface ChangeTool<A extends Arguments> extends Named<A> {
  propose(input: InputOf<A>, context: ToolContext): Promise<Proposal>;
  /** The calls that only read, and how these are answered. */
  readonly reads?: {
    fits(input: InputOf<A>): boolean;
    answer(input: InputOf<A>, context: ToolContext): Promise<Answer | Asked>;
  };
}

/** A tool that has plans of its own making reviewed. */
interface ReviewedTool<A extends Arguments> extends Named<A> {
  run(input: InputOf<A>, context: ToolContext): Promise<Answer | Asked>;
}

/** A tool whose proposals can also be parts of a batch. */
export interface AnyChangeTool extends AnyTool {
  propose(input: unknown, context: ToolContext): Promise<Proposal>;
}

/** Makes a tool whose calls are planned, reviewed and journaled. */
export function defineChange<const A extends Arguments>(tool: ChangeTool<A>): AnyChangeTool {
  const reviewed = defineReviewed<A>({
    ...tool,
    async run(input, context) {
      if (tool.reads?.fits(input) === true) return tool.reads.answer(input, context);
      return planned(tool.name, () => tool.propose(input, context), context);
    },
  });
  return {
    ...reviewed,
    async propose(given, context) {
      const input = given as InputOf<A>;
      if (tool.reads?.fits(input) !== true) return tool.propose(input, context);
      throw new UsageError(`This call of ${tool.name} only reads, and there is nothing to plan.`, {
        code: 'invalid-argument',
        field: 'action',
        advice: 'Make it by itself.',
      });
    },
  };
}

export function defineReviewed<const A extends Arguments>(tool: ReviewedTool<A>): AnyTool {
  // What was applied is waited for, and nodes are drained as slowly as budgets allow.
  return { toolset: 'change', ...tool, effect: 'change', planned: true, long: true };
}

/** Makes a plan of what is proposed, and has it reviewed. */
export async function planned(origin: string, propose: () => Promise<Proposal>, context: ToolContext): Promise<Answer | Asked> {
  return review(context, async (changes) => {
    const { steps, wait, waitSeconds, notes } = await propose();
    const author = { origin, session: context.session.id };
    return { plan: await changes.plan(steps, { author, wait, waitSeconds, signal: context.signal }), notes };
  });
}
