/** How something is to be shown; a pipe shows none of it. */
export type Tone = 'good' | 'warning' | 'bad' | 'faint' | 'strong';

const CODES: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
  strong: [1, 22],
};

/** Where a command writes to, and what that can show. */
export interface Terminal {
  readonly colours: boolean;
  /** Columns; undefined where lines may be as long as they like. */
  readonly width: number | undefined;
  /** The text in a tone, where there are colours. */
  paint(tone: Tone, text: string): string;
  /** Writes lines to stdout. */
  say(...lines: readonly string[]): void;
  /** Writes lines to stderr: what a pipe should not carry. */
  note(...lines: readonly string[]): void;
  /** Passes on what others wrote, as it is; waits while it is read more slowly than it comes. */
  pass(to: 'stdout' | 'stderr', data: Uint8Array | string): Promise<void>;
}

interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(data: Uint8Array | string, written?: () => void): unknown;
}

/**
 * The terminal of a process. Colours are for terminals; `NO_COLOR` turns them off and `FORCE_COLOR` on, wherever the
 * text goes. Source: https://no-color.org, https://force-color.org
 */
export function terminalOf(
  streams: { readonly stdout: Output; readonly stderr: Output } = process,
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  const { stdout, stderr } = streams;
  const colours = hasColours(stdout, env);
  const lines = (parts: readonly string[]): string => parts.map((line) => `${line}\n`).join('');
  return {
    colours,
    width: stdout.isTTY === true ? stdout.columns : undefined,
    paint: (tone, text) => (colours && text !== '' ? `\u001b[${CODES[tone][0]}m${text}\u001b[${CODES[tone][1]}m` : text),
    say: (...parts) => void stdout.write(lines(parts)),
    note: (...parts) => void stderr.write(lines(parts)),
    pass: (to, data) => new Promise((resolve) => void (to === 'stdout' ? stdout : stderr).write(data, () => resolve())),
  };
}

function hasColours(stdout: Output, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}
