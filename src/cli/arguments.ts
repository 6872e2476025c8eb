import { parseArgs } from 'node:util';

import { didYouMean, UsageError } from '../platform/index.ts';
import { SETTINGS } from './settings-table.ts';

export interface CommandLine {
  readonly words: readonly string[];
  /** By name without dashes: those that are settings, and those that commands know beside. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly help: boolean;
  readonly version: boolean;
}

/**
 * Takes a command line apart.
 * @param more the flags of commands, beside the settings
 * @throws UsageError for a flag that does not exist, with the nearest one, and for one that misses its value
 */
export function readCommandLine(
  argv: readonly string[],
  more: readonly { readonly flag: string; readonly short?: string; readonly value?: string }[] = [],
): CommandLine {
  const options = Object.fromEntries([
    ...[...more, ...SETTINGS].map(
      (flag) =>
        [
          flag.flag,
          {
            type: 'value' in flag ? ('string' as const) : ('boolean' as const),
            ...('short' in flag && flag.short !== undefined && { short: flag.short }),
          },
        ] as const,
    ),
    ['help', { type: 'boolean', short: 'h' }] as const,
    ['version', { type: 'boolean', short: 'v' }] as const,
  ]);
  const { positionals, values, tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = options[token.name];
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
  return { words: positionals, flags: flags as CommandLine['flags'], help: help === true, version: version === true };
}
