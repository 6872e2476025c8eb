import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ApiServer, ApiServerOptions, Exchange } from '../../test/support/api-server.ts';
import { useBench } from '../../test/support/bench.ts';
import { jumpingClock, type JumpingClock } from '../../test/support/jumping-clock.ts';
import { failure, get, post } from '../../test/support/wire.ts';
import { parseRetryAfter, RETRY_RULES, retryDelay, type Attempt } from './retry.ts';
import type { Transport } from './transport.ts';

describe('what is sent again', () => {
  const rule = (attempt: Attempt): string | undefined => retryDelay(attempt, 1, () => 0)?.reason;
  const READS = ['GET', 'HEAD'];
  const METHODS = [...READS, 'POST', 'PUT', 'PATCH', 'DELETE'];
  const again = (attempt: Omit<Attempt, 'method'>): string[] =>
    METHODS.filter((method) => rule({ method, ...attempt }) !== undefined);

  it.each([
    { ended: { status: 429, retryAfter: 1 }, methods: METHODS },
    { ended: { status: 429 }, methods: READS },
    { ended: { status: 502 }, methods: READS },
    { ended: { status: 503 }, methods: READS },
    { ended: { status: 503, retryAfter: 1 }, methods: READS },
    { ended: { status: 504 }, methods: READS },
    { ended: { status: 500 }, methods: [] },
    { ended: { status: 409 }, methods: [] },
    { ended: { status: 401 }, methods: [] },
    { ended: { status: 200 }, methods: [] },
    { ended: { failure: 'ECONNRESET' }, methods: READS },
    { ended: { failure: 'EPIPE' }, methods: READS },
    { ended: { failure: 'UND_ERR_SOCKET' }, methods: READS },
    { ended: { failure: 'UND_ERR_INFO' }, methods: READS },
    { ended: { failure: 'ERR_HTTP2_STREAM_ERROR' }, methods: READS },
    { ended: { failure: 'ERR_HTTP2_GOAWAY_SESSION' }, methods: READS },
    { ended: { failure: 'ECONNREFUSED' }, methods: [] },
    { ended: { failure: 'ENOTFOUND' }, methods: [] },
    { ended: { failure: 'CERT_HAS_EXPIRED' }, methods: [] },
    { ended: { failure: 'UND_ERR_CONNECT_TIMEOUT' }, methods: [] },
    { ended: {}, methods: [] },
  ])('$ended: $methods', ({ ended, methods }) => {
    expect(again(ended)).toEqual(methods);
  });

  it('a read that does something is treated like a write', () => {
    for (const ended of [{ status: 429 }, { status: 503 }, { failure: 'ECONNRESET' }]) {
      expect(rule({ method: 'GET', once: true, ...ended })).toBeUndefined();
    }
    expect(rule({ method: 'GET', once: true, status: 429, retryAfter: 1 })).toBe('throttled');
  });

  it('each rule says why', () => {
    expect(RETRY_RULES.map(({ name, attempts, base }) => ({ name, attempts, base }))).toEqual([
      { name: 'throttled', attempts: 5, base: 250 },
      { name: 'unavailable', attempts: 3, base: 100 },
      { name: 'reset', attempts: 3, base: 25 },
    ]);
    for (const { why } of RETRY_RULES) expect(why.length).toBeGreaterThan(20);
  });
});

describe('how long is waited', () => {
  const attempts = fc.oneof(
    fc.record({
      method: fc.constant('GET'),
      status: fc.constantFrom(429, 502, 503, 504),
      retryAfter: fc.option(fc.nat(100), { nil: undefined }),
    }),
    fc.record({ method: fc.constant('GET'), failure: fc.constantFrom('ECONNRESET', 'EPIPE') }),
  );

  it('is anything between nothing and the doubled base, on top of what the server asked for', () => {
    fc.assert(
      fc.property(
        attempts,
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt: Attempt, number, random) => {
          const rule = RETRY_RULES.find(({ matches }) => matches(attempt));
          const delay = retryDelay(attempt, number, () => random);
          if (rule === undefined || number >= rule.attempts) {
            expect(delay).toBeUndefined();
            return;
          }
          const asked = (attempt.retryAfter ?? 0) * 1000;
          expect(delay?.milliseconds).toBeCloseTo(asked + random * rule.base * 2 ** (number - 1), 6);
        },
      ),
    );
  });

  it('doubles: the longest possible waits of a throttled request', () => {
    const throttled: Attempt = { method: 'GET', status: 429 };
    expect([1, 2, 3, 4, 5].map((number) => retryDelay(throttled, number, () => 1)?.milliseconds)).toEqual([
      250,
      500,
      1000,
      2000,
      undefined,
    ]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  it.each([
    ['5', 5],
    ['0', 0],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30],
    ['Fri, 20 Nov 2026 11:59:00 GMT', 0],
    ['soon', undefined],
    ['5s', undefined],
    ['in5', undefined],
    [undefined, undefined],
    [['1', '2'], undefined],
  ])('%j is %s s', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});

describe('over a connection', () => {
  const { serve, connect } = useBench();

  async function setUp(
    handle: ApiServerOptions['handle'],
    http2 = true,
  ): Promise<{ server: ApiServer; transport: Transport; clock: JumpingClock; retries: string[] }> {
    const clock = jumpingClock();
    const retries: string[] = [];
    const server = await serve(handle, { http2 });
    const transport = connect(server.url, {
      clock,
      http2,
      random: () => 0.5,
      observer: { onRetry: ({ reason }) => retries.push(reason) },
    });
    return { server, transport, clock, retries };
  }

  /** Answers with these statuses, one after the other, and 200 from then on. */
  function statuses(...list: readonly number[]): (exchange: Exchange) => void {
    const left = [...list];
    return (exchange) => {
      const status = left.shift() ?? 200;
      exchange.json({ status }, status, status === 429 ? { 'retry-after': '3' } : {});
    };
  }

  it('a write that was throttled is sent again when the server said', async () => {
    const { server, transport, clock, retries } = await setUp(statuses(429, 429));
    expect((await transport.send(post())).status).toBe(200);
    expect(clock.slept).toEqual([3_125, 3_250]);
    expect(retries).toEqual(['throttled', 'throttled']);
    expect(server.exchanges.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
  });

  it('an eviction that a disruption budget forbids is sent once', async () => {
    const { server, transport } = await setUp((exchange) =>
      exchange.json(
        {
          kind: 'Status',
          reason: 'TooManyRequests',
          message: 'Cannot evict pod',
          details: { causes: [{ reason: 'DisruptionBudget' }] },
        },
        429,
      ),
    );
    expect(await failure(transport.send(post()))).toMatchObject({ code: 'throttled' });
    expect(server.exchanges.length).toBe(1);
  });

  it('throttling is told after five attempts', async () => {
    const { server, transport } = await setUp((exchange) => exchange.json({ message: 'too many requests' }, 429));
    expect(await failure(transport.send(get()))).toMatchObject({
      code: 'throttled',
      status: 429,
      serverMessage: 'too many requests',
    });
    expect(server.exchanges.length).toBe(5);
  });

  it('a Retry-After beyond the deadline is told at once', async () => {
    const { server, transport, clock } = await setUp((exchange) => exchange.json({}, 429, { 'retry-after': '60' }));
    expect(await failure(transport.send(get()))).toMatchObject({ code: 'throttled', retryAfter: 60 });
    expect(server.exchanges.length).toBe(1);
    expect(clock.slept).toEqual([]);
  });

  it.each([502, 503, 504])('%s is asked again by a read, and told to a write', async (status) => {
    const { server, transport, clock } = await setUp(statuses(status, status, 200, status));
    expect((await transport.send(get())).status).toBe(200);
    expect(clock.slept).toEqual([50, 100]);
    expect(await failure(transport.send(post()))).toMatchObject({ status });
    expect(server.exchanges.length).toBe(4);
  });

  describe.each([{ http2: true }, { http2: false }])('that is reset (http2: $http2)', ({ http2 }) => {
    it('a read is sent again', async () => {
      let cut = 2;
      const { server, transport, retries } = await setUp((exchange) => (cut-- > 0 ? exchange.cut() : exchange.json({})), http2);
      expect((await transport.send(get())).status).toBe(200);
      expect(server.exchanges.length).toBe(3);
      expect(retries).toEqual(['reset', 'reset']);
    });

    it('a read is sent again that broke off in the body', async () => {
      let cut = 1;
      const { transport } = await setUp(async (exchange) => {
        if (cut-- <= 0) {
          exchange.json({ whole: true });
          return;
        }
        exchange.start();
        exchange.write('{"whole":');
        exchange.cut();
      }, http2);
      expect((await transport.send(get())).text).toBe('{"whole":true}');
    });

    it('a write is not, and nobody claims that it was not made', async () => {
      const { server, transport } = await setUp(
        (exchange) => (exchange.method === 'GET' ? exchange.json({}) : exchange.cut()),
        http2,
      );
      await transport.send(get());
      expect(await failure(transport.send(post()))).toMatchObject({
        code: 'unreachable',
        message: `Cluster prod cannot be reached at ${server.url}: the connection was closed before the answer was complete.`,
        advice: 'It is not known whether the change was made: look before making it again.',
      });
      expect(server.exchanges.length).toBe(2);
    });
  });

  it('what is under way when the server takes its leave ends, and the next goes over a new connection', async () => {
    const held: Exchange[] = [];
    const { server, transport } = await setUp((exchange) => held.push(exchange));
    for (let round = 1; round <= 5; round++) {
      const sent = Array.from({ length: 16 }, (_, index) => transport.send(index % 2 === 0 ? get() : post()));
      await server.arrived(round * 16);
      server.goAway();
      held.splice(0).forEach((exchange) => exchange.json({}));
      expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
    }
    expect(server.connections).toBe(5);
    expect(server.exchanges.length).toBe(80);
  });

  it.each([{ http2: true }, { http2: false }])(
    'a crash under load loses no read, and repeats no write (http2: $http2)',
    async ({ http2 }) => {
      let crashes = 2;
      const { server, transport } = await setUp((exchange) => {
        if (crashes === 0) exchange.json({});
      }, http2);
      const reads = Array.from({ length: 16 }, (_, index) => transport.send(get(`/read/${index}`)));
      const writes = Array.from({ length: 16 }, (_, index) => failure(transport.send(post({ path: `/write/${index}` }))));
      await server.arrived(32);
      crashes--;
      server.crash();
      await server.arrived(32 + 16);
      crashes--;
      server.crash();
      expect((await Promise.all(reads)).map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
      for (const error of await Promise.all(writes)) expect(error).toMatchObject({ code: 'unreachable' });
      const written = server.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);
      expect(written.toSorted()).toEqual(Array.from({ length: 16 }, (_, index) => `/write/${index}`).toSorted());
    },
  );
});
