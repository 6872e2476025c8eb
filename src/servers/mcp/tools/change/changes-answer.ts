import {
  blocks,
  count,
  fence,
  FENCE_TOKENS,
  headLine,
  inCommon,
  mintCursor,
  nextCall,
  nextCursor,
  oneLine,
  diffLines,
  plain,
  questionOf,
  readCursor,
  table,
  type Answer,
  type Budget,
  type Column,
  type JsonObject,
} from '../../../../answers/index.ts';
import type { Change, Plan } from '../../../../changes/index.ts';
import { ageOf } from '../../../../platform/index.ts';
import type { ToolContext } from '../../tool.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';
import { undoCall, type AppliedOptions } from './applied-answer.ts';
import { planHead } from './plan-answer.ts';
import { sayClusters, sayDid, sayDigest, sayIdentity, sayObject } from './words.ts';

export interface FoundChanges {
  readonly found: readonly Change[];
  /** True when there are older ones. */
  readonly more: boolean;
  /** Plans of this session that wait for a word. */
  readonly open: readonly Plan[];
  readonly question: string;
}

const COLUMNS: readonly Column[] = [
  { name: 'CHANGE', pin: true },
  { name: 'AGE' },
  { name: 'STATE' },
  { name: 'BY' },
  { name: 'TOOL' },
  { name: 'CLUSTER' },
  { name: 'UNDONE BY' },
  { name: 'WHAT', pin: true },
];

/** Tokens for the head line. */
const HEAD = 60;

/** Objects in one row; the change itself tells all. */
const NAMED = 3;

type Telling = Pick<ToolContext, 'cursorKey' | 'now'>;

/** The journal, newest first. */
export function changesAnswer({ found, more, open, question }: FoundChanges, { cursorKey, now }: Telling): Answer {
  const cursorAfter = (shown: number): string | undefined => {
    const last = found[shown - 1];
    return last === undefined || (shown === found.length && !more) ? undefined : mintCursor(last.id, question, cursorKey);
  };
  return {
    text(budget) {
      const waiting = open.map((plan) => budget.spend(`Waits: ${planHead(plan)}`));
      const release = budget.reserve(NAMES_CURSOR_TOKENS + HEAD);
      const rows = table(
        COLUMNS,
        found.map((change) => rowOf(change, now())),
        budget,
      );
      release();
      const cursor = cursorAfter(rows.shown);
      const [first] = found;
      return blocks(
        ...waiting,
        found.length === 0
          ? 'No changes in the journal.'
          : headLine(`${count(found.length, 'change')}${more ? ', and older ones' : ''}`, inCommon(rows.constants)),
        rows.text,
        cursor !== undefined && nextCursor(cursor),
        cursor === undefined && first !== undefined && found.length > 1 && nextCall('kube_changes', { change: first.id }),
      );
    },
    data(budget) {
      const release = budget.reserve(NAMES_CURSOR_TOKENS);
      const changes: JsonObject[] = [];
      for (const change of found) {
        const facts = changeFacts(change);
        if (!budget.take(JSON.stringify(facts)) && changes.length > 0) break;
        changes.push(facts);
      }
      release();
      const cursor = cursorAfter(changes.length);
      return { changes, open: open.map(({ id }) => id), ...(cursor !== undefined && { cursor }) };
    },
  };
}

function rowOf(change: Change, now: number) {
  const { id, startedAt, state, word, via, origin, steps, undoneBy } = change;
  const names = steps.slice(0, NAMED).map((step) => `${sayDid(step)} ${sayObject(step.subject)}`);
  const rest = steps.length - names.length;
  return [
    id,
    ageOf(startedAt, now),
    state,
    `${word}, ${via}`,
    origin,
    [...new Set(steps.map(({ subject }) => subject.cluster))].join(','),
    undoneBy,
    `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
  ];
}

/** One change with its diff. */
export function changeAnswer(
  change: Change,
  { cursorKey }: Pick<ToolContext, 'cursorKey'>,
  { cursor, sayUndo = undoCall }: { readonly cursor?: string | undefined } & Pick<AppliedOptions, 'sayUndo'> = {},
): Answer {
  const question = questionOf('kube_changes', { change: change.id });
  const from = cursor === undefined ? 0 : Number(readCursor(cursor, question, cursorKey));
  const next = (place: number): string => mintCursor(place, question, cursorKey);
  return {
    text: (budget) => changeText(change, { from, next, sayUndo }, budget),
    data(budget) {
      const base = changeFacts(change);
      budget.spend(JSON.stringify(base));
      const release = budget.reserve(NAMES_CURSOR_TOKENS);
      const details: JsonObject[] = [];
      for (const { subject, state, changes } of change.steps.slice(from)) {
        const facts = plain({ ...subject, state, changes });
        if (!budget.take(JSON.stringify(facts)) && details.length > 0) break;
        details.push(facts);
      }
      release();
      const place = from + details.length;
      return { ...base, details, ...(place < change.steps.length && { cursor: next(place) }) };
    },
  };
}

interface ChangeTelling {
  /** The first line to tell. */
  readonly from: number;
  readonly next: (place: number) => string;
  readonly sayUndo: (change: string) => string;
}

function changeText(change: Change, { from, next, sayUndo }: ChangeTelling, budget: Budget): string {
  const { id, plan, startedAt, state, word, via, origin, steps, undoes, undoneBy } = change;
  const lead = budget.spend(
    blocks(
      `${id}: ${state}, ${startedAt}, on ${sayClusters(steps)}${sayIdentity(steps)}, ${plan} of ${origin}, digest ${sayDigest(change)}.`,
      `Word: ${word}, by ${via}.`,
      undoes !== undefined && `It undid ${undoes}.`,
      undoneBy !== undefined && `It was undone by ${undoneBy}.`,
    ),
  );
  const lines = steps.flatMap((step) => [
    `${step.state}: ${sayDid(step)} ${sayObject(step.subject)}${step.problem === undefined ? '' : `: ${oneLine(step.problem, 300)}`}`,
    ...(step.warnings ?? []).map((text) => `    warning: ${oneLine(text, 400)}`),
    ...step.changes.flatMap(diffLines).map((line) => `    ${line}`),
  ]);
  const release = budget.reserve(FENCE_TOKENS + NAMES_CURSOR_TOKENS);
  let place = from;
  while (place < lines.length && budget.take(lines[place] ?? '')) place++;
  release();
  const shown = lines.slice(from, Math.max(place, from + 1));
  const undo = undoneBy === undefined && state !== 'applying' ? sayUndo(id) : undefined;
  const isAll = from + shown.length >= lines.length;
  return blocks(
    lead,
    shown.length > 0 && fence(shown.join('\n'), { what: 'what was done' }),
    undo,
    !isAll && nextCursor(next(from + shown.length)),
  );
}

/** What programs need of a change. */
function changeFacts(change: Change): JsonObject {
  const { id, plan, digest, state, startedAt, endedAt, origin, word, via, steps, undoes, undoneBy } = change;
  return plain({
    change: { id, state },
    plan: { id: plan, digest },
    started_at: startedAt,
    ended_at: endedAt,
    origin,
    word,
    via,
    undoes,
    undone_by: undoneBy,
    steps: steps.map(({ action, effect, state: done, subject }) => ({ action, effect, state: done, ...subject })),
  });
}
