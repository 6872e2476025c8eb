import { homedir } from 'node:os';

import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { loadSettings } from '../settings.ts';
import { configPlace } from './place.ts';
import { showText, shownOf } from './show.ts';

/** What `fairlead config` is called with. */
export interface ConfigCall {
  /** What stands behind `config`. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** Lines on stdout, and on stderr. */
  readonly terminal: { say(...lines: readonly string[]): void; note(...lines: readonly string[]): void };
  /** For tests. @default the user's home folder */
  readonly home?: string | undefined;
}

const CONFIG_WORDS = ['show', 'check', 'schema'] as const;

/**
 * `fairlead config`: what is in force, whether a file is right, how one is written.
 * @returns the exit code; 1 for a file with problems
 * @throws UsageError
 */
export async function config(call: ConfigCall): Promise<number> {
  const [word = 'show', ...rest] = call.words;
  if (rest.length > (word === 'check' ? 1 : 0)) throw usage(`fairlead config ${word} takes no ${quoted(rest.at(-1), 60)}.`);
  switch (word) {
    case 'show':
      return await show(call);
    case 'check':
      return await check(call, rest[0]);
    case 'schema':
      return await schema(call);
    default:
      throw usage(`There is no fairlead config ${quoted(word, 60)}${didYouMean(word.slice(0, 60), CONFIG_WORDS) || '.'}`);
  }
}

async function show({ flags, env, json, terminal, home = homedir() }: ConfigCall): Promise<number> {
  const shown = shownOf(await loadSettings(flags, env, home));
  terminal.say(json ? JSON.stringify(shown, null, 2) : showText(shown));
  if (!json) terminal.note(...shown.notices);
  return 0;
}

/** Checks a file by itself, and then with the flags and variables that would hold beside it. */
async function check({ flags, env, json, terminal, home = homedir() }: ConfigCall, file: string | undefined): Promise<number> {
  const named = file === undefined ? flags : { ...flags, config: file };
  const path = configPlace(named, env, home);
  if (path === undefined) throw usage('There is no configuration file to check.');
  try {
    const { notices } = await loadSettings(named, env, home);
    if (json) terminal.say(JSON.stringify({ file: path, valid: true, problems: [], notices }, null, 2));
    else {
      terminal.say(`${path}: valid`);
      terminal.note(...notices);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message, advice } = error;
    if (json) terminal.say(JSON.stringify({ file: path, valid: false, problems: message.split('\n'), notices: [] }, null, 2));
    else terminal.note(message, ...(advice === undefined ? [] : [advice]));
    return 1;
  }
}

async function schema({ terminal }: ConfigCall): Promise<number> {
  const { configJsonSchema } = await import('./schema.ts');
  terminal.say(JSON.stringify(configJsonSchema(), null, 2));
  return 0;
}

function usage(message: string): UsageError {
  return new UsageError(message, {
    code: 'usage',
    advice: 'Usage: fairlead config show [--json] | fairlead config check [FILE] [--json] | fairlead config schema',
  });
}
