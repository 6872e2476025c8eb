/** A person at a terminal: `script`, which every Linux has, gives a program a real one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What can be typed that is no text. */
export const KEYS = { interrupt: '\u0003', end: '\u0004' } as const;

export interface AtTerminal {
  /** Everything that was on the screen, with its control sequences. */
  readonly screen: string;
  readonly code: number | null;
}

/**
 * Runs a command at a terminal of its own.
 * @param command argv; no word may need quotes
 * @param prompt what is waited for before anything is typed
 */
export async function atTerminal(
  command: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly prompt: string; readonly typed: string },
): Promise<AtTerminal> {
  const { env, prompt, typed } = options;
  const child = spawn('script', ['-qefc', command.join(' '), '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let screen = '';
  let isTyped = false;
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    screen += String(chunk);
    if (isTyped || !screen.includes(prompt)) continue;
    isTyped = true;
    child.stdin.write(typed);
  }
  await ended;
  return { screen, code: child.exitCode };
}
