import { parseArgs } from 'node:util';

import { didYouMean, UsageError } from '../platform/index.ts';
import { SETTINGS } from './settings/table.ts';

export interface CommandLine {
  readonly words: readonly string[];
  /** The last of the words: those behind a `--`, which are no flags whatever they look like. Undefined without one. */
  readonly behind?: readonly string[] | undefined;
  /** By name without dashes: those that are settings, and those that commands know beside. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly help: boolean;
  readonly version: boolean;
}

/** A flag that a command knows beside the settings. */
interface OwnFlag {
  readonly flag: string;
  readonly short?: string;
  readonly value?: string;
}

/**
 * Takes a command line apart.
 * @param own the flags that there are beside the settings; those of the command first, whose letters may mean something
 * else to others
 * @throws UsageError for a flag that does not exist, with the nearest one, and for one that misses its value
 */
export function readCommandLine(
  argv: readonly string[],
  own: (command: string | undefined) => readonly OwnFlag[] = () => [],
): CommandLine {
  // Which command it is shows whatever its letters mean: the first word that no flag takes.
  const [command] = parse(argv, optionsOf(own(undefined))).positionals;
  const options = optionsOf(own(command));
  const { positionals, values, tokens } = parse(argv, options);
  const end = tokens.find((token) => token.kind === 'option-terminator');
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const hint = didYouMean(token.name.slice(0, 60), Object.keys(options)) || '.';
      throw new UsageError(`There is no flag ${token.rawName.slice(0, 60)}${hint}`, {
        code: 'unknown-setting',
        field: token.name,
        advice: 'fairlead --help lists them.',
      });
    }
    // A flag behind it is a flag, and no value that somebody wrote; `--name=--value` is.
    const swallowed = token.inlineValue === false && token.value.startsWith('--');
    if (option.type === 'string' && (token.value === undefined || swallowed)) {
      throw new UsageError(`--${token.name} needs a value.`, { code: 'invalid-setting', field: token.name });
    }
  }
  const { help, version, ...flags } = values;
  return {
    words: positionals,
    behind: end === undefined ? undefined : argv.slice(end.index + 1),
    flags: flags as CommandLine['flags'],
    help: help === true,
    version: version === true,
  };
}

interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
}

/** The first flag that has a letter keeps it. */
function optionsOf(own: readonly OwnFlag[]): Readonly<Record<string, Option>> {
  const letters = new Set(['h', 'v']);
  const options: Record<string, Option> = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } };
  for (const flag of [...own, ...SETTINGS] as readonly OwnFlag[]) {
    const { short } = flag;
    const isFree = short !== undefined && !letters.has(short);
    options[flag.flag] = { type: 'value' in flag ? 'string' : 'boolean', ...(isFree && { short }) };
    if (isFree) letters.add(short);
  }
  return options;
}

function parse(argv: readonly string[], options: Readonly<Record<string, Option>>) {
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
}
