import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** The program that users start; `npm run build` makes what it needs. */
export const BIN = fileURLToPath(new URL('../../bin/fairlead.mjs', import.meta.url));

export interface StartedServer {
  readonly client: Client;
  /** What it wrote to stderr so far. */
  stderr(): string;
  close(): Promise<void>;
}

/**
 * Starts the built program as an MCP client does, and connects.
 * @param era `legacy` opens with `initialize`, `modern` with `server/discover`
 */
export async function startServer(
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly era?: 'legacy' | 'modern';
  } = {},
): Promise<StartedServer> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, ...(options.args ?? [])],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client(
    { name: 'test', version: '0' },
    { versionNegotiation: { mode: options.era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } },
  );
  await client.connect(transport);
  return { client, stderr: () => stderr, close: () => client.close() };
}

/** The text of a tool's answer. */
export function textOf(result: unknown): string {
  const { content } = result as { content: readonly { type: string; text?: string }[] };
  return content.map((part) => part.text ?? '').join('');
}
