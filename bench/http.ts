import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Pool } from 'undici';

import type { Contender } from './contender.ts';
import { readAnswer, type Command } from './mcp-client.ts';

/** How MCP is spoken over HTTP: without sessions (2026-07-28), or in a session (2025-06-18). */
export type HttpEra = 'http' | 'http-2025';

interface Message {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** `fairlead serve` as a child on a free port of this machine, asked over HTTP with kept connections. */
export async function httpContender(command: Command, era: HttpEra): Promise<Contender> {
  const args = [...command.args.slice(0, 1), 'serve', '--listen', '127.0.0.1:0', ...command.args.slice(1)];
  const child = spawn(command.program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: command.env ?? process.env });
  const url = await new Promise<URL>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      const [address] = /http:\S+/.exec(line) ?? [];
      if (address !== undefined) resolve(new URL(address));
    });
    child.once('exit', (code) => reject(new Error(`fairlead serve ended with ${String(code)}`)));
  });
  const pool = new Pool(url.origin, { connections: 32 });
  const session: Record<string, string> = {};
  // In a session no two requests under way may have the same id.
  let id = 0;
  const post = async (method: string, params: object, headers: Readonly<Record<string, string>>): Promise<unknown> => {
    const answer = await pool.request({
      method: 'POST',
      path: url.pathname,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...session,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    });
    const text = await answer.body.text();
    const opened = answer.headers['mcp-session-id'];
    if (typeof opened === 'string') session['mcp-session-id'] = opened;
    const json = String(answer.headers['content-type']).includes('event-stream') ? (text.split('\ndata: ').at(-1) ?? '') : text;
    const { result, error } = JSON.parse(json) as Message;
    if (result === undefined) throw new Error(`${method} over HTTP: ${answer.statusCode} ${error?.message ?? text}`);
    return result;
  };
  if (era === 'http-2025') {
    await post(
      'initialize',
      { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '0' } },
      {},
    );
    session['mcp-protocol-version'] = '2025-06-18';
  }
  return {
    name: 'fairlead',
    isAsked: (question) => question.fairlead !== undefined,
    async ask({ fairlead: call, title }) {
      if (call === undefined) throw new Error(`${title} is no question for Fairlead`);
      const params = { name: call.tool, arguments: call.input };
      const result =
        era === 'http-2025'
          ? await post('tools/call', params, {})
          : await post('tools/call', { ...params, _meta: STATELESS }, { ...STATELESS_HEADERS, 'mcp-name': call.tool });
      return readAnswer(call.tool, result);
    },
    async close() {
      await pool.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const STATELESS = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const STATELESS_HEADERS = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
