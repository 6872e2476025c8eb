import { serveStdio } from '@modelcontextprotocol/server/stdio';

import type { ServerParts } from './parts.ts';
import { serverFactory } from './server.ts';
import { newSession } from './session.ts';

/** Serves MCP over this process' stdin and stdout, both protocol eras, until the client closes stdin. */
export function serveOverStdio(parts: ServerParts & { readonly onError: (error: Error) => void }): { close(): Promise<void> } {
  const makeServer = serverFactory(parts);
  // One process has one client: what it chose holds whatever era it speaks.
  const session = newSession();
  return serveStdio(() => makeServer(session), { onerror: parts.onError });
}
