import { spawn } from 'node:child_process';

export type RunOptions = {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Passes the program's output on to stderr while it runs, for programs that take minutes. */
  readonly loud?: boolean;
};

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** System programs such as `ip` stand in sbin folders, which a user's PATH may lack. */
export const PATH = [...new Set([...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'])].join(':');

/** Runs a program to its end. A missing program gives code 127. */
export function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, PATH, ...options.env },
      stdio: ['pipe', 'pipe', options.loud === true ? 'inherit' : 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends without reading its input closes the pipe; its exit code says what matters.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
  });
}

/** Runs a program that must succeed and gives its standard output. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await attempt(command, args, options);
  if (outcome.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${outcome.code}: ${outcome.stderr.trim().slice(-2000)}`);
  }
  return outcome.stdout;
}
