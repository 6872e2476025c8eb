import { describe, expect, it } from 'vitest';

import { useBench } from '../../../test/support/bench.ts';
import { startStreamServer, type OpenedStream } from '../../../test/support/stream-server.ts';
import { failure } from '../../../test/support/wire.ts';
import { Connection, type KubernetesObject, type Transport } from '../../kubernetes/index.ts';
import { fakeCluster } from '../describe/cluster.fake.ts';
import { pod } from '../trouble/objects.fake.ts';
import { askOverHttp, type HttpAnswer, type HttpQuestion } from './http.ts';

const bench = useBench();

/** Asks a pod whose server is a function of the bytes that it gets. */
async function ask(
  answer: (stream: OpenedStream, request: string) => unknown,
  question: Partial<HttpQuestion> = {},
): Promise<HttpAnswer> {
  const server = await startStreamServer({
    pair: bench.pair(),
    handle: (stream) => {
      for (const channel of [0, 1]) stream.say(channel, Buffer.of(0x90, 0x1f));
      let request = '';
      stream.webSocket.on('message', (data) => {
        request += (data as Buffer).subarray(1).toString();
        if (request.includes('\r\n\r\n')) answer(stream, request);
      });
    },
  });
  bench.atEnd(() => server.close());
  const real = bench.connect(server.url);
  const web: KubernetesObject = pod({ container: { ports: [{ name: 'http', containerPort: 8080 }] } });
  // Objects come from memory, and streams from the server.
  const objects = fakeCluster([web]).connection;
  const transport: Partial<Transport> = {
    target: real.target,
    upgrade: (request, protocols) => real.upgrade(request, protocols),
  };
  const gate = { admit: (request: never) => request, settled: () => undefined };
  const streams = Connection.create({
    cluster: 'test',
    transport: transport as Transport,
    gate,
    filter: { apply: (_, body) => body },
  });
  const connection = new Proxy(objects, {
    get: (target, key) => {
      if (key === 'upgrade') return streams.upgrade.bind(streams);
      if (key === 'during') return () => connection;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return askOverHttp(connection, {
    namespace: 'shop',
    kind: 'pod',
    name: 'web-1',
    method: 'GET',
    path: '/',
    headers: {},
    timeout: 20_000,
    ...question,
  });
}

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n';

const reply = (stream: OpenedStream, text: string): void => {
  stream.say(0, text.replaceAll('\n', '\r\n'));
  stream.webSocket.close(1000);
};

describe('one HTTP request', () => {
  it('is sent as it was asked for, and answered with status, headers and body', async () => {
    let request = '';
    const answer = await ask(
      (stream, got) => {
        request = got;
        reply(stream, 'HTTP/1.1 201 Made\nX-Token: abcdefgh12345678\ncontent-type: text/plain\n\nhello');
      },
      { method: 'POST', path: '/a?b=c', headers: { 'x-one': '1' }, body: 'ping' },
    );
    expect(request).toMatch(/^POST \/a\?b=c HTTP\/1\.1\r\nhost: web-1\.shop:8080\r\n/);
    expect(request).toContain('x-one: 1\r\n');
    expect(answer).toMatchObject({ status: 201, reason: 'Made', pod: 'web-1', port: 8080, body: 'hello', bytes: 5, cut: false });
    expect(answer.headers).toEqual([
      ['x-token', '<redacted>'],
      ['content-type', 'text/plain'],
    ]);
  });

  it('shows no body that is no text', async () => {
    const answer = await ask((stream) => reply(stream, 'HTTP/1.1 200 OK\n\n\0\u0001\u0002'));
    expect(answer).toMatchObject({ body: undefined, bytes: 3 });
  });

  it('reads no more than it can tell', async () => {
    const answer = await ask((stream) => {
      stream.say(0, 'HTTP/1.1 200 OK\r\n\r\n');
      for (let count = 0; count < 100; count++) stream.say(0, 'x'.repeat(64 * 1024));
    });
    expect(answer.cut).toBe(true);
    expect(answer.bytes).toBeLessThan(5_000_000);
  });

  it('hides a secret that stands where the rest is left out', async () => {
    const part = 'x\n'.repeat(32 * 1024);
    const answer = await ask((stream) => {
      stream.say(0, 'HTTP/1.1 200 OK\r\n\r\n');
      for (let count = 1; count < 64; count++) stream.say(0, part);
      stream.say(0, `${part}AKIAIOSFODNN7`);
      for (let count = 0; count < 64; count++) stream.say(0, `EXAMPLE\n${part}`);
    });
    expect(answer.cut).toBe(true);
    expect(answer.body?.includes('AKIA')).toBe(false);
  });

  it.each([
    ['speaks something else', (stream: OpenedStream) => reply(stream, 'SSH-2.0-OpenSSH\n'), 'No HTTP answer from pod web-1'],
    ['ends without an answer', (stream: OpenedStream) => stream.webSocket.close(1000), 'No HTTP answer from pod web-1'],
    ['speaks another protocol from now on', (stream: OpenedStream) => stream.say(0, SWITCHING), 'No HTTP answer from pod web-1'],
    ['refuses the connection', (stream: OpenedStream) => stream.say(1, 'connection refused'), 'Port 8080 of pod web-1'],
  ])('fails when the program %s', async (_, answer, said) => {
    expect(await failure(ask(answer))).toMatchObject({ code: 'unreachable', message: expect.stringContaining(said) });
  });
});
