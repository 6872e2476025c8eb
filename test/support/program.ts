import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { BIN } from './server.ts';

export interface EndedProgram {
  readonly code: number | null;
  /** As it was written, whatever bytes. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The built program, running. */
export interface StartedProgram {
  /** Everything it has written to stdout so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until its stdout matches. @throws Error when it ends before */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end. @returns its exit code */
  end(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** What it came to, once it ends by itself or because it was asked to. */
  readonly ended: Promise<EndedProgram>;
}

/**
 * Starts the built program with a home of nobody; `npm run build` makes what it needs.
 * @param input what it reads from stdin. @default nothing
 */
export function startProgram(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: Uint8Array | string,
): StartedProgram {
  const child = spawn(process.execPath, [BIN, ...argv], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
  });
  const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => said.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.stderr.push(chunk));
  // A program that ends before it has read everything closes its end.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const text = (of: 'stdout' | 'stderr'): string => Buffer.concat(said[of]).toString();
  return {
    stdout: () => text('stdout'),
    stderr: () => text('stderr'),
    ended: closed.then(([code]) => ({ code, stdout: Buffer.concat(said.stdout), stderr: text('stderr') })),
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text('stdout'));
          if (found === null) return;
          child.stdout.off('data', look);
          resolve(found);
        };
        child.stdout.on('data', look);
        void closed.then(([code]) =>
          reject(new Error(`fairlead ${argv.join(' ')} ended with ${code} and never said ${pattern}:\n${text('stderr')}`)),
        );
        look();
      }),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}
