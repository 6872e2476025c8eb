import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Exchange } from '../../test/support/api-server.ts';
import { useBench } from '../../test/support/bench.ts';
import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { bearer, failure, get, post } from '../../test/support/wire.ts';
import { KubernetesError } from './errors.ts';

/** Tells of the headers of every answer that undici gets. */
const HEADERS = new EventEmitter();
subscribe('undici:request:headers', () => HEADERS.emit('came'));

const { serve, connect } = useBench();

afterEach(() => {
  vi.useRealTimers();
});

const answers = (exchange: Exchange): void => exchange.json({ path: exchange.path });
const nothing = (): void => undefined;

describe('connections', () => {
  it('none is made before the first request, and one over HTTP/2 serves a hundred', async () => {
    const server = await serve(answers);
    const transport = connect(server.url, { http2: true });
    expect(server.connections).toBe(0);
    for (let index = 0; index < 100; index++) {
      expect(JSON.parse((await transport.send(get(`/version?${index}`))).text)).toEqual({ path: `/version?${index}` });
    }
    expect(server.connections).toBe(1);
    expect(server.exchanges[0]?.version).toBe('2.0');
  });

  it('lone requests share one over HTTP/1.1, and those that come together another over HTTP/2', async () => {
    const held: Exchange[] = [];
    const server = await serve((exchange) => held.push(exchange));
    const transport = connect(server.url);
    for (let round = 1; round <= 3; round++) {
      const sent = Array.from({ length: 9 }, () => transport.send(get()));
      await server.arrived(round * 10 - 1);
      expect(held.map(({ version }) => version).toSorted()).toEqual(['1.1', ...Array.from({ length: 8 }, () => '2.0')]);
      held.splice(0).forEach(answers);
      await Promise.all(sent);
      const alone = transport.send(get());
      await server.arrived(round * 10);
      expect(held[0]?.version).toBe('1.1');
      held.splice(0).forEach(answers);
      await alone;
    }
    expect(server.connections).toBe(2);
  });

  it.each([
    { says: 'a burst over HTTP/2 shares one', server: true, client: true, connections: 1, version: '2.0' },
    { says: 'a burst over HTTP/1.1 spreads', server: true, client: false, connections: 32, version: '1.1' },
    { says: 'a server without HTTP/2 is no bottleneck', server: false, client: true, connections: 32, version: '1.1' },
  ])('$says', async ({ server: serverHttp2, client, connections, version }) => {
    const held: Exchange[] = [];
    const server = await serve((exchange) => held.push(exchange), { http2: serverHttp2 });
    const transport = connect(server.url, { http2: client });
    const burst = Array.from({ length: connections === 1 ? 64 : 32 }, () => transport.send(get()));
    await server.arrived(burst.length);
    expect(server.connections).toBe(connections);
    expect(held[0]?.version).toBe(version);
    held.forEach(answers);
    await Promise.all(burst);
  });

  it('are closed after a while without a request, and made again', async () => {
    const server = await serve(answers);
    const transport = connect(server.url, { idleClose: 0 });
    await transport.send(get());
    await server.openAtMost(0);
    await transport.send(get());
    expect(server.connections).toBe(2);
  });

  it('stay open while a stream is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const server = await serve((exchange) => (exchange.path === '/watch' ? exchange.start() : answers(exchange)));
    const transport = connect(server.url, { idleClose: 1_000 });
    const stream = await transport.open(get('/watch'));
    await transport.send(get());
    vi.advanceTimersByTime(1_000);
    await transport.send(get());
    expect(server.connections).toBe(2);
    stream.close();
    vi.advanceTimersByTime(1_000);
    await server.openAtMost(0);
  });

  it('carry the headers that an API server goes by, and our name', async () => {
    const server = await serve(answers);
    const transport = connect(
      server.url,
      {},
      { credentials: { current: () => ({ headers: { authorization: 'Bearer t', 'impersonate-group': ['a', 'b'] } }) } },
    );
    await transport.send(post({ body: '{"a":1}', accept: 'application/yaml', contentType: 'application/merge-patch+json' }));
    const [exchange] = server.exchanges;
    expect(exchange?.headers).toMatchObject({
      'user-agent': 'fairlead',
      accept: 'application/yaml',
      'content-type': 'application/merge-patch+json',
      authorization: 'Bearer t',
      'impersonate-group': 'a, b',
    });
  });

  it('tell how far the clock of the server is from ours', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const server = await serve((exchange) => exchange.json({}, 200, { date }));
    const transport = connect(server.url);
    expect(transport.clockSkew).toBeUndefined();
    await transport.send(get());
    expect(Math.round((transport.clockSkew ?? 0) / 60_000)).toBe(-60);
  });

  it('hand on what the server warns of', async () => {
    const server = await serve((exchange) =>
      exchange.json({}, 200, { warning: '299 - "v1beta1 is old", 299 - "and \\"more\\""' }),
    );
    expect((await connect(server.url).send(get())).warnings).toEqual(['v1beta1 is old', 'and "more"']);
  });

  it('send the body as it is', async () => {
    const server = await serve(async (exchange) => exchange.text(await exchange.body()));
    const transport = connect(server.url);
    expect((await transport.send(post({ body: '{"name":"Zürich 北京"}' }))).text).toBe('{"name":"Zürich 北京"}');
  });

  it('reach a server below a path', async () => {
    const server = await serve(answers);
    const transport = connect(`${server.url}/k8s/clusters/c-1/`);
    await transport.send(get('/version'));
    expect(server.exchanges[0]?.path).toBe('/k8s/clusters/c-1/version');
  });
});

describe.each([{ http2: true }, { http2: false }])('a caller that leaves (http2: $http2)', ({ http2 }) => {
  it('while it waits for a place takes none', async () => {
    const held: Exchange[] = [];
    const server = await serve((exchange) => held.push(exchange), { http2 });
    const transport = connect(server.url, { http2, inFlight: 2 });
    const sent = [transport.send(get('/1')), transport.send(get('/2'))];
    await server.arrived(2);
    const leaving = new AbortController();
    const left = failure(transport.send(get('/3', { signal: leaving.signal })));
    const next = transport.send(get('/4'));
    leaving.abort(new Error('no longer wanted'));
    expect(await left).toEqual(new Error('no longer wanted'));
    held.forEach(answers);
    await Promise.all(sent);
    await server.arrived(3);
    expect(held.map(({ path }) => path).toSorted()).toEqual(['/1', '/2', '/4']);
    held.slice(2).forEach(answers);
    await next;
  });

  it('while it waits for the headers ends the request on the server', async () => {
    const server = await serve(nothing, { http2 });
    const leaving = new AbortController();
    const left = failure(connect(server.url, { http2 }).send(get('/slow', { signal: leaving.signal })));
    const [exchange] = await server.arrived(1);
    leaving.abort(new Error('no longer wanted'));
    expect(await left).toEqual(new Error('no longer wanted'));
    await exchange?.gone;
  });

  it('while it reads the body ends the request on the server', async () => {
    const server = await serve((exchange) => exchange.start(), { http2 });
    const leaving = new AbortController();
    const headers = once(HEADERS, 'came');
    const left = failure(connect(server.url, { http2 }).send(get('/slow', { signal: leaving.signal })));
    const [exchange] = await server.arrived(1);
    exchange?.write('{"half":');
    await headers;
    leaving.abort(new Error('no longer wanted'));
    expect(await left).toEqual(new Error('no longer wanted'));
    await exchange?.gone;
  });

  it('before the request sends nothing', async () => {
    const server = await serve(answers, { http2 });
    const transport = connect(server.url, { http2 });
    expect(await failure(transport.send(get('/', { signal: AbortSignal.abort(new Error('too late')) })))).toEqual(
      new Error('too late'),
    );
    expect(server.connections).toBe(0);
  });

  it('while credentials are made does not wait for them', async () => {
    const server = await serve(answers, { http2 });
    const never = new Promise<never>(() => undefined);
    const transport = connect(server.url, { http2 }, { credentials: { current: () => never } });
    const leaving = new AbortController();
    const left = failure(transport.send(get('/', { signal: leaving.signal })));
    leaving.abort(new Error('no longer wanted'));
    expect(await left).toEqual(new Error('no longer wanted'));
  });
});

describe('the deadline', () => {
  it('names the cluster and what was asked', async () => {
    const server = await serve(nothing);
    const error = await failure(connect(server.url, { deadline: 200 }).send(get()));
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({
      code: 'timeout',
      message: 'No answer from cluster prod within 0.2 s to get pods "web".',
      advice: 'The API server, or the network before it, hangs; ask about one cluster at a time, or for less.',
    });
    await server.exchanges[0]?.gone;
  });

  it('does not claim that a change was not made', async () => {
    const server = await serve(nothing);
    expect(await failure(connect(server.url).send(post({ deadline: 200 })))).toMatchObject({
      code: 'timeout',
      advice: 'It is not known whether the change was made: look before making it again.',
    });
  });

  it('holds for the body too', async () => {
    const server = await serve((exchange) => exchange.start());
    expect(await failure(connect(server.url, { deadline: 200 }).send(get()))).toMatchObject({ code: 'timeout' });
  });

  it('holds in the queue', async () => {
    const server = await serve(nothing);
    const transport = connect(server.url, { inFlight: 1 });
    const first = failure(transport.send(get('/1', { deadline: 2_000 })));
    await server.arrived(1);
    expect(await failure(transport.send(get('/2', { deadline: 50 })))).toMatchObject({ code: 'timeout' });
    expect(server.exchanges.length).toBe(1);
    await transport.close();
    await first;
  });

  it('gives up a server that accepts and never answers the handshake', async () => {
    const sockets = new Set<Socket>();
    const blackHole = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(blackHole, 'listening');
    const { port } = blackHole.address() as AddressInfo;
    const transport = connect(`https://127.0.0.1:${port}`, { deadline: 300 });
    expect(await failure(transport.send(get()))).toMatchObject({
      code: 'timeout',
      message: 'No answer from cluster prod within 0.3 s to get pods "web".',
    });
    await transport.close();
    sockets.forEach((socket) => socket.destroy());
    blackHole.close();
    await once(blackHole, 'close');
  });

  it('may be longer than a timer can run', async () => {
    const server = await serve(answers);
    expect((await connect(server.url).send(get('/', { deadline: Number.POSITIVE_INFINITY }))).status).toBe(200);
  });
});

describe('places', () => {
  it('are 64: one more waits until one is free', async () => {
    const held: Exchange[] = [];
    const server = await serve((exchange) => held.push(exchange));
    const transport = connect(server.url);
    const sent = Array.from({ length: 65 }, () => transport.send(get()));
    await server.arrived(64);
    held.slice(0, 1).forEach(answers);
    await Promise.race(sent);
    await server.arrived(65);
    held.slice(1).forEach(answers);
    await Promise.all(sent);
  });

  it('for large lists are 5, and small requests pass them by', async () => {
    const held: Exchange[] = [];
    const server = await serve((exchange) => (exchange.path === '/list' ? held.push(exchange) : answers(exchange)));
    const transport = connect(server.url);
    const lists = Array.from({ length: 8 }, () => transport.send(get('/list', { large: true })));
    await server.arrived(5);
    expect((await transport.send(get('/version'))).status).toBe(200);
    expect(held.length).toBe(5);
    for (let count = 1; count <= 8; count++) {
      const exchange = held[count - 1];
      expect(exchange).toBeDefined();
      if (exchange !== undefined) answers(exchange);
      await server.arrived(Math.min(8, 5 + count) + 1);
    }
    await Promise.all(lists);
  });

  it('are given back after a failure', async () => {
    const server = await serve((exchange) => exchange.json({}, 404));
    const transport = connect(server.url, { inFlight: 1, largeLists: 1 });
    for (let index = 0; index < 3; index++) {
      expect(await failure(transport.send(get('/x', { large: true })))).toMatchObject({ code: 'not-found' });
    }
  });
});

describe('the rate', () => {
  it('holds requests back once the burst is spent', async () => {
    const clock = jumpingClock();
    const server = await serve(answers);
    const transport = connect(server.url, { qps: 10, burst: 3, clock });
    for (let index = 0; index < 5; index++) await transport.send(get());
    expect(clock.slept.map(Math.round)).toEqual([100, 100]);
  });

  it('is unlimited unless configured', async () => {
    const clock = jumpingClock();
    const server = await serve(answers);
    const transport = connect(server.url, { clock });
    await Promise.all(Array.from({ length: 100 }, () => transport.send(get())));
    expect(clock.slept).toEqual([]);
  });
});

describe('a 401', () => {
  it('is tried once more with what the credentials have then', async () => {
    const server = await serve((exchange) => exchange.json({}, exchange.headers.authorization === 'Bearer new' ? 200 : 401));
    const [old, fresh] = [bearer('old'), bearer('new')];
    const rejected: unknown[] = [];
    let current = old;
    const transport = connect(
      server.url,
      {},
      {
        credentials: {
          current: () => current,
          rejected: (material) => {
            rejected.push(material);
            current = fresh;
            return true;
          },
        },
      },
    );
    expect((await transport.send(post())).status).toBe(200);
    expect(rejected).toEqual([old]);
  });

  it('is told after the second', async () => {
    const server = await serve((exchange) => exchange.json({}, 401));
    const transport = connect(server.url, {}, { credentials: { rejected: () => true } });
    expect(await failure(transport.send(get()))).toMatchObject({ code: 'unauthorized' });
    expect(server.exchanges.length).toBe(2);
  });

  it('is told at once when there is nothing else to try', async () => {
    const server = await serve((exchange) => exchange.json({}, 401));
    expect(await failure(connect(server.url).send(get()))).toMatchObject({ code: 'unauthorized' });
    expect(server.exchanges.length).toBe(1);
  });
});

it('never sends a token to another server than its own', async () => {
  const mixed: string[] = [];
  const handleOnly =
    (token: string) =>
    (exchange: Exchange): void => {
      if (exchange.headers.authorization !== `Bearer ${token}`) mixed.push(`${token} got ${exchange.headers.authorization}`);
      exchange.json({ token });
    };
  const [a, b] = [await serve(handleOnly('a')), await serve(handleOnly('b'), { http2: false })];
  const [toA, toB] = [
    connect(a.url, {}, { credentials: { current: () => bearer('a') } }),
    connect(b.url, {}, { credentials: { current: async () => bearer('b') } }),
  ];
  const sent = await Promise.all(
    Array.from({ length: 10_000 }, async (_, index) => {
      const own = index % 2 === 0;
      const answer = await (own ? toA : toB).send(get());
      return answer.text === `{"token":"${own ? 'a' : 'b'}"}`;
    }),
  );
  expect(sent.every(Boolean)).toBe(true);
  expect(mixed).toEqual([]);
}, 60_000);
