import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { BIN } from './server.ts';

/** The built program, running. */
export interface StartedProgram {
  /** Everything it has written to stdout so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until its stdout matches. @throws Error when it ends before */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end. @returns its exit code */
  end(): Promise<number | null>;
}

/** Starts the built program with a home of nobody; `npm run build` makes what it needs. */
export function startProgram(argv: readonly string[], env: Readonly<Record<string, string>> = {}): StartedProgram {
  const child = spawn(process.execPath, [BIN, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(said.stdout);
          if (found === null) return;
          child.stdout.off('data', look);
          resolve(found);
        };
        child.stdout.on('data', look);
        void closed.then(([code]) =>
          reject(new Error(`fairlead ${argv.join(' ')} ended with ${code} and never said ${pattern}:\n${said.stderr}`)),
        );
        look();
      }),
    async end() {
      child.kill('SIGTERM');
      const [code] = await closed;
      return code;
    },
  };
}
