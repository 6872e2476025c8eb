/**
 * Counts the tokens that tools and answers cost, the answers beside what kubectl prints to the same question, into
 * docs/tokens.md. `--check` writes nothing, and fails when other figures stand there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { normalisePolicy } from '../src/access/index.ts';
import { tokensOf } from '../src/answers/index.ts';
import { instructionsFor } from '../src/servers/mcp/instructions.ts';
import { listedTool, toolsFor, type AnyTool } from '../src/servers/mcp/index.ts';
import { findBinary } from '../test/cluster/binaries.ts';
import { openAsked, type Asked } from './tokens-ask.ts';
import { questionsAbout, type Command, type Question } from './tokens-questions.ts';

const page = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'tokens.md');

const INTRODUCTION = `# What it costs in tokens

Written by \`npm run tokens\`; a test fails when other figures stand here than the code comes to.

A token is counted as three bytes of UTF-8, rounded up: the estimate by which answers keep within their budget, \`max_tokens\` ([budget.ts](../src/answers/budget.ts)). Tokenisers differ, and most come to less.`;

const ANSWERS = `## Answers

Two [practice clusters](practice.md) are asked, \`shop\` and \`fleet\`, whose time stands still and whose chance is seeded; kubectl is the real one, unchanged. Where it takes several commands to learn the same, all of them count. What it prints to stderr counts too.

Of both texts a run of blanks counts as two, since tokenisers take it as one and tables are full of them; and an age that kubectl reckons from the machine's own clock counts as three characters. The last column is what Fairlead's answer takes of its budget, every blank counted.

Where Fairlead's answer is the longer one, it says more: why something is not well, requests and limits beside usage, what else a change touches, and which cluster was asked. Where kubectl's is the longer one, much of it is what is usual: defaults, bookkeeping, each of a thousand pods that are alike, the pods of a node that is well. Fairlead tells of those when they are asked for.`;

/** Tokens of a text in which a run of blanks is two. */
const cost = (text: string): number => tokensOf(text.replaceAll(/ {3,}/g, '  '));

const row = (...cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function toolsPart(): string {
  const reading = toolsFor(normalisePolicy());
  const planning = toolsFor(normalisePolicy({ mode: 'plan' }));
  const of = (name: string, tools: readonly AnyTool[]): number | string => {
    const tool = tools.find((each) => each.name === name);
    return tool === undefined ? '' : tokensOf(JSON.stringify(listedTool(tool)));
  };
  const all = (tools: readonly AnyTool[]): number => tokensOf(JSON.stringify({ tools: tools.map(listedTool) }));
  const instructions = (tools: readonly AnyTool[]): number => tokensOf(instructionsFor(tools));
  return [
    '## Tools',
    '',
    'What every session pays once: the tools as `tools/list` has them, by default and with `--changes plan`, and what the server says of itself.',
    '',
    row('', 'read-only', '`--changes plan`'),
    '|---|---:|---:|',
    ...planning.map(({ name }) => row(code(name), of(name, reading), of(name, planning))),
    row('**all tools**', all(reading), all(planning)),
    row('instructions', instructions(reading), instructions(planning)),
    row('**together**', all(reading) + instructions(reading), all(planning) + instructions(planning)),
  ].join('\n');
}

/** How a call is written down; a document in it is left out. */
function sayCall({ tool, input }: Question): string {
  return code(`${tool} ${JSON.stringify({ ...input, ...('manifests' in input && { manifests: '…' }) })}`);
}

const sayCommand = ({ argv }: Command): string => code(['kubectl', ...argv].join(' '));

async function answersPart(asked: Asked): Promise<string> {
  const rows: string[] = [];
  for (const question of questionsAbout(asked.crashing)) {
    const answer = await asked.fairlead(question.tool, question.input);
    let theirs = 0;
    for (const command of question.kubectl) theirs += cost(await asked.kubectl(command));
    const asks = [sayCall(question), ...question.kubectl.map(sayCommand)].join('<br>');
    rows.push(row(`${question.title}<br>${asks}`, cost(answer), theirs, tokensOf(answer)));
  }
  return [ANSWERS, '', row('question', 'Fairlead', 'kubectl', 'of the budget'), '|---|---:|---:|---:|', ...rows].join('\n');
}

/** What stands on a page and not on the other, a few lines of it. */
function difference(found: string, made: string): string {
  const known = new Set(found.split('\n'));
  return made
    .split('\n')
    .filter((line) => !known.has(line))
    .slice(0, 5)
    .join('\n');
}

const binary = await findBinary('kubectl');
if (binary === undefined) {
  process.stderr.write('There is no kubectl to compare with, and no Go to build it: docs/tokens.md stays as it is.\n');
  process.exitCode = 1;
} else {
  const asked = await openAsked(binary);
  try {
    const made = `${[INTRODUCTION, toolsPart(), await answersPart(asked)].join('\n\n')}\n`;
    if (!process.argv.includes('--check')) writeFileSync(page, made);
    else if (made !== readFileSync(page, 'utf8')) {
      const lines = difference(readFileSync(page, 'utf8'), made);
      process.stderr.write(`docs/tokens.md is not what the code comes to: npm run tokens\n${lines}\n`);
      process.exitCode = 1;
    }
  } finally {
    await asked.stop();
  }
}
