import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { serveOverHttp, type HttpParts, type HttpServer } from '../../src/servers/http/index.ts';

export type Era = 'legacy' | 'modern';

export const ERAS: readonly Era[] = ['legacy', 'modern'];

/** A server over HTTP on a free port of this machine. */
export async function startHttp(parts: Omit<HttpParts, 'version' | 'address'>): Promise<HttpServer> {
  return serveOverHttp({ version: '1.2.3', address: { host: '127.0.0.1', port: 0 }, grace: 2_000, ...parts });
}

/**
 * Connects the official client.
 * @param era `legacy` opens with `initialize` and has a session, `modern` with `server/discover` and has none
 * @param asks whether it can put questions before a person
 */
export async function connectHttp(url: string, era: Era, asks = true): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '0' },
    {
      capabilities: asks ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

/** One request as it stands on the wire. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  readonly signal?: AbortSignal;
}

/** Sends a request without a client's help. */
export async function send(url: string, request: RawRequest = {}): Promise<Response> {
  const { body, method = 'POST', path, headers = {}, signal } = request;
  return fetch(path === undefined ? url : new URL(path, url), {
    method,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  });
}

/** The first request of a client of 2025. */
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
};

/** Opens a session without a client's help. @returns its id */
export async function openSession(url: string): Promise<string> {
  const response = await send(url, { body: INITIALIZE });
  await response.text();
  const id = response.headers.get('mcp-session-id');
  if (id === null) throw new Error(`No session: ${response.status}`);
  return id;
}
