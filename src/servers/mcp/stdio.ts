import type { Readable, Writable } from 'node:stream';

import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import type { ServerParts } from './parts.ts';
import { tidyingWhenQuiet } from './quiet.ts';
import { serverFactory } from './server.ts';
import { newSession } from './session.ts';

/** Serves MCP over this process' stdin and stdout, both protocol eras, until the client closes stdin. */
export function serveOverStdio(parts: ServerParts & { readonly onError: (error: Error) => void }): { close(): Promise<void> } {
  const makeServer = serverFactory(parts);
  // One process has one client: what it chose holds whatever era it speaks.
  const session = newSession();
  return serveStdio(() => makeServer(session), { onerror: parts.onError, transport: new GatheringTransport() });
}

/** So many bytes of answers are written without waiting for more: half of what a pipe holds. */
const MOST_GATHERED = 32 * 1024;

/**
 * Writes the answers of one turn of the event loop at once. A write to a pipe is a system call that the whole process waits
 * for and that wakes the client, and answers come together: the API server's arrive many to a packet. Each of them is made in
 * a tick of its own, so that what has gathered is written when the turn is over.
 */
export class GatheringTransport extends StdioServerTransport {
  readonly #stdout: Writable;
  readonly #stir = tidyingWhenQuiet();
  #gathering = false;

  constructor(stdin: Readable = process.stdin, stdout: Writable = process.stdout) {
    super(stdin, stdout);
    this.#stdout = stdout;
  }

  override send(message: JSONRPCMessage): Promise<void> {
    this.#stir();
    if (!this.#gathering) {
      this.#gathering = true;
      this.#stdout.cork();
      setImmediate(this.#write);
    }
    const sent = super.send(message);
    if (this.#stdout.writableLength >= MOST_GATHERED) this.#write();
    return sent;
  }

  override close(): Promise<void> {
    this.#write();
    return super.close();
  }

  readonly #write = (): void => {
    if (!this.#gathering) return;
    this.#gathering = false;
    this.#stdout.uncork();
  };
}
