import { UsageError } from '../../platform/index.ts';
import { loadSettings, SETTINGS, type Loaded, type Settings } from '../settings.ts';
import { terminalOf, type Terminal } from '../terminal.ts';
import type { Command, CommandFlag } from './command.ts';
import { COMMANDS, JSON_FLAG } from './index.ts';

/** What was typed, taken apart. */
interface Typed {
  /** The name of the command, and what follows. */
  readonly words: readonly string[];
  readonly behind?: readonly string[] | undefined;
  readonly flags: Readonly<Record<string, string | boolean>>;
}

/** Where a command runs. */
interface Surroundings {
  /** @default this process' */
  readonly env?: NodeJS.ProcessEnv;
  readonly terminal?: Terminal;
  /** Reads the settings. @default those of flags, environment and configuration file */
  readonly load?: (flags: Typed['flags']) => Promise<Loaded>;
  readonly version?: string;
}

/**
 * The flags that commands know beside the settings, each once. All of them are known to every command, so that it can be
 * said whose they are; those of the named one come first.
 */
export function commandFlags(name?: string): readonly CommandFlag[] {
  const first = COMMANDS.filter((command) => command.name === name);
  const all: readonly CommandFlag[] = [JSON_FLAG, ...[...first, ...COMMANDS].flatMap((command) => command.flags)];
  const settings = new Set<string>(SETTINGS.map((setting) => setting.flag));
  return all.filter(({ flag }, index) => !settings.has(flag) && all.findIndex((other) => other.flag === flag) === index);
}

/** The command that the first word names; undefined when it is none of ours. */
export function commandOf({ words }: Pick<Typed, 'words'>): Command | undefined {
  return COMMANDS.find((command) => command.name === words[0]);
}

/**
 * Runs a command. Its own flags are kept from the settings, and those of other commands are refused.
 * @returns the exit code
 * @throws UsageError
 */
export async function runCommand(
  command: Command,
  typed: Typed,
  {
    env = process.env,
    terminal = terminalOf(process, env),
    load = (flags) => loadSettings(flags, env),
    version = '0.0.0',
  }: Surroundings = {},
): Promise<number> {
  const settings = new Set<string>(SETTINGS.map((setting) => setting.flag));
  const own = new Set<string>([JSON_FLAG.flag, ...command.flags.map(({ flag }) => flag)]);
  const foreign = Object.keys(typed.flags).find((flag) => !settings.has(flag) && !own.has(flag));
  if (foreign !== undefined) {
    throw new UsageError(`fairlead ${command.name} has no flag --${foreign}.`, {
      code: 'unknown-setting',
      field: foreign,
      advice: `Usage: fairlead ${[command.name, command.usage].join(' ').trim()}`,
    });
  }
  const flags = Object.fromEntries(Object.entries(typed.flags).filter(([flag]) => settings.has(flag) && !own.has(flag)));
  let loading: Promise<Settings> | undefined;
  return command.run({
    command: command.name,
    words: typed.words.slice(1),
    behind: typed.behind,
    flags: typed.flags,
    settings: async () => {
      loading ??= load(flags).then((loaded) => {
        terminal.note(...loaded.notices);
        return loaded.settings;
      });
      return loading;
    },
    terminal,
    json: typed.flags[JSON_FLAG.flag] === true,
    env,
    version,
    commands: COMMANDS,
  });
}

/** What the help says of the commands: usage and summary, the flags that each alone knows below. */
export function commandHelp(): string {
  return COMMANDS.flatMap(({ name, usage, summary, flags }) => [
    `  ${`fairlead ${name} ${usage}`.trim()}`,
    `      ${summary}`,
    ...flags.map(({ flag, short, value, help }) => {
      const names = `${short === undefined ? '' : `-${short}, `}--${flag}`;
      return `      ${`${names}${value === undefined ? '' : ` ${value}`}`.padEnd(20)} ${help}`;
    }),
  ]).join('\n');
}
