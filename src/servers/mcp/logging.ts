import type { LoggingLevel, Server, ServerContext } from '@modelcontextprotocol/server';

/** Sends a line to the client, if it wants lines of this level. */
export type ClientLog = (request: ServerContext, level: LoggingLevel, data: unknown) => void;

const LEVELS: readonly LoggingLevel[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** What a client of 2025 gets before it has set a level: everything else is noise to who has not asked. */
const UNASKED: LoggingLevel = 'warning';

/**
 * Lines for the client. In the revisions of 2025 it sets the level once (`logging/setLevel`), which then holds for the
 * connection; since 2026-07-28 each request names its level, and one that names none gets nothing.
 */
export function clientLog(server: Server): ClientLog {
  let threshold: LoggingLevel = UNASKED;
  server.setRequestHandler('logging/setLevel', (request) => {
    threshold = request.params.level;
    return {};
  });
  return (request, level, data) => {
    // What a request of 2026-07-28 asks for, the SDK looks at by itself.
    if (!isModern(request) && LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
    // A client that is gone needs no lines.
    request.mcpReq.log(level, data, 'fairlead').catch(() => undefined);
  };
}

/** Only requests of 2026-07-28 and later bring an envelope. */
export function isModern(request: ServerContext): boolean {
  return request.mcpReq.envelope !== undefined;
}
