import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** An MCP server started as a child, with no more around it than it takes to ask and to listen. */
export interface McpServer {
  readonly pid: number;
  /** Asks and waits for the answer's `result`; a JSON-RPC error is thrown. */
  request(method: string, params?: unknown): Promise<unknown>;
  notify(method: string): void;
  /** Bytes of the line that the last answer came in. */
  lastBytes(): number;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const NEWLINE = 10;
/** How long a server may take to end after its stdin was closed, in milliseconds. */
const PATIENCE = 5_000;

/** Starts a server. Nothing is said to it yet. */
export function startMcpServer(command: Command): McpServer {
  const child = spawn(command.program, command.args, { stdio: ['pipe', 'pipe', 'pipe'], env: command.env ?? process.env });
  const waiting = new Map<number, Waiting>();
  let parts: Buffer[] = [];
  let bytes = 0;
  let nextId = 1;
  let stderr = '';
  const settle = (line: Buffer): void => {
    const { id, result, error } = JSON.parse(line.toString()) as Message;
    // What it asks or tells of its own accord is nothing to us.
    const asked = id === undefined || (result === undefined && error === undefined) ? undefined : waiting.get(id);
    if (id === undefined || asked === undefined) return;
    waiting.delete(id);
    bytes = line.length;
    if (error === undefined) asked.resolve(result);
    else asked.reject(new Error(`${command.program}: ${error.message}`));
  };
  child.stdout.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, end);
      from = end + 1;
      const line = parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      if (line.length > 0) settle(line);
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-2_000)));
  const fail = (what: string): void => {
    const error = new Error(`${command.program} ${what}${stderr === '' ? '' : `:\n${stderr}`}`);
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  };
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`ended with ${signal ?? String(code)}`));
  // A child that ended closes the pipe under a request, which `exit` tells better.
  child.stdin.on('error', () => undefined);
  const write = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return {
    pid: child.pid ?? 0,
    request(method, params) {
      if (hasEnded(child)) return Promise.reject(new Error(`${command.program} has ended:\n${stderr}`));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        write({ id, method, ...(params !== undefined && { params }) });
      });
    },
    notify: (method) => write({ method }),
    lastBytes: () => bytes,
    async close() {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await ended;
      clearTimeout(timer);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The opening of the 2025-06-18 revision, which all servers still speak. */
export async function openSession(server: McpServer): Promise<void> {
  await server.request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0' },
  });
  server.notify('notifications/initialized');
}

/**
 * Calls a tool and gives its answer as the agent reads it.
 * @param meta what clients say beside the arguments, such as that they want to hear of progress
 * @throws Error for an answer that is an error: a benchmark of refusals would be very fast
 */
export async function callTool(server: McpServer, name: string, input: unknown, meta?: object): Promise<string> {
  const params = { name, arguments: input, ...(meta !== undefined && { _meta: meta }) };
  return readAnswer(name, await server.request('tools/call', params));
}

/**
 * The text of a tool's result.
 * @throws Error for one that is an error
 */
export function readAnswer(name: string, result: unknown): string {
  const { content, isError } = result as {
    readonly content: readonly { readonly text?: string }[];
    readonly isError?: boolean;
  };
  const text = content.map((part) => part.text ?? '').join('');
  if (isError === true) throw new Error(`${name} failed: ${text.slice(0, 500)}`);
  return text;
}
