import { Server, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { describe, expect, it, vi } from 'vitest';

import type { Session } from '../mcp/index.ts';
import { Sessions, type SessionOptions } from './sessions.ts';

const INITIALIZE: JSONRPCRequest = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
};

function setUp(options: SessionOptions = {}) {
  let now = 1_000;
  const made: Session[] = [];
  const closed: Session[] = [];
  const calls: PromiseWithResolvers<void>[] = [];
  const makeServer = (session: Session): Server => {
    made.push(session);
    const server = new Server({ name: 'test', version: '0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', async () => {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      await call.promise;
      return { tools: [] };
    });
    server['onclose'] = () => void closed.push(session);
    return server;
  };
  const sessions = new Sessions(makeServer, { idle: 600, most: 3, now: () => now, ...options });
  const begin = async (): Promise<string> => {
    const response = await sessions.begin(INITIALIZE, request());
    return response.headers.get('mcp-session-id') ?? `${response.status}`;
  };
  return { sessions, begin, made, closed, calls, later: (milliseconds: number) => (now += milliseconds) };
}

function request(signal: AbortSignal = new AbortController().signal): Request {
  return { signal } as Request;
}

const list = (id: number): JSONRPCRequest => ({ jsonrpc: '2.0', id, method: 'tools/list' });

describe('sessions', () => {
  it('have a server and choices each', async () => {
    const { sessions, begin, made } = setUp();
    const ids = [await begin(), await begin()];
    expect(new Set(ids).size).toBe(2);
    expect(new Set(made).size).toBe(2);
    expect(sessions.size).toBe(2);
    await sessions.close();
  });

  it('end when nobody uses them, and free everything', async () => {
    const { sessions, begin, made, closed, later } = setUp();
    const [abandoned, used] = [await begin(), await begin()];
    later(599);
    sessions.sweep();
    expect(sessions.size).toBe(2);
    await sessions.find(used)?.post([{ jsonrpc: '2.0', method: 'notifications/initialized' }], false, request());
    later(1);
    sessions.sweep();
    expect([sessions.find(abandoned), sessions.size, closed.length]).toEqual([undefined, 1, 1]);
    expect(made.map(({ ended }) => ended.aborted)).toEqual([true, false]);
    await sessions.close();
    expect([sessions.size, closed.length]).toEqual([0, 2]);
  });

  it('do not end while a call or a stream of theirs is under way', async () => {
    const { sessions, begin, calls, later } = setUp();
    const [calling, listening] = [sessions.find(await begin()), sessions.find(await begin())];
    const answer = calling?.post([list(1)], false, request());
    const gone = new AbortController();
    listening?.listen(request(gone.signal));
    later(10_000);
    sessions.sweep();
    expect(sessions.size).toBe(2);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    calls[0]?.resolve();
    await answer;
    gone.abort();
    later(599);
    sessions.sweep();
    expect(sessions.size).toBe(2);
    later(1);
    sessions.sweep();
    expect(sessions.size).toBe(0);
    await sessions.close();
  });

  it('make room for a new one by ending the one that was not used for longest', async () => {
    const { sessions, begin, later } = setUp();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.push(await begin());
      later(1);
    }
    await sessions.find(ids[0] ?? '')?.post([{ jsonrpc: '2.0', method: 'notifications/initialized' }], false, request());
    later(1);
    const fourth = await begin();
    expect([...ids, fourth].map((id) => sessions.find(id) !== undefined)).toEqual([true, false, true, true]);
    await sessions.close();
  });

  it('refuse a new one when all are in use', async () => {
    const { sessions, begin, later } = setUp({ most: 1 });
    sessions.find(await begin())?.listen(request());
    later(1);
    expect(await begin()).toBe('503');
    await sessions.close();
  });

  it('do not begin with a handshake that fails', async () => {
    const { sessions } = setUp();
    const response = await sessions.begin({ ...INITIALIZE, params: {} }, request());
    expect(await response.json()).toMatchObject({ id: 0, error: {} });
    expect(sessions.size).toBe(0);
    await sessions.close();
  });
});
