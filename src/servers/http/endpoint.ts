import type { HttpBindings } from '@hono/node-server';
import {
  classifyInboundRequest,
  createMcpHandler,
  isInitializeRequest,
  isJsonContentType,
  isJSONRPCRequest,
  parseJSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';

import { quoted } from '../../platform/index.ts';
import { NO_SESSION, type ServerFactory } from '../mcp/index.ts';
import { readJson } from './body.ts';
import { CODES, failure } from './replies.ts';
import { Sessions, type SessionOptions } from './sessions.ts';

/** Nothing that our tools take comes near. */
const LARGEST_BODY = 4 * 1024 * 1024;
/** Messages in one batch, which the revision of March 2025 knew. */
const LARGEST_BATCH = 100;

export interface EndpointOptions {
  readonly sessions?: SessionOptions;
  /** Bytes of a request's body. @default 4 MiB */
  readonly maxBodyBytes?: number;
  /** Told of what clients do wrong, for the log. */
  readonly onError?: (error: Error) => void;
}

/** The endpoint of MCP over HTTP: every revision at one address. */
export interface Endpoint {
  readonly sessions: Sessions;
  /** @param onStream told when the reply is a stream that lasts until somebody ends it */
  handle(request: Request, node: HttpBindings, onStream: () => void): Promise<Response>;
  /** Ends everything, also what is under way. */
  close(): Promise<void>;
}

/**
 * Serves revision 2026-07-28, where each request stands for itself and gets a server of its own, and those of 2025 with
 * sessions. A request shows by its body and headers which one it means.
 */
export function createEndpoint(makeServer: ServerFactory, options: EndpointOptions = {}): Endpoint {
  const modern = createMcpHandler(() => makeServer(NO_SESSION), {
    legacy: 'reject',
    ...(options.onError !== undefined && { onerror: options.onError }),
  });
  const sessions = new Sessions(makeServer, options.sessions);
  const limit = options.maxBodyBytes ?? LARGEST_BODY;

  const post = async (request: Request, { incoming }: HttpBindings, onStream: () => void): Promise<Response> => {
    const { headers } = request;
    if (!isJsonContentType(headers.get('content-type')) || (headers.get('content-encoding') ?? 'identity') !== 'identity') {
      return failure(415, CODES.refused, 'The body is plain application/json.');
    }
    const body = await readJson(incoming, limit);
    if (body.kind === 'too-large') {
      return failure(413, CODES.refused, `The body may have ${limit} bytes at most.`, { headers: { connection: 'close' } });
    }
    if (body.kind !== 'json') return failure(400, CODES.parse, 'The body is no valid JSON.');
    const route = classifyInboundRequest({
      httpMethod: 'POST',
      body: body.value,
      ...header(headers, 'mcp-protocol-version', 'protocolVersionHeader'),
      ...header(headers, 'mcp-method', 'mcpMethodHeader'),
      ...header(headers, 'mcp-name', 'mcpNameHeader'),
    });
    if (route.kind === 'legacy') return postToSession(sessions, body.value, request);
    if (route.kind === 'modern' && route.message.method === 'subscriptions/listen') onStream();
    return modern.fetch(request, { parsedBody: body.value });
  };

  return {
    sessions,
    async handle(request, node, onStream) {
      if (request.method === 'POST') return post(request, node, onStream);
      const session = request.headers.get('mcp-session-id');
      if ((request.method !== 'GET' && request.method !== 'DELETE') || session === null) {
        // Without a session there is nothing to listen to and nothing to end.
        return failure(405, CODES.refused, `No ${request.method} here.`, { headers: { allow: 'POST' } });
      }
      const transport = sessions.find(session);
      if (transport === undefined) return unknownSession();
      if (request.method === 'GET') {
        onStream();
        return transport.listen(request);
      }
      await transport.close();
      return new Response(null, { status: 200 });
    },
    async close() {
      await Promise.all([modern.close(), sessions.close()]);
    },
  };
}

async function postToSession(sessions: Sessions, body: unknown, request: Request): Promise<Response> {
  const batch = Array.isArray(body);
  if (batch && (body.length === 0 || body.length > LARGEST_BATCH)) {
    return failure(400, CODES.invalidRequest, `A batch holds between 1 and ${LARGEST_BATCH} messages.`);
  }
  let messages: readonly JSONRPCMessage[];
  try {
    messages = (batch ? body : [body]).map((message) => parseJSONRPCMessage(message));
  } catch {
    return failure(400, CODES.invalidRequest, 'The body is no message of JSON-RPC 2.0.');
  }
  const [first] = messages;
  const id = request.headers.get('mcp-session-id');
  if (id === null) {
    if (!batch && isJSONRPCRequest(first) && isInitializeRequest(first)) return sessions.begin(first, request);
    return failure(400, CODES.refused, 'Begin with initialize, and send the Mcp-Session-Id that it gives with every request.');
  }
  const version = request.headers.get('mcp-protocol-version');
  if (version !== null && !SUPPORTED_PROTOCOL_VERSIONS.includes(version)) {
    const known = SUPPORTED_PROTOCOL_VERSIONS.join(', ');
    return failure(400, CODES.refused, `Revision ${quoted(version, 40)} of the protocol is not spoken here: ${known}.`);
  }
  const transport = sessions.find(id);
  if (transport === undefined) return unknownSession();
  if (messages.some((message) => isInitializeRequest(message))) {
    return failure(400, CODES.invalidRequest, 'This session has been initialized already.');
  }
  return transport.post(messages, batch, request);
}

function unknownSession(): Response {
  return failure(404, CODES.noSession, 'There is no such session (any more): begin a new one with initialize.');
}

function header<Key extends string>(headers: Headers, name: string, key: Key): { readonly [K in Key]?: string } {
  const value = headers.get(name);
  return value === null ? {} : ({ [key]: value } as { readonly [K in Key]: string });
}
