import { createInterface } from 'node:readline/promises';

import type { Said } from '../servers/mcp/index.ts';

/** Whether a person sits at this terminal: they read what is written to stderr and type into stdin. */
export function someoneIsThere(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Puts a question before the person at the terminal; only a plain yes is one. Ctrl+C and Ctrl+D turn it down.
 * @param title what a yes does
 * @throws the signal's reason
 */
export async function askHere(message: string, signal: AbortSignal, title = 'Apply'): Promise<Said> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await lines.question(`${message}${message === '' ? '' : '\n'}${title}? Type yes: `, { signal });
    return /^\s*yes\s*$/i.test(typed) ? 'accepted' : 'declined';
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // The cursor still stands behind the question.
    process.stderr.write('\n');
    return 'cancelled';
  } finally {
    lines.close();
  }
}
