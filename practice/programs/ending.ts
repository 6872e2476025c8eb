import type { Program } from './program.ts';

/** How a container ends by itself. */
export interface Ending {
  readonly afterSeconds: number;
  readonly code: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled';
  readonly message?: string;
  /** The last thing it writes to stderr. */
  readonly complaint?: string;
}

/**
 * When and how a program ends that is left alone.
 * @param environment names of the variables that its container has
 * @returns nothing for one that runs until it is stopped
 */
export function endingOf(program: Program, environment: Iterable<string>): Ending | undefined {
  const has = new Set(environment);
  const lacks = program.needsEnvironment?.find((name) => !has.has(name));
  if (lacks !== undefined)
    return { afterSeconds: 0, code: 1, reason: 'Error', complaint: `fatal: environment variable ${lacks} is not set` };
  if (program.exit === undefined) return undefined;
  const { afterSeconds, code, reason = code === 0 ? 'Completed' : 'Error', message } = program.exit;
  return { afterSeconds, code, reason, ...(message !== undefined && { message }) };
}
