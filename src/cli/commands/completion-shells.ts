/** A flag as shells complete it. */
export interface FlagWord {
  readonly flag: string;
  readonly help: string;
  /** Missing for a switch; `FILE` and `FILES` complete paths. */
  readonly value?: string | undefined;
  readonly choices?: readonly string[] | undefined;
}

/** Everything that can be completed. */
export interface Vocabulary {
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly choices: readonly string[];
    readonly flags: readonly FlagWord[];
  }[];
  /** Of every command. */
  readonly flags: readonly FlagWord[];
}

const takesFile = ({ value }: FlagWord): boolean => value === 'FILE' || value === 'FILES';
const names = (flags: readonly FlagWord[]): string => flags.map(({ flag }) => `--${flag}`).join(' ');

/** For bash 3.2 and newer, without the bash-completion package. */
export function bash({ commands, flags }: Vocabulary): string {
  const all = [...flags, ...commands.flatMap((command) => command.flags)];
  const files = all.filter(takesFile);
  const values = all.filter((flag) => flag.value !== undefined && !takesFile(flag));
  const pattern = (of: readonly FlagWord[]): string => of.map(({ flag }) => `--${flag}`).join('|');
  const chosen = values.filter(({ choices }) => choices !== undefined);
  return `# fairlead completion for bash: source <(fairlead completion bash)
_fairlead() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" skip="" each
  COMPREPLY=()
  case "$before" in
    ${pattern(files)}) COMPREPLY=($(compgen -f -- "$word")); return ;;
${chosen.map(({ flag, choices = [] }) => `    --${flag}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$word")); return ;;`).join('\n')}
    ${pattern(values.filter(({ choices }) => choices === undefined))}) return ;;
  esac
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$each" in
      ${pattern([...files, ...values])}) skip=1 ;;
      -*) ;;
      *) command="$each"; break ;;
    esac
  done
  local flags="${names(flags)}" words=""
  case "$command" in
    "") words="${commands.map(({ name }) => name).join(' ')}" ;;
${commands.map(({ name, choices, flags: own }) => `    ${name}) words="${choices.join(' ')}"; flags="$flags ${names(own)}" ;;`).join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _fairlead fairlead`;
}

export function zsh({ commands, flags }: Vocabulary): string {
  const spec = (flag: FlagWord): string => {
    const what = flag.value === undefined ? '' : `:${flag.value.toLowerCase()}:${actionOf(flag)}`;
    return zshQuoted(`--${flag.flag}[${zshText(flag.help)}]${what}`);
  };
  return `#compdef fairlead
# fairlead completion for zsh: source <(fairlead completion zsh)
_fairlead() {
  local -a commands flags
  commands=(
${commands.map(({ name, summary }) => `    ${zshQuoted(`${name}:${zshText(summary)}`)}`).join('\n')}
  )
  flags=(
${flags.map((flag) => `    ${spec(flag)}`).join('\n')}
  )
  local context state line
  _arguments -C $flags '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${commands
  .map(({ name, choices, flags: own }) => {
    const rest = choices.length === 0 ? `'*: :'` : `'1: :(${choices.join(' ')})' '*: :'`;
    return `        ${name}) _arguments $flags ${[...own.map(spec), rest].join(' ')} ;;`;
  })
  .join('\n')}
      esac ;;
  esac
}
compdef _fairlead fairlead`;
}

export function fish({ commands, flags }: Vocabulary): string {
  const line = (condition: string, flag: FlagWord): string => {
    const value = flag.value === undefined ? '' : takesFile(flag) ? ' -r -F' : ' -x';
    const choices = flag.choices === undefined ? '' : ` -a ${fishQuoted(flag.choices.join(' '))}`;
    return `complete -c fairlead ${condition}-l ${flag.flag}${value}${choices} -d ${fishQuoted(flag.help)}`;
  };
  return [
    '# fairlead completion for fish: fairlead completion fish | source',
    'complete -c fairlead -f',
    ...flags.map((flag) => line('', flag)),
    ...commands.flatMap(({ name, summary, choices, flags: own }) => {
      const within = `-n '__fish_seen_subcommand_from ${name}' `;
      return [
        `complete -c fairlead -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
        ...(choices.length === 0 ? [] : [`complete -c fairlead ${within}-a ${fishQuoted(choices.join(' '))}`]),
        ...own.map((flag) => line(within, flag)),
      ];
    }),
  ].join('\n');
}

function actionOf(flag: FlagWord): string {
  if (flag.choices !== undefined) return `(${flag.choices.join(' ')})`;
  return takesFile(flag) ? '_files' : ' ';
}

/** Without the characters that have a meaning inside a specification of zsh. */
function zshText(text: string): string {
  return text
    .replaceAll(/[[\]:\\]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
