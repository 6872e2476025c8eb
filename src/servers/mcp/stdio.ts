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

/**
 * Writes the answers that are ready in the same turn of the event loop at once. A write to a pipe is a system call that
 * the whole process waits for, and answers come together: the API server's arrive many to a packet.
 */
class GatheringTransport extends StdioServerTransport {
  #gathering = false;
  readonly #stir = tidyingWhenQuiet();

  override send(message: JSONRPCMessage): Promise<void> {
    this.#stir();
    if (!this.#gathering) {
      this.#gathering = true;
      process.stdout.cork();
      process.nextTick(() => {
        this.#gathering = false;
        process.stdout.uncork();
      });
    }
    return super.send(message);
  }
}
