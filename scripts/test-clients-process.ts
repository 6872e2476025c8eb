import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  /** Null when it was ended. */
  readonly code: number | null;
  /** What it wrote, stdout and stderr together. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** Starts a program without a shell and without a terminal, in a process group of its own. */
export function start(argv: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): ChildProcess {
  const [command = '', ...args] = argv;
  return spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

/** Runs a program to its end, or ends it and all that it started after `seconds`. */
export async function run(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly seconds: number },
): Promise<Ran> {
  const { seconds, ...place } = options;
  const child = start(argv, place);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, seconds * 1000);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output, timedOut };
  } catch (error) {
    return { code: null, output: `${output}${String(error)}`, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

/** Ends a program and everything that it started. */
export function endGroup({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
