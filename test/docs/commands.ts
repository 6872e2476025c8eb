/** The commands in the pages: taken apart, and checked against what the programs know. */
import { readCommandLine } from '../../src/cli/arguments.ts';
import { CLIENTS } from '../../src/cli/commands/client-config-clients.ts';
import { commandFlags, commandOf, runCommand } from '../../src/cli/commands/dispatch.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { isFairlead } from '../../src/platform/index.ts';
import { SCRIPTS, TOOL_NAMES } from './names.ts';
import { MANUAL, type Page } from './page.ts';

export interface WrittenCommand {
  /** For messages: `README.md:12`. */
  readonly place: string;
  /** As it is typed. */
  readonly line: string;
  readonly notRun: string | undefined;
}

/** Words that stand for something else: `URL`, `[WORLD]`, `…`. */
const PLACEHOLDER = /^\[?[A-Z]{3,}\]?$|…/;

/** The words of a command as a shell reads them; expansions are not made. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|"([^"]*)"/g,
      (_, single: string | undefined, double: string | undefined) => single ?? double ?? '',
    ),
  );
}

/** The simple commands of a line, without its comment. */
export function partsOf(line: string): readonly (readonly string[])[] {
  return line
    .replace(/\s+#.*$/, '')
    .split(' && ')
    .map(wordsOf)
    .filter((words) => words.length > 0);
}

/** The commands of a page: each line of its `sh` blocks, and what begins between backticks like one of ours or a client's. */
export function commandsIn(page: Page): readonly WrittenCommand[] {
  const typed = page.blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, text, notRun }) =>
      text
        .trimEnd()
        .split('\n')
        .map((each, index) => ({ place: `${page.path}:${line + 1 + index}`, line: each, notRun })),
    );
  const told = page.spans
    .filter(({ text }) => /^(?:fairlead|npm|claude|codex|gemini|code|opencode) /.test(text))
    .map(({ line, text }) => ({ place: `${page.path}:${line}`, line: text, notRun: undefined }));
  return [...typed, ...told];
}

export const COMMANDS = MANUAL.flatMap(commandsIn);

/** What is wrong with the words behind `fairlead`. */
export async function complaintOfOurs(argv: readonly string[]): Promise<string | undefined> {
  try {
    const line = readCommandLine(argv, commandFlags);
    const command = commandOf(line);
    const [name, second = ''] = line.words;
    if (command !== undefined) await runCommand({ ...command, run: () => Promise.resolve(0) }, line);
    else if (name !== undefined && name !== 'serve' && name !== 'call') return `there is no command ${name}`;
    const choices = command?.choices ?? [];
    const isChosen = PLACEHOLDER.test(second) || /[./]/.test(second) || choices.includes(second);
    if (choices.length > 0 && second !== '' && !isChosen) return `${name} knows no ${second}`;
    if (name === 'call' && second.startsWith('kube_') && !TOOL_NAMES.has(second)) return `there is no tool ${second}`;
    const known = new Set(command?.flags.map(({ flag }) => flag));
    const flags = Object.entries(line.flags).filter(([flag, value]) => !known.has(flag) && !PLACEHOLDER.test(String(value)));
    readSettings(Object.fromEntries(flags.filter(([flag]) => flag !== 'json')), {});
    return undefined;
  } catch (error) {
    if (isFairlead(error)) return error.message;
    throw error;
  }
}

/** What npm does by itself. */
const NPM_VERBS = new Set(['ci', 'install', 'audit']);

function complaintOfNpm([verb = '', ...words]: readonly string[]): string | undefined {
  const name = verb === 'run' ? words[0] : verb;
  if (NPM_VERBS.has(verb) || (name !== undefined && name in SCRIPTS)) return undefined;
  return `there is no npm script ${name}`;
}

/** How each client is told of us is what `fairlead client-config` says, which is tried with the clients themselves. */
function complaintOfClient(words: readonly string[]): string | undefined {
  if (!words.includes('add') && !words.includes('--add-mcp')) return undefined;
  const servers = [
    { kind: 'stdio', command: 'npx', args: ['-y', 'fairlead'] },
    { kind: 'stdio', command: 'fairlead', args: [] },
    { kind: 'http', url: 'URL' },
  ] as const;
  const right = CLIENTS.flatMap((client) => servers.flatMap((server) => client.commandLine?.(server).join(' ') ?? []));
  const line = words.join(' ');
  return right.includes(line) || line === 'code --add-mcp JSON' ? undefined : 'fairlead client-config says it otherwise';
}

/** By the first word of a command. */
const PROGRAMS: Readonly<Record<string, (words: readonly string[]) => string | undefined | Promise<string | undefined>>> = {
  fairlead: complaintOfOurs,
  'node_modules/.bin/node': ([file, ...words]) =>
    file === 'bin/fairlead.mjs' ? complaintOfOurs(words) : `it runs ${file}, which is not ours`,
  npm: complaintOfNpm,
  claude: (words) => complaintOfClient(['claude', ...words]),
  codex: (words) => complaintOfClient(['codex', ...words]),
  gemini: (words) => complaintOfClient(['gemini', ...words]),
  code: (words) => complaintOfClient(['code', ...words]),
  opencode: (words) => complaintOfClient(['opencode', ...words]),
};

/** What is wrong with a line, or undefined. */
export async function complaintOf(line: string): Promise<string | undefined> {
  for (const [program = '', ...words] of partsOf(line)) {
    const check = PROGRAMS[program];
    const complaint = check === undefined ? `nobody knows what ${program} is` : await check(words);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** Whether there is nothing to fill in. */
export function isComplete(line: string): boolean {
  return !wordsOf(line).some((word) => PLACEHOLDER.test(word));
}
