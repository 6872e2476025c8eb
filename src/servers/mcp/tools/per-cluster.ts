import {
  blocks,
  Budget,
  MIN_TOKENS,
  mintCursor,
  nextCursor,
  questionOf,
  readCursor,
  type Answer,
  type Json,
} from '../../../answers/index.ts';
import { gatherFrom, type Missing } from '../../../fleet/index.ts';
import { clustersDone } from '../progress.ts';
import type { ReadTool, ToolContext } from '../tool.ts';
import { missingData, missingNote } from './missing.ts';
import { NAMES_CURSOR_TOKENS } from './paging.ts';

/** The arguments that this looks at; the rest is the tool's business. */
interface Input {
  readonly cluster?: string;
  readonly cursor?: string;
}

/** Where the answer goes on: at a cluster, and within its answer at the tool's own cursor. */
interface Place {
  readonly cluster: string;
  readonly inner?: string;
}

/**
 * Lets a tool that reads one cluster be asked of several: one answer a cluster, under one budget and one cursor. A
 * cluster that does not answer is named, and delays nobody.
 */
export function perCluster(tool: ReadTool): ReadTool {
  return {
    ...tool,
    async run(input, context) {
      const given = input as Input;
      const clusters = await context.select(given.cluster);
      const [only] = clusters;
      if (clusters.length === 1 && only !== undefined) return tool.run({ ...given, cluster: only }, context);
      return askAll(tool, given, clusters, context);
    },
  };
}

async function askAll(tool: ReadTool, input: Input, clusters: readonly string[], context: ToolContext): Promise<Answer> {
  const digest = questionOf(tool.name, { ...input, cluster: clusters.join(',') });
  const start =
    input.cursor === undefined ? undefined : (readCursor(input.cursor, digest, context.cursorKey) as unknown as Place);
  const from = start === undefined ? 0 : Math.max(0, clusters.indexOf(start.cluster));
  const impatient: ToolContext = { ...context, connect: (cluster) => context.connect(cluster, { fanOut: true }) };
  const left = clusters.slice(from);
  const askOne = async (cluster: string): Promise<Answer> => {
    const { cursor: _, ...rest } = input;
    const inner = start?.cluster === cluster ? start.inner : undefined;
    return tool.run({ ...rest, cluster, ...(inner !== undefined && { cursor: inner }) }, impatient);
  };
  const { answers, missing } = await gatherFrom(left, askOne, clustersDone(context.progress, left.length));
  const [failure] = missing;
  if (answers.length === 0 && failure !== undefined) throw failure.error;
  const mint = (place: Place): string =>
    mintCursor({ cluster: place.cluster, ...(place.inner !== undefined && { inner: place.inner }) }, digest, context.cursorKey);
  return {
    text: (budget) => joinTexts(answers, missing, clusters.length, budget, mint),
    data: (budget) => joinData(answers, missing, budget, mint),
    isError: answers.every(({ value }) => value.isError === true),
  };
}

type Answers = readonly { readonly cluster: string; readonly value: Answer }[];

/** How the tools themselves say that there is more. */
const MORE = /\n?next: cursor "([^"]+)"$/;

function joinTexts(
  answers: Answers,
  missing: readonly Missing[],
  asked: number,
  budget: Budget,
  mint: (place: Place) => string,
): string {
  const parts = missing.length === 0 ? [] : [budget.spend(missingNote(missing, asked))];
  const release = budget.reserve(NAMES_CURSOR_TOKENS * 2);
  for (const { cluster, value } of answers) {
    if (parts.length > 0 && budget.left < MIN_TOKENS) {
      release();
      return blocks(...parts, nextCursor(mint({ cluster })));
    }
    const text = value.text(new Budget(Math.max(MIN_TOKENS, budget.left)));
    const inner = MORE.exec(text)?.[1];
    parts.push(budget.spend(`# ${cluster}\n${text.replace(MORE, '')}`));
    if (inner !== undefined) {
      release();
      return blocks(...parts, nextCursor(mint({ cluster, inner })));
    }
  }
  release();
  return blocks(...parts);
}

function joinData(answers: Answers, missing: readonly Missing[], budget: Budget, mint: (place: Place) => string) {
  const release = budget.reserve(NAMES_CURSOR_TOKENS * 2);
  const clusters: Json[] = [];
  let cursor: string | undefined;
  for (const { cluster, value } of answers) {
    if (clusters.length > 0 && budget.left < MIN_TOKENS) {
      cursor = mint({ cluster });
      break;
    }
    const { cursor: inner, ...data } = value.data(new Budget(Math.max(MIN_TOKENS, budget.left)));
    budget.spend(JSON.stringify(data));
    clusters.push({ ...data, cluster });
    if (typeof inner === 'string') {
      cursor = mint({ cluster, inner });
      break;
    }
  }
  release();
  return { clusters, missing: missingData(missing), ...(cursor !== undefined && { cursor }) };
}
