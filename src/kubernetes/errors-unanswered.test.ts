import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { allOf } from '../../test/support/credentials.ts';
import { useBench } from '../../test/support/bench.ts';
import { failure, get, post } from '../../test/support/wire.ts';
import { errorFromFailure, timeoutError } from './errors-unanswered.ts';
import { KubernetesError, type ErrorScene } from './errors.ts';
import type { Transport } from './transport.ts';

const scene: ErrorScene = {
  cluster: 'prod',
  identity: 'dev',
  verb: 'get',
  group: 'apps',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
};
it('a deadline of less than a second is told as it was', () => {
  expect(timeoutError({}, 250).message).toBe('No answer from cluster ? within 0.3 s to a request for the resource.');
});

it('an answer that is too long is told as that', () => {
  const tooLong = Object.assign(new Error('the answer is too long'), { code: 'ERR_STRING_TOO_LONG' });
  expect(errorFromFailure(tooLong, scene, 'https://x')).toMatchObject({
    code: 'bad-answer',
    message: 'Cluster prod cannot be understood at https://x: its answer is longer than 512 MiB.',
    advice: 'Ask for less: for one namespace, with a selector, or with a limit.',
  });
});

it('a failure without a code is told by its message, and one of ours is left alone', () => {
  expect(errorFromFailure(new Error('odd'), scene, 'https://x').message).toBe(
    'Cluster prod cannot be reached at https://x: the connection failed (odd).',
  );
  expect(errorFromFailure('thrown text', scene, 'https://x').message).toContain('(thrown text)');
  const own = new KubernetesError('forbidden', 'no');
  expect(errorFromFailure(own, scene, 'https://x')).toBe(own);
});

it('a change whose connection failed in an unknown way may have been made', () => {
  const write = { ...scene, verb: 'delete' };
  expect(errorFromFailure(new Error('odd'), write, 'https://x').advice).toBe(
    'It is not known whether the change was made: look before making it again.',
  );
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  expect(errorFromFailure(refused, write, 'https://x').advice).toContain('Nothing listens');
});

describe('what a connection says', () => {
  const { pair, serve, connect: connectTo, atEnd } = useBench();
  const connect = (url: string, http2 = true): Transport =>
    connectTo(
      url,
      { http2, random: () => 0 },
      { credentials: { current: () => ({ headers: { authorization: 'Bearer s3cret' } }) } },
    );

  async function listening(server: ReturnType<typeof createServer>): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEnd(async () => {
      server.close();
      await once(server, 'close');
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A TLS server that answers every request with these bytes, and closes. */
  async function tlsAnswering(bytes: string): Promise<string> {
    const server = createTlsServer({ ...pair(), ALPNProtocols: ['http/1.1'] }, (socket: TLSSocket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes));
    });
    return `https://${await listening(server)}`;
  }

  it('a closed port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.close();
    await once(server, 'close');
    expect(await failure(connect(`https://${address}`).send(get()))).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at https://${address}: connection refused.`,
      advice: 'Nothing listens at that address: is the API server running, and is the port right?',
    });
  });

  it('an unknown host', async () => {
    expect(await failure(connect('https://no-such-host.invalid:6443').send(get()))).toMatchObject({
      code: 'unreachable',
      message: 'Cluster prod cannot be reached at https://no-such-host.invalid:6443: its host name cannot be resolved.',
      advice: 'Check the server address in the kubeconfig, the DNS and the VPN.',
    });
  });

  it('a port that speaks plain HTTP', async () => {
    const address = await listening(createHttpServer((_, response) => response.end('hello')));
    expect(await failure(connect(`https://${address}`).send(get()))).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at https://${address}: it does not speak TLS.`,
      advice: 'Check the port, and that the address begins with https.',
    });
  });

  it('a port that speaks something else behind TLS', async () => {
    const url = await tlsAnswering('220 mail.example ESMTP\r\n');
    expect(await failure(connect(url).send(get()))).toMatchObject({
      code: 'bad-answer',
      message: `Cluster prod cannot be understood at ${url}: what it answers is no HTTP.`,
      advice: 'Something else than a Kubernetes API server may answer here: check the server address and any proxy.',
    });
  });

  it('a body that is shorter than announced', async () => {
    const url = await tlsAnswering('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"half":');
    expect(await failure(connect(url).send(get()))).toMatchObject({
      code: 'unreachable',
      message: `Cluster prod cannot be reached at ${url}: the connection was closed before the answer was complete.`,
    });
  });

  it('chunks that break off', async () => {
    const url = await tlsAnswering('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n');
    expect(await failure(connect(url).send(post()))).toMatchObject({
      code: 'unreachable',
      advice: 'It is not known whether the change was made: look before making it again.',
    });
  });

  it.each([{ http2: true }, { http2: false }])('headers without end (http2: $http2)', async ({ http2 }) => {
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'y'.repeat(1_000)]));
    const server = await serve((exchange) => exchange.text('ok', 200, headers), { http2 });
    const outcome = await connect(server.url, http2)
      .send(get())
      .catch((error: unknown) => error);
    if (http2) expect(outcome).toMatchObject({ status: 200 });
    else {
      expect(outcome).toMatchObject({
        code: 'bad-answer',
        message: `Cluster prod cannot be understood at ${server.url}: the headers of its answer are longer than 16 KiB.`,
      });
    }
  });

  it('never holds what was sent to log in', async () => {
    const url = await tlsAnswering('rubbish with s3cret\r\n');
    const server = await serve((exchange) => exchange.json({ message: 'no' }, 403));
    const errors = [
      await failure(connect(url).send(get())),
      await failure(connect(server.url).send(get())),
      await failure(connect(server.url).send(get('/slow', { deadline: 0 }))),
    ];
    for (const error of errors) expect(allOf(error)).not.toContain('s3cret');
  });
});
