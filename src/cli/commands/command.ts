import type { Terminal } from '../terminal.ts';
import type { Settings } from '../settings.ts';

/** A flag that one command alone knows. */
export interface CommandFlag {
  /** Without the dashes. */
  readonly flag: string;
  /** One letter that stands for it: `-f`. */
  readonly short?: string;
  /** For the help; missing for a switch that takes no value. */
  readonly value?: string;
  readonly help: string;
}

/** One call of a command. */
export interface CommandCall {
  /** The name of the command. */
  readonly command: string;
  /** What stands behind the name of the command. */
  readonly words: readonly string[];
  /** The last of the words, which stand behind a `--`. Undefined without one. */
  readonly behind: readonly string[] | undefined;
  /** All flags as they were given, those of the command and those that are settings. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  /**
   * The settings of flags, environment and configuration file, read when they are asked for.
   * @throws UsageError
   */
  settings(): Promise<Settings>;
  readonly terminal: Terminal;
  /** True when the answer is to be JSON. */
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Of this program. */
  readonly version: string;
  /** All commands, for those that speak of the others. */
  readonly commands: readonly Command[];
}

/** A command as data: what the help, the completion and the dispatch need of it. */
export interface Command {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** What follows the name: `[CLUSTER…]`. */
  readonly usage: string;
  readonly flags: readonly CommandFlag[];
  /** Words that can follow, for completion; tools and clusters are found out elsewhere. */
  readonly choices?: readonly string[];
  /** @returns the exit code */
  run(call: CommandCall): Promise<number>;
}

/** The names in a flag's comma-separated value. */
export function listFlag(call: Pick<CommandCall, 'flags'>, flag: string): readonly string[] | undefined {
  const value = call.flags[flag];
  if (typeof value !== 'string') return undefined;
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : [...new Set(names)];
}

/** Writes a value as JSON, indented. */
export function sayJson({ terminal }: Pick<CommandCall, 'terminal'>, value: unknown): void {
  terminal.say(JSON.stringify(value, null, 2));
}
