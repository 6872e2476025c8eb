import { request } from 'node:http';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { connectHttp, ERAS, INITIALIZE, openSession, send, startHttp } from '../../../test/support/http.ts';
import type { Answer } from '../../answers/index.ts';
import { fakeContexts } from '../../../test/support/http-contexts.ts';
import { defineTool } from '../mcp/tool.ts';
import { TOOLS, type AnyTool } from '../mcp/index.ts';
import { serveOverHttp, type HttpParts, type HttpServer } from './server.ts';

const said = (text: string): Answer => ({ text: () => text, data: () => ({ text }) });

const base = {
  title: 'Test',
  effect: 'read',
  toolset: 'core',
  needs: [],
  description: 'Only for tests of the binding over HTTP.',
} as const;

const echo = defineTool({
  ...base,
  name: 'kube_echo',
  arguments: { text: { type: 'string', maxLength: 10_000_000 } },
  run: async ({ text }) => said(text ?? ''),
});

const slowly = defineTool({
  ...base,
  name: 'kube_slowly',
  arguments: {},
  async run(_, { progress }) {
    for (let done = 1; done <= 3; done++) {
      progress?.(`step ${done}`, done, 3);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return said('done');
  },
});

/** A tool that waits until it is cancelled or told to go on. */
function waiting() {
  const started = Promise.withResolvers<AbortSignal>();
  const goOn = Promise.withResolvers<void>();
  const tool = defineTool({
    ...base,
    name: 'kube_wait',
    arguments: {},
    async run(_, { signal }) {
      started.resolve(signal);
      const aborted = new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      await Promise.race([goOn.promise, aborted]);
      return said('went on');
    },
  });
  return { tool, started: started.promise, goOn: goOn.resolve };
}

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(tools: readonly AnyTool[] = [echo], more: Partial<HttpParts> = {}): Promise<HttpServer> {
  const server = await startHttp({ tools, contextFor: fakeContexts({ objects: [] }).contextFor, ...more });
  servers.push(server);
  return server;
}

const CALL = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'kube_wait', arguments: {} } };
const MODERN = {
  ...CALL,
  params: {
    ...CALL.params,
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} },
  },
};
const MODERN_HEADERS = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'kube_wait' };

describe.each(ERAS)('MCP over HTTP in the %s era', (era) => {
  it('offers tools, prompts and resources, and answers', async () => {
    const { url } = await start([echo, ...TOOLS]);
    const client = await connectHttp(url, era);
    expect((await client.listTools()).tools[0]).toMatchObject({ name: 'kube_echo', annotations: { readOnlyHint: true } });
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['inspect-cluster', 'find-problem']);
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'kube://test' }]);
    expect((await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name)).toEqual(['object', 'file']);
    const completed = await client.complete({
      ref: { type: 'ref/prompt', name: 'find-problem' },
      argument: { name: 'cluster', value: 't' },
    });
    expect(completed.completion).toEqual({ values: ['test'], total: 1, hasMore: false });
    const result = await client.callTool({ name: 'kube_echo', arguments: { text: 'hi' } });
    expect(result).toMatchObject({ content: [{ type: 'text', text: 'hi' }] });
    expect(client.getInstructions()).toContain('kube_get');
    await client.close();
  });

  it('answers a wrong argument as a result, and a wrong name as an error with the nearest', async () => {
    const client = await connectHttp((await start()).url, era);
    expect(await client.callTool({ name: 'kube_echo', arguments: { txt: 1 } })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: 'kube_ecko' })).rejects.toThrow('did you mean "kube_echo"?');
    await expect(client.getPrompt({ name: 'find-problems' })).rejects.toThrow('did you mean "find-problem"?');
    await client.close();
  });

  it('reports progress while a call runs', async () => {
    const client = await connectHttp((await start([slowly])).url, era);
    const seen: [number, number | undefined, string | undefined][] = [];
    const result = await client.callTool(
      { name: 'kube_slowly' },
      { onprogress: ({ progress, total, message }) => void seen.push([progress, total, message]) },
    );
    expect(result).toMatchObject({ content: [{ text: 'done' }] });
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.every(([progress], index) => index === 0 || progress > (seen[index - 1]?.[0] ?? 0))).toBe(true);
    await client.close();
  });

  it('ends a call whose client cancels it', async () => {
    const { tool, started } = waiting();
    const client = await connectHttp((await start([tool])).url, era);
    const controller = new AbortController();
    const call = client.callTool({ name: 'kube_wait' }, { signal: controller.signal });
    const signal = await started;
    controller.abort();
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
    await client.close();
  });

  it('ends a call whose client goes away', async () => {
    const { tool, started } = waiting();
    const { url } = await start([tool]);
    const controller = new AbortController();
    const legacy = era === 'legacy' ? { 'mcp-session-id': await openSession(url) } : MODERN_HEADERS;
    const reply = send(url, { headers: legacy, body: era === 'legacy' ? CALL : MODERN, signal: controller.signal });
    const signal = await started;
    controller.abort();
    await expect(reply).rejects.toThrow();
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
  });

  it('lets a call under way end when the server stops, and takes no other', async () => {
    const { tool, started, goOn } = waiting();
    const server = await start([tool]);
    const client = await connectHttp(server.url, era);
    const call = client.callTool({ name: 'kube_wait' });
    await started;
    const closed = server.close();
    await expect(fetch(new URL('/healthz', server.url))).rejects.toThrow();
    goOn();
    expect(await call).toMatchObject({ content: [{ text: 'went on' }] });
    await closed;
    await client.close();
  });

  it('ends a call that takes too long when the server stops', async () => {
    const { tool, started } = waiting();
    const server = await start([tool], { grace: 50 });
    const client = await connectHttp(server.url, era);
    const call = client.callTool({ name: 'kube_wait' });
    const failed = expect(call).rejects.toThrow();
    const signal = await started;
    await server.close();
    await failed;
    expect(signal.aborted).toBe(true);
    await client.close().catch(() => undefined);
  });
});

describe('kube_use over HTTP', () => {
  const use = { name: 'kube_use', arguments: { namespace: 'shop' } };
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }];
  const place = async (client: Awaited<ReturnType<typeof connectHttp>>): Promise<string> =>
    JSON.stringify(await client.callTool({ name: 'kube_use', arguments: {} }));

  it('holds for its session alone', async () => {
    const { url } = await start(TOOLS, { contextFor: fakeContexts({ objects }).contextFor });
    const [one, other] = [await connectHttp(url, 'legacy'), await connectHttp(url, 'legacy')];
    expect(await one.callTool(use)).not.toHaveProperty('isError');
    expect(await place(one)).toContain('namespace shop');
    expect(await place(other)).toContain('namespace default');
    await Promise.all([one.close(), other.close()]);
  });

  it('says what to do instead where there is no session', async () => {
    const { url } = await start(TOOLS, { contextFor: fakeContexts({ objects }).contextFor });
    const client = await connectHttp(url, 'modern');
    const result = await client.callTool(use);
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain('Pass \\"cluster\\" and \\"namespace\\" in each call instead.');
    expect(await place(client)).toContain('namespace default');
    await client.close();
  });
});

describe('the HTTP server', () => {
  it('says that it is well and ready', async () => {
    const { url } = await start();
    for (const path of ['/healthz', '/readyz']) expect((await send(url, { method: 'GET', path })).status).toBe(200);
    expect((await send(url, { method: 'GET', path: '/elsewhere' })).status).toBe(404);
  });

  it.each([
    ['PUT', {}, 405],
    ['GET', {}, 405],
    ['DELETE', {}, 405],
    ['OPTIONS', {}, 405],
    ['GET', { 'mcp-session-id': 'unknown' }, 404],
    ['DELETE', { 'mcp-session-id': 'unknown' }, 404],
    ['POST', { origin: 'https://evil.example.com' }, 403],
  ])('answers %s %j with %i', async (method, headers, status) => {
    const response = await send((await start()).url, { method, headers, ...(method === 'POST' && { body: INITIALIZE }) });
    expect([response.status, await response.json()]).toMatchObject([status, { jsonrpc: '2.0', id: null, error: {} }]);
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
  });

  it('answers a name that is not this machine with 403, but for its health', async () => {
    const url = new URL((await start()).url);
    const statusOf = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const asked = request(
          { host: url.hostname, port: url.port, path, headers: { host: 'rebound.example.com' } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        asked.on('error', reject).end();
      });
    expect([await statusOf('/mcp'), await statusOf('/healthz')]).toEqual([403, 200]);
  });

  it.each([
    ['not json', {}, 400, -32_700],
    ['', {}, 400, -32_700],
    ['[]', {}, 400, -32_600],
    ['{"jsonrpc":"2.0"}', {}, 400, -32_600],
    ['"text"', {}, 400, -32_600],
    [JSON.stringify(Array.from({ length: 101 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }))), {}, 400, -32_600],
    [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), {}, 400, -32_000],
    [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), { 'mcp-session-id': 'unknown' }, 404, -32_001],
    [JSON.stringify(INITIALIZE), { 'content-type': 'text/plain' }, 415, -32_000],
    [JSON.stringify(INITIALIZE), { 'content-encoding': 'gzip' }, 415, -32_000],
    ['['.repeat(2_000_000), {}, 400, -32_700],
    ['['.repeat(1_000_000) + ']'.repeat(1_000_000), {}, 400, -32_600],
  ])('refuses the body %.60s %j', async (body, headers, status, code) => {
    const { url } = await start();
    const response = await send(url, { body, headers });
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
    expect((await send(url, { body: INITIALIZE })).status).toBe(200);
  });

  it('refuses a revision it does not know', async () => {
    const { url } = await start();
    const headers = { 'mcp-session-id': await openSession(url), 'mcp-protocol-version': '1999-01-01' };
    expect((await send(url, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers })).status).toBe(400);
    expect(
      (await send(url, { body: { ...INITIALIZE, id: 3 }, headers: { 'mcp-session-id': headers['mcp-session-id'] } })).status,
    ).toBe(400);
  });

  it('bounds bodies, announced or not, and headers', async () => {
    const { url } = await start([echo], { maxBodyBytes: 10_000 });
    const body = JSON.stringify({ ...INITIALIZE, padding: 'x'.repeat(20_000) });
    expect((await send(url, { body })).status).toBe(413);
    const chunked = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    expect((await send(url, { body: INITIALIZE, headers: { 'x-large': 'x'.repeat(20_000) } })).status).toBe(431);
    expect((await send(url, { body: INITIALIZE })).status).toBe(200);
  });

  it('ends a session when it is told to', async () => {
    const server = await start();
    const headers = { 'mcp-session-id': await openSession(server.url) };
    expect(server.sessions).toBe(1);
    expect((await send(server.url, { method: 'DELETE', headers })).status).toBe(200);
    expect(server.sessions).toBe(0);
    expect((await send(server.url, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers })).status).toBe(404);
  });

  it('keeps a stream open for a session until it ends', async () => {
    const { url } = await start();
    const headers = { 'mcp-session-id': await openSession(url) };
    const stream = await send(url, { method: 'GET', headers });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await send(url, { method: 'DELETE', headers });
    expect(await stream.text()).toBe('');
  });

  it('answers the messages of a batch together', async () => {
    const { url } = await start();
    const headers = { 'mcp-session-id': await openSession(url) };
    const body = [
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'b', method: 'no/such' },
    ];
    const answers = (await (await send(url, { body, headers })).json()) as { id: string }[];
    expect(answers.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });

  it('refuses a second request of an id that is under way', async () => {
    const { tool, started, goOn } = waiting();
    const { url } = await start([tool]);
    const headers = { 'mcp-session-id': await openSession(url) };
    const first = send(url, { body: CALL, headers });
    await started;
    expect((await send(url, { body: CALL, headers })).status).toBe(400);
    goOn();
    expect(await (await first).json()).toMatchObject({ id: 7, result: { content: [{ text: 'went on' }] } });
  });

  it('says when its address is taken, or is open to others', async () => {
    const { url } = await start();
    const parts = { version: '0', tools: [], contextFor: fakeContexts().contextFor };
    await expect(serveOverHttp({ ...parts, address: { host: '127.0.0.1', port: Number(new URL(url).port) } })).rejects.toThrow(
      /^Cannot listen on 127\.0\.0\.1:\d+: another program listens there already\.$/,
    );
    await expect(serveOverHttp({ ...parts, address: { host: '0.0.0.0', port: 0 } })).rejects.toThrow(
      'cannot authenticate callers yet',
    );
  });
});
