import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { TOOLS } from '../../servers/mcp/index.ts';
import { SETTINGS } from '../settings.ts';
import type { CommandCall } from './command.ts';
import { bash, fish, zsh, type Vocabulary } from './completion-shells.ts';

const SHELLS: Readonly<Record<string, (vocabulary: Vocabulary) => string>> = { bash, zsh, fish };

/** Prints a script that completes commands, flags and the names of tools. */
export async function completion(call: CommandCall): Promise<number> {
  const [shell = '', ...more] = call.words;
  const write = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (write === undefined || more.length > 0) {
    const hint = shell === '' ? '.' : didYouMean(shell.slice(0, 40), Object.keys(SHELLS)) || '.';
    const message = shell === '' ? 'fairlead completion takes the name of a shell' : `No completion for ${quoted(shell, 40)}`;
    throw new UsageError(`${message}${hint}`, {
      code: 'usage',
      advice: 'Shells: bash, zsh, fish. E.g. source <(fairlead completion bash), or fairlead completion fish | source.',
    });
  }
  call.terminal.say(write(vocabularyOf(call)));
  return 0;
}

/** Commands that are no part of the table: they serve, or call a tool. */
const OTHERS = [
  { name: 'call', summary: 'asks once and prints the answer', choices: TOOLS.map((tool) => tool.name), flags: [] },
  { name: 'serve', summary: 'MCP server over HTTP, for many clients', choices: [], flags: [] },
];

function vocabularyOf({ commands }: Pick<CommandCall, 'commands'>): Vocabulary {
  return {
    commands: [...OTHERS, ...commands].map(({ name, summary, choices = [], flags }) => ({ name, summary, choices, flags })),
    flags: [
      ...SETTINGS.map((setting) => ({
        flag: setting.flag,
        help: setting.help,
        ...('value' in setting && { value: setting.value }),
        ...('choices' in setting && { choices: setting.choices }),
        ...('items' in setting && { choices: setting.items }),
      })),
      { flag: 'json', help: 'the answer as JSON' },
      { flag: 'help', help: 'what there is' },
      { flag: 'version', help: 'which version this is' },
    ],
  };
}
