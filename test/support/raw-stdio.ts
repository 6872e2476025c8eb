import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

import { BIN, ownEnvironment } from './server.ts';

/** What came back for one request: the result or the error, as it stood on the wire. */
export interface RawAnswer {
  readonly result?: { readonly content?: readonly { readonly text?: string }[]; readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface RawServer extends AsyncDisposable {
  /**
   * Sends one request and waits for its answer.
   * @param params JSON text, so that a test can write what no client would
   */
  ask(method: string, params: string, milliseconds?: number): Promise<RawAnswer>;
  /** Lines on stdout that were no JSON-RPC. */
  readonly strays: readonly string[];
  stderr(): string;
  /** Resident memory, in bytes. */
  memory(): Promise<number>;
  /** Closes stdin. @returns the exit code */
  end(): Promise<number>;
}

/**
 * The built program as a process with nothing between it and the test: any line can be sent, and every line is seen.
 * @param era `legacy` opens with `initialize`; `modern` opens with nothing, since every request says all about itself
 */
export async function startRaw(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  era: 'legacy' | 'modern' = 'legacy',
): Promise<RawServer> {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...ownEnvironment(), ...env },
  });
  const waiting = new Map<number, (answer: RawAnswer) => void>();
  const strays: string[] = [];
  let stderr = '';
  let rest = '';
  let id = 0;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = decoded(line);
      if (message === undefined) strays.push(line);
      else if (typeof message.id === 'number') waiting.get(message.id)?.(message);
    }
  });
  const write = (line: string): boolean => child.stdin.write(`${line}\n`);
  const ask: RawServer['ask'] = async (method, params, milliseconds = 30_000) => {
    const own = ++id;
    const answered = Promise.withResolvers<RawAnswer>();
    waiting.set(own, answered.resolve);
    const timer = setTimeout(
      () => answered.reject(new Error(`No answer within ${milliseconds} ms to ${method} ${params.slice(0, 300)}`)),
      milliseconds,
    );
    const ended = (): void => answered.reject(new Error(`The program ended: ${stderr.slice(-2_000)}`));
    child.once('exit', ended);
    try {
      write(`{"jsonrpc":"2.0","id":${own},"method":${JSON.stringify(method)},"params":${params}}`);
      return await answered.promise;
    } finally {
      clearTimeout(timer);
      child.removeListener('exit', ended);
      waiting.delete(own);
    }
  };
  if (era === 'legacy') {
    await ask('initialize', '{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"0"}}');
    write('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  }
  return {
    ask,
    strays,
    stderr: () => stderr,
    memory: () => residentMemory(child),
    end: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode ?? -1;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** The text of an answer, whichever way it came. */
export function said(answer: RawAnswer): string {
  return answer.error?.message ?? (answer.result?.content ?? []).map((part) => part.text ?? '').join('');
}

function decoded(line: string): (RawAnswer & { readonly id?: unknown }) | undefined {
  try {
    const message = JSON.parse(line) as unknown;
    const isMessage = typeof message === 'object' && message !== null && 'jsonrpc' in message;
    return isMessage ? (message as RawAnswer) : undefined;
  } catch {
    return undefined;
  }
}

/** Linux tells it in /proc; elsewhere it is not known, and a test that needs it cannot run. */
async function residentMemory(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
