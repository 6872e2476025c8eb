import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Exchange } from '../../test/support/api-server.ts';
import { useBench } from '../../test/support/bench.ts';
import { bearer, failure, get } from '../../test/support/wire.ts';

const { serve, connect, atEnd } = useBench();
afterEach(() => vi.useRealTimers());

const answers = (exchange: Exchange): void => exchange.json({ path: exchange.path });

describe('closing', () => {
  const closed = { code: 'closed', message: 'The connection to cluster prod was closed.' };

  it.each([{ http2: true }, { http2: false }])('fails what is under way, wherever it is (http2: $http2)', async ({ http2 }) => {
    const server = await serve(
      (exchange) => (exchange.path === '/body' || exchange.path === '/watch' ? exchange.start() : undefined),
      { http2 },
    );
    const transport = connect(server.url, { http2, inFlight: 2 });
    const stream = await transport.open(get('/watch'));
    const reading = failure(stream.chunks[Symbol.asyncIterator]().next());
    const underWay = [failure(transport.send(get('/headers'))), failure(transport.send(get('/body')))];
    await server.arrived(3);
    const queued = failure(transport.send(get('/queued')));
    await transport.close();
    for (const error of await Promise.all([reading, ...underWay, queued])) expect(error).toMatchObject(closed);
    await server.openAtMost(0);
    expect(server.exchanges.length).toBe(3);
  });

  it.each([
    ['a server', (port: number) => [`https://127.0.0.1:${port}`, {}] as const],
    ['a server without TLS', (port: number) => [`http://127.0.0.1:${port}`, {}] as const],
    ['an HTTP proxy', (port: number) => ['https://far.example', { proxy: `http://127.0.0.1:${port}` }] as const],
    ['an HTTPS proxy', (port: number) => ['https://far.example', { proxy: `https://127.0.0.1:${port}` }] as const],
    ['a SOCKS proxy', (port: number) => ['https://far.example', { proxy: `socks5://127.0.0.1:${port}` }] as const],
  ])('leaves no connection to %s that never says a word', async (_, routeTo) => {
    // No timer ends the connection.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1');
    atEnd(async () => silent.close());
    await once(silent, 'listening');
    const [url, more] = routeTo((silent.address() as AddressInfo).port);
    const transport = connect(url, {}, more);
    const sent = failure(transport.send(get()));
    const [socket] = (await once(silent, 'connection')) as [Socket];
    const ended = once(socket, 'close');
    await transport.close();
    expect(await sent).toMatchObject(closed);
    await ended;
  });

  it('fails what waits for credentials, and makes no connection for it', async () => {
    const server = await serve(answers);
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof bearer>>();
    const transport = connect(server.url, {}, { credentials: { current: () => promise } });
    const sent = failure(transport.send(get()));
    await transport.close();
    resolve(bearer('late'));
    expect(await sent).toMatchObject(closed);
    expect(server.connections).toBe(0);
  });

  it('fails what waits for another attempt', async () => {
    const server = await serve((exchange) => exchange.json({}, 429, { 'retry-after': '10' }));
    const retries: string[] = [];
    const { promise: retrying, resolve } = Promise.withResolvers<void>();
    const onRetry = ({ reason }: { reason: string }): void => {
      retries.push(reason);
      resolve();
    };
    const transport = connect(server.url, { observer: { onRetry } });
    const sent = failure(transport.send(get()));
    await retrying;
    await transport.close();
    expect(await sent).toMatchObject(closed);
    expect(retries).toEqual(['throttled']);
  });

  it('refuses what comes later, and can be done twice', async () => {
    const server = await serve(answers);
    const transport = connect(server.url);
    await transport.send(get());
    await transport.close();
    await transport.close();
    expect(await failure(transport.send(get()))).toMatchObject(closed);
    expect(await failure(transport.open(get()))).toMatchObject(closed);
  });
});
