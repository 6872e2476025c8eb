import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { allOf } from '../../test/support/credentials.ts';
import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../test/support/discovery.ts';
import type { WireRequest } from './transport.ts';
import type { Connection } from './connection.ts';
import { errorFromAnswer, KubernetesError } from './errors.ts';
import type { Outcome } from './ports.ts';
import type { ApiRequest } from './request.ts';

const pods = { group: '', version: 'v1', resource: 'pods', namespace: 'shop' } as const;

function discovered({ path }: WireRequest): SaidAnswer {
  if (path === '/api') return { body: AGGREGATED_CORE };
  return path === '/apis' ? { body: AGGREGATED_GROUPS } : { status: 404 };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a request', () => {
  it('goes out as the gate lets it, and comes back through the filter', async () => {
    const seen: unknown[] = [];
    const { connection, sent } = connectionTo(() => ({ body: { kind: 'Pod', secret: 1 } }), {
      gate: { admit: (request) => ({ ...request, dryRun: true }) },
      filter: {
        apply: (request, body) => {
          seen.push(request, body);
          return { filtered: true };
        },
      },
    });
    const request: ApiRequest = { verb: 'patch', ...pods, name: 'web', body: { a: 1 } };
    expect(await connection.request(request)).toEqual({ filtered: true });
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/namespaces/shop/pods/web?dryRun=All',
      body: '{"a":1}',
      contentType: 'application/json',
    });
    expect(seen).toEqual([
      { ...request, dryRun: true },
      { kind: 'Pod', secret: 1 },
    ]);
  });

  it('that the gate refuses is not sent', async () => {
    const { connection, sent } = connectionTo(() => ({}), {
      gate: {
        admit: () => {
          throw new Error('refused');
        },
      },
    });
    await expect(connection.request({ verb: 'list', ...pods })).rejects.toThrow('refused');
    await expect(connection.lines({ verb: 'watch', ...pods }).next()).rejects.toThrow('refused');
    expect(sent).toEqual([]);
  });

  it('is told to the gate once, however it ends', async () => {
    const outcomes: Omit<Outcome, 'milliseconds'>[] = [];
    let answer: SaidAnswer = { body: { name: 'Zürich' } };
    const { connection } = connectionTo(() => answer, {
      gate: {
        admit: (request) => {
          if (request.verb === 'deletecollection') throw new KubernetesError('forbidden', 'by policy');
          return request;
        },
        settled: (_, place, call, { milliseconds: _ms, ...outcome }) => {
          expect([place, call]).toEqual([{ cluster: 'prod', identity: 'dev' }, { origin: 'test' }]);
          outcomes.push(outcome);
        },
      },
    });
    const asked = connection.during({ origin: 'test' });
    await asked.request({ verb: 'get', ...pods, name: 'web' });
    answer = { status: 404 };
    await asked.request({ verb: 'get', ...pods, name: 'web' }).catch(() => undefined);
    await asked.request({ verb: 'deletecollection', ...pods }).catch(() => undefined);
    expect(outcomes).toEqual([
      { decision: 'allowed', status: 200, bytes: Buffer.byteLength('{"name":"Zürich"}') },
      { decision: 'allowed', status: 404, error: 'not-found', bytes: 0 },
      { decision: 'refused', error: 'forbidden', bytes: 0 },
    ]);
  });

  it('gets text where the server sends text', async () => {
    const { connection } = connectionTo(() => ({ body: 'ok' }));
    expect(await connection.request({ verb: 'get', nonResource: '/livez' })).toBe('ok');
  });

  it('lets no text about an object pass by the filter', async () => {
    const { connection } = connectionTo(() => ({ body: '{"data":{"password":"aHVudGVyMg=="}}' }), {
      filter: { apply: (request, body) => ({ body, request }) },
    });
    const request: ApiRequest = { verb: 'get', ...pods, resource: 'secrets', name: 'db' };
    expect(await connection.request(request)).toEqual({ body: '{"data":{"password":"aHVudGVyMg=="}}', request });
  });

  it.each([
    { verb: 'list', large: true },
    { verb: 'list', query: { limit: '500' }, large: false },
    { verb: 'list', query: { limit: '501' }, large: true },
    { verb: 'list', query: { limit: '0' }, large: true },
    { verb: 'list', query: { includeObject: 'None' }, large: false },
    { verb: 'list', query: { includeObject: 'Metadata' }, large: true },
    { verb: 'get', name: 'web', large: false },
    { verb: 'watch', large: false },
  ] as const)('takes a place for large lists or not: $verb $query is $large', async ({ large, ...request }) => {
    const { connection, sent } = connectionTo(() => ({ body: {} }));
    await connection.request({ ...pods, ...request });
    expect(sent[0]?.large).toBe(large);
  });

  it('carries the signal of its call', async () => {
    const { connection } = connectionTo(() => ({ body: {} }));
    const call = { origin: 'test', signal: AbortSignal.abort(new Error('gone')) };
    await expect(connection.during(call).request({ verb: 'list', ...pods })).rejects.toThrow('gone');
  });
});

it('an answer that is no JSON is told without what it holds', async () => {
  const { connection } = connectionTo(() => ({ body: {} }));
  const broken = connectionTo(() => ({ chunks: [Buffer.from('{"password":"hunter2"')] }));
  expect(await connection.request({ verb: 'list', ...pods })).toEqual({});
  const line = connectionTo(() => ({ chunks: [Buffer.from('{"password":hunter2}\n')] })).connection.lines({
    verb: 'watch',
    ...pods,
  });
  const error: unknown = await line.next().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'bad-answer',
    message: 'The API server of cluster prod sent an answer that is no valid JSON.',
    advice: 'Something between here and the API server may rewrite answers: check the server address and any proxy.',
  });
  expect(allOf(error)).not.toContain('hunter2');
  // What breaks off with the stream is no answer, and the next watch brings it again.
  expect((await broken.connection.lines({ verb: 'watch', ...pods }).next()).done).toBe(true);
});

describe('the lines of a stream', () => {
  const event = fc.record({ type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'), object: fc.jsonValue() });

  it('come out whole, wherever the stream was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 8 }),
        fc.array(fc.nat(64), { minLength: 1, maxLength: 20 }),
        async (events, sizes) => {
          const bytes = Buffer.from(events.map((each) => `${JSON.stringify(each)}\n`).join(''));
          const chunks: Uint8Array[] = [];
          for (let from = 0, index = 0; from < bytes.length; index++) {
            const size = sizes[index % sizes.length] ?? 1;
            chunks.push(bytes.subarray(from, from + Math.max(1, size)));
            from += Math.max(1, size);
          }
          const { connection } = connectionTo(() => ({ chunks }));
          const seen: unknown[] = [];
          for await (const line of connection.lines({ verb: 'watch', ...pods })) seen.push(line);
          expect(seen).toEqual(JSON.parse(JSON.stringify(events)));
        },
      ),
    );
  });

  it('are refused when one has no end, which would fill the memory', async () => {
    let sent = 0;
    function* endless(): Generator<Uint8Array> {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      for (; sent < 100; sent++) yield chunk;
    }
    const { connection } = connectionTo(() => ({ chunks: endless() }));
    await expect(connection.lines({ verb: 'watch', ...pods }).next()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(sent).toBe(64);
  });

  it('pass the filter one by one, with the request as it was admitted', async () => {
    const { connection } = connectionTo(() => ({ chunks: [Buffer.from('{"a":1}\n\n{"a":2}\n')] }), {
      gate: { admit: (request) => ({ ...request, query: { admitted: 'yes' } }) },
      filter: { apply: (request, body) => ({ body, query: request.query }) },
    });
    const seen: unknown[] = [];
    for await (const line of connection.lines({ verb: 'watch', ...pods })) seen.push(line);
    expect(seen).toEqual([{ a: 1 }, { a: 2 }].map((body) => ({ body, query: { admitted: 'yes' } })));
  });
});

describe('kinds', () => {
  const discoveries = (sent: readonly WireRequest[]): number => sent.filter(({ path }) => path === '/api').length;

  it('are asked for when they are needed, once for all who ask', async () => {
    const { connection, sent } = connectionTo(discovered);
    expect(sent).toEqual([]);
    const resolved = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => connection.during({ origin: `${index}` }).resolve('deploy')),
    );
    expect(new Set(resolved.map(({ kind }) => kind.resource))).toEqual(new Set(['deployments']));
    expect(discoveries(sent)).toBe(1);
    await connection.resolveMany('po,svc');
    expect(discoveries(sent)).toBe(1);
  });

  it('that are unknown ask the server again, but not more often than every 2 s', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let known = false;
    const { connection, sent } = connectionTo((request) =>
      known && request.path === '/apis'
        ? {
            body: {
              kind: 'APIGroupDiscoveryList',
              items: [
                {
                  metadata: { name: 'new.example' },
                  versions: [{ version: 'v1', resources: [{ resource: 'gadgets', responseKind: { kind: 'Gadget' } }] }],
                },
              ],
            },
          }
        : discovered(request),
    );
    await expect(connection.resolve('gadgets')).rejects.toMatchObject({ code: 'unknown-kind' });
    await expect(connection.resolve('gadgets')).rejects.toMatchObject({ code: 'unknown-kind' });
    expect(discoveries(sent)).toBe(1);
    known = true;
    vi.advanceTimersByTime(1_999);
    await expect(connection.resolve('gadgets')).rejects.toMatchObject({ code: 'unknown-kind' });
    vi.advanceTimersByTime(1);
    expect((await connection.resolve('gadgets')).kind.kind).toBe('Gadget');
    expect(discoveries(sent)).toBe(2);
  });

  it('are believed for ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { connection, sent } = connectionTo(discovered);
    await connection.kinds();
    vi.advanceTimersByTime(599_999);
    await connection.kinds();
    expect(discoveries(sent)).toBe(1);
    vi.advanceTimersByTime(1);
    await connection.kinds();
    expect(discoveries(sent)).toBe(2);
  });

  it('stay with the others when one who waits for them leaves', async () => {
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    const { connection } = connectionTo(async (request) => {
      await held;
      return discovered(request);
    });
    const leaving = new AbortController();
    const left = connection.during({ origin: 'first', signal: leaving.signal }).resolve('pods');
    const stays = connection.during({ origin: 'second', signal: new AbortController().signal }).resolve('pods');
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    answer();
    expect((await stays).kind.resource).toBe('pods');
  });

  it.each([
    [5, 'No answer from cluster prod within 0 s to get /apis.'],
    // Longer than a timer can run, which would end at once.
    [Number.MAX_SAFE_INTEGER, 'gone'],
  ])('are waited for no longer than the call allows: %s ms', async (deadline, message) => {
    const { connection } = connectionTo(async () => new Promise<never>(() => undefined));
    const leaving = new AbortController();
    const waited = connection.during({ origin: 'test', deadline, signal: leaving.signal }).kinds();
    if (message === 'gone') setTimeout(() => leaving.abort(new Error('gone')), 20);
    await expect(waited).rejects.toThrow(message);
  });

  it.each([
    { says: 'a login that failed', thrown: errorFromAnswer(401, undefined, {}), code: 'unauthorized' },
    { says: 'a server that is gone', thrown: new KubernetesError('unreachable', 'gone'), code: 'unreachable' },
    { says: 'credentials that cannot be had', thrown: new KubernetesError('credentials', 'none'), code: 'credentials' },
    { says: 'a refusal', thrown: errorFromAnswer(403, undefined, {}), code: 'forbidden' },
  ])('$says is no unknown kind, and not kept', async ({ thrown, code }) => {
    let failing = true;
    const { connection } = connectionTo((request) => {
      if (failing) throw thrown;
      return discovered(request);
    });
    const look = async (name: string): Promise<unknown> => connection.resolve(name).catch((error: unknown) => error);
    expect(await look('pods')).toMatchObject({ code });
    expect(await look('pods')).toMatchObject({ code });
    failing = false;
    expect(await look('pods')).toMatchObject({ kind: { resource: 'pods' } });
  });

  it('that are unknown while the server is gone are told as that', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let gone = false;
    const { connection } = connectionTo((request) => {
      if (gone) throw new KubernetesError('unreachable', 'gone');
      return discovered(request);
    });
    await connection.kinds();
    gone = true;
    vi.advanceTimersByTime(2_000);
    await expect(connection.resolve('gadgets')).rejects.toMatchObject({ code: 'unreachable' });
    // What is known already needs no server.
    expect((await connection.resolve('pods')).kind.resource).toBe('pods');
  });
});

it('says where it leads and as whom, without asking', () => {
  const { connection, sent } = connectionTo(() => ({}));
  const { cluster, identity, server, namespace }: Connection = connection;
  expect({ cluster, identity, server, namespace }).toEqual({
    cluster: 'prod',
    identity: 'dev',
    server: 'https://test:6443',
    namespace: undefined,
  });
  expect(sent).toEqual([]);
});
