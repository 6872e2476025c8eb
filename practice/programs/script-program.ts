import type { LogLine, Program } from './program.ts';
import { parse } from './shell/parse.ts';
import { SyntaxFault, type List, type Node, type Word } from './shell/syntax.ts';

type Simple = Extract<Node, { kind: 'simple' }>;

/** How far a script has come when it is followed without being run. */
interface Walk {
  /** Seconds since the start. */
  at: number;
  code: number;
  readonly log: LogLine[];
  repeats?: NonNullable<Program['repeats']>;
  /** It goes no further: it ended, or it stays where it is. */
  stopped?: 'ended' | 'stays';
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What commands do to a container's log and to its life, as far as both can be told in advance. */
const EFFECTS: Readonly<Record<string, (walk: Walk, words: readonly string[], stream: LogLine['stream']) => void>> = {
  echo: (walk, words, stream) => write(walk, words.filter((word) => !/^-[ne]+$/.test(word)).join(' '), stream),
  printf: (walk, words, stream) => write(walk, (words[0] ?? '').replaceAll(String.raw`\n`, ''), stream),
  date: (walk, _, stream) => write(walk, '{date}', stream),
  hostname: (walk, _, stream) => write(walk, '{pod}', stream),
  sleep(walk, [time = '']) {
    const [, amount, unit = 's'] = /^(\d*\.?\d+)([smhd])?$/.exec(time) ?? [];
    if (amount === undefined) walk.stopped = 'stays';
    else walk.at += Number(amount) * (SECONDS[unit] ?? 1);
  },
  exit(walk, [code]) {
    walk.code = Number(code ?? walk.code) & 255;
    walk.stopped = 'ended';
  },
  false(walk) {
    walk.code = 1;
  },
};

/** Commands that are over at once and say nothing; any other is taken for a server that runs until it is stopped. */
const QUICK = new Set(
  'true : cd export set trap wait cat ls mkdir rm touch cp test [ env grep wc head chmod chown mv ln tar'.split(' '),
);

function write(walk: Walk, text: string, stream: LogLine['stream']): void {
  walk.log.push({ atSeconds: walk.at, text, ...(stream === 'stderr' && { stream }) });
}

/**
 * What a container does that its pod gives a command, such as `sleep 3600` or `sh -c 'echo hello; exit 1'`. Only what
 * writes, waits and ends is followed.
 */
export function scriptProgram(argv: readonly string[]): Program {
  const walk: Walk = { at: 0, code: 0, log: [] };
  const [name = '', option = '', script = ''] = argv;
  if (/(^|\/)(ba|da|a)?sh$/.test(name) && /^-[a-z]*c$/.test(option)) walkScript(walk, script);
  else walkCommand(walk, argv, 'stdout');
  return {
    log: walk.log,
    ...(walk.repeats && { repeats: walk.repeats }),
    ...(walk.stopped !== 'stays' && { exit: { afterSeconds: walk.at, code: walk.code } }),
  };
}

function walkScript(walk: Walk, script: string): void {
  try {
    walkList(walk, parse(script));
  } catch (error) {
    // A RangeError: brackets within brackets, deeper than the stack is.
    if (!(error instanceof SyntaxFault || error instanceof RangeError)) throw error;
    write(walk, `sh: ${error.message}`, 'stderr');
    walk.code = 2;
  }
}

function walkList(walk: Walk, list: List): void {
  for (const { commands, after, negated } of list) {
    if (walk.stopped !== undefined) return;
    if (after !== 'any' && (walk.code === 0) !== (after === 'success')) continue;
    const [only] = commands;
    walk.code = 0;
    if (only !== undefined && commands.length === 1) walkNode(walk, only);
    if (negated) walk.code = Number(walk.code === 0);
  }
}

function walkNode(walk: Walk, node: Node): void {
  if (node.kind === 'group') walkList(walk, node.body);
  else if (node.kind === 'loop') walkLoop(walk, node);
  else if (node.kind === 'simple') walkSimple(walk, node);
}

/** A loop without end: its lines come again and again, spread evenly over the time that one round takes. */
function walkLoop(walk: Walk, { when, until, body }: Extract<Node, { kind: 'loop' }>): void {
  const condition: Walk = { at: 0, code: 0, log: [] };
  walkList(condition, when);
  if ((condition.code === 0) === until) return;
  const round: Walk = { at: 0, code: 0, log: [] };
  walkList(round, body);
  if (round.stopped === 'ended') return;
  walk.stopped = 'stays';
  if (round.log.length > 0 && round.at > 0)
    walk.repeats = { everySeconds: round.at / round.log.length, lines: round.log.map(({ text }) => text) };
}

function walkSimple(walk: Walk, { words, redirections }: Simple): void {
  const toFile = redirections.some(({ from, kind }) => from === 1 && kind !== 'same');
  const toStderr = redirections.some(({ from, kind }) => from === 1 && kind === 'same');
  const argv = words.map(textOf);
  if (argv.length === 0) return;
  const before = walk.log.length;
  walkCommand(walk, argv[0] === 'exec' ? argv.slice(1) : argv, toStderr ? 'stderr' : 'stdout');
  if (toFile) walk.log.length = before;
}

function walkCommand(walk: Walk, argv: readonly string[], stream: LogLine['stream']): void {
  const name = (argv[0] ?? '').replace(/^.*\//, '');
  const effect = Object.hasOwn(EFFECTS, name) ? EFFECTS[name] : undefined;
  if (effect !== undefined) effect(walk, argv.slice(1), stream);
  else if (!QUICK.has(name)) walk.stopped = 'stays';
}

/** What is only known while it runs, as the log fills it in. */
const textOf = (word: Word): string =>
  word
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'variable') return part.name === 'HOSTNAME' ? '{pod}' : `{env:${part.name}}`;
      const [pipeline] = part.of;
      const [first] = pipeline?.commands ?? [];
      const name = first?.kind === 'simple' && first.words[0] !== undefined ? textOf(first.words[0]) : '';
      return { date: '{date}', hostname: '{pod}' }[name] ?? '';
    })
    .join('');
