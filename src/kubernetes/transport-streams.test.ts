import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Exchange } from '../../test/support/api-server.ts';
import { useBench } from '../../test/support/bench.ts';
import { failure, get } from '../../test/support/wire.ts';

const { serve, connect } = useBench();

afterEach(() => {
  vi.useRealTimers();
});

const answers = (exchange: Exchange): void => exchange.json({ path: exchange.path });

describe.each([{ http2: true }, { http2: false }])('open streams (http2: $http2)', ({ http2 }) => {
  it('do not delay a request, however many they are', async () => {
    const server = await serve((exchange) => (exchange.path === '/watch' ? exchange.start() : answers(exchange)), { http2 });
    const transport = connect(server.url, { http2 });
    const streams = await Promise.all(Array.from({ length: 150 }, () => transport.open(get('/watch'))));
    expect((await transport.send(get('/version'))).status).toBe(200);
    streams.forEach((stream) => stream.close());
    await Promise.all(server.exchanges.slice(0, 150).map((exchange) => exchange.gone));
  });

  it('hand on what arrives, and end when the server ends them', async () => {
    const server = await serve(
      (exchange) => {
        exchange.start();
        exchange.write('one\n');
        exchange.write('two\n');
        exchange.end();
      },
      { http2 },
    );
    const stream = await connect(server.url, { http2 }).open(get('/watch'));
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream.chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('one\ntwo\n');
  });

  it('outlive the deadline, which holds for their headers only', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const server = await serve((exchange) => exchange.start(), { http2 });
    const stream = await connect(server.url, { http2 }).open(get('/watch', { deadline: 30_000 }));
    vi.advanceTimersByTime(3_600_000);
    const next = stream.chunks[Symbol.asyncIterator]().next();
    server.exchanges[0]?.write('still here');
    expect(Buffer.from((await next).value ?? []).toString()).toBe('still here');
    stream.close();
  });

  it('end quietly for the reader when they are closed here, and on the server', async () => {
    const server = await serve((exchange) => exchange.start(), { http2 });
    const stream = await connect(server.url, { http2 }).open(get('/watch'));
    const next = stream.chunks[Symbol.asyncIterator]().next();
    stream.close();
    stream.close();
    expect(await next).toEqual({ done: true, value: undefined });
    await server.exchanges[0]?.gone;
  });

  it('can be closed without being read', async () => {
    const server = await serve((exchange) => exchange.start(), { http2 });
    const stream = await connect(server.url, { http2 }).open(get('/watch'));
    stream.close();
    await server.exchanges[0]?.gone;
  });

  it('end with the reason of their signal', async () => {
    const server = await serve((exchange) => exchange.start(), { http2 });
    const leaving = new AbortController();
    const stream = await connect(server.url, { http2 }).open(get('/watch', { signal: leaving.signal }));
    const next = failure(stream.chunks[Symbol.asyncIterator]().next());
    leaving.abort(new Error('no longer wanted'));
    expect(await next).toEqual(new Error('no longer wanted'));
    await server.exchanges[0]?.gone;
  });

  it('fail when the connection does', async () => {
    const server = await serve((exchange) => exchange.start(), { http2 });
    const stream = await connect(server.url, { http2 }).open(get('/watch'));
    const next = failure(stream.chunks[Symbol.asyncIterator]().next());
    server.crash();
    expect(await next).toMatchObject({ code: 'unreachable' });
  });
});
