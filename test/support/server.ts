import { fileURLToPath } from 'node:url';

import { Client, type ElicitRequest, type ElicitResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** The program that users start; `npm run build` makes what it needs. */
export const BIN = fileURLToPath(new URL('../../bin/fairlead.mjs', import.meta.url));

export interface StartedServer {
  readonly client: Client;
  /** What it wrote to stderr so far. */
  stderr(): string;
  close(): Promise<void>;
}

/** What a person does with a question; the message is all they see. */
export type Answering = (message: string) => ElicitResult | Promise<ElicitResult>;

export const YES: ElicitResult = { action: 'accept', content: { apply: true } };

/** Lets a client ask: whoever asks gets this answer. Its capability has to be declared. */
export function answeringWith(client: Client, answer: Answering): void {
  client.setRequestHandler('elicitation/create', async ({ params }: ElicitRequest) => answer(params.message));
}

/**
 * Starts the built program as an MCP client does, and connects.
 * @param era `legacy` opens with `initialize`, `modern` with `server/discover`
 * @param answer what the person behind the client answers. @default the client cannot ask
 */
export async function startServer(
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly era?: 'legacy' | 'modern';
    readonly answer?: Answering;
  } = {},
): Promise<StartedServer> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, ...(options.args ?? [])],
    env: { ...ownEnvironment(), ...options.env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client(
    { name: 'test', version: '0' },
    {
      ...(options.answer !== undefined && { capabilities: { elicitation: { form: {} } } }),
      versionNegotiation: { mode: options.era === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  if (options.answer !== undefined) answeringWith(client, options.answer);
  await client.connect(transport);
  return { client, stderr: () => stderr, close: () => client.close() };
}

/** What a started program gets of the environment: no setting of whoever runs the tests, and a state of the tests' own. */
export function ownEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', XDG_STATE_HOME = '' } = process.env;
  return { PATH, HOME, XDG_STATE_HOME };
}

/** The text of a tool's answer. */
export function textOf(result: unknown): string {
  const { content } = result as { content: readonly { type: string; text?: string }[] };
  return content.map((part) => part.text ?? '').join('');
}
