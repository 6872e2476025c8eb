import { Budget, type Answer, type JsonObject } from '../../../../answers/index.ts';
import type { Cause, Description, Facts } from '../../../../operations/describe/index.ts';
import { headBlock, headLine } from './head.ts';
import { factLines } from './sections.ts';

/** What data holds beside the conclusion, by how much it helps: the last ones go first when the budget is small. */
const SECTIONS: readonly (keyof Facts | 'events')[] = [
  'changed',
  'events',
  'pods',
  'conditions',
  'spec',
  'revisions',
  'services',
  'owners',
  'containers',
  'allocation',
  'jobs',
  'quotas',
  'autoscalers',
  'budgets',
  'ingresses',
  'volumes',
  'placement',
  'usedBy',
  'status',
];

/** Causes in data at most. */
const CAUSES = 10;

/** Tokens for the line that says what was left out. */
const RESERVE = 30;

/** Topics that it names. */
const NAMED = 4;

/** What was found out about one object, or several, as text or as data. */
export function answerDescriptions(descriptions: readonly Description[], now: number): Answer {
  return {
    text: (budget) => textOf(descriptions, now, budget),
    data: (budget) => {
      const objects = descriptions.map((description) =>
        dataOf(description, Math.floor((budget.tokens - RESERVE) / descriptions.length)),
      );
      const [only] = objects;
      return objects.length === 1 && only !== undefined ? only : { objects };
    },
  };
}

/** The conclusions of all come before the particulars of the first. */
function textOf(descriptions: readonly Description[], now: number, budget: Budget): string {
  const release = budget.reserve(RESERVE);
  const heads: { readonly description: Description; readonly head: string }[] = [];
  const untold: string[] = [];
  for (const description of descriptions) {
    const short = headLine(description, now);
    const head = [headBlock(description, now), headBlock(description, now, 1), short].find((block) => budget.take(block));
    if (head !== undefined) heads.push({ description, head });
    else if (heads.length === 0) heads.push({ description, head: budget.spend(short) });
    else untold.push(description.subject.name);
  }
  release();
  const blocks = heads.map(({ description, head }, index) => {
    const facts = factBlock(description, now, Math.floor(budget.left / (heads.length - index)), budget);
    return facts === '' ? head : `${head}\n${facts}`;
  });
  if (untold.length > 0) blocks.push(leftOut(untold));
  return blocks.join('\n\n');
}

function leftOut(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return `… left out for max_tokens: ${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** As many of the lines as fit into this object's share; what is left out is said. */
function factBlock(description: Description, now: number, share: number, budget: Budget): string {
  const own = new Budget(Math.max(0, share - RESERVE));
  const shown: string[] = [];
  const left = new Set<string>();
  for (const line of factLines(description, now)) {
    if (own.take(line.text)) shown.push(line.text);
    else left.add(line.topic);
  }
  if (left.size > 0 && share > RESERVE) shown.push(leftOut([...left]));
  return shown.length === 0 ? '' : budget.spend(shown.join('\n'));
}

function dataOf({ facts, events, causes, ...description }: Description, share: number): JsonObject {
  const budget = new Budget(Math.max(0, share - RESERVE));
  const base = defined(description);
  budget.spend(JSON.stringify(base));
  const always = { ...base, ...defined({ causes: causesWithin(causes, budget) }) };
  const kept: Record<string, JsonObject[string]> = {};
  const left: string[] = [];
  for (const section of SECTIONS) {
    const value = section === 'events' ? events : facts[section];
    if (value === undefined || Object.keys(value).length === 0) continue;
    const json = defined({ [section]: value });
    if (budget.take(JSON.stringify(json))) Object.assign(kept, json);
    else left.push(section);
  }
  const rest = left.length - NAMED;
  return {
    ...always,
    ...kept,
    ...(left.length > 0 && { left_out: rest > 0 ? [...left.slice(0, NAMED), `${rest} more`] : left }),
  };
}

/** All causes when they are few; of a budget that is too small for them the first, without its particulars. */
function causesWithin(causes: readonly Cause[], budget: Budget): readonly Partial<Cause>[] {
  const told = causes.slice(0, CAUSES);
  if (budget.take(JSON.stringify(told))) return told;
  const short = told.slice(0, 1).map(({ severity, code, what, why }) => ({ severity, code, what, why }));
  budget.spend(JSON.stringify(short));
  return short;
}

/** The same without what is undefined. */
function defined(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
