import { describe, expect, it } from 'vitest';

import { useBench } from '../../../test/support/bench.ts';
import { connectProxy, socksProxy } from '../../../test/support/proxy.ts';
import { startStreamServer, type OpenedStream } from '../../../test/support/stream-server.ts';
import { failure } from '../../../test/support/wire.ts';
import { forwardToPod, type ForwardedConnection } from './port-forward.ts';
import { openConnection } from './streams.fake.ts';

const bench = useBench();
const TARGET = { namespace: 'shop', pod: 'web', port: 8080 };
/** The number of the port, lowest byte first, as both channels begin. */
const PORT = Buffer.of(0x90, 0x1f);

const begin = ({ say }: OpenedStream): void => {
  say(0, PORT);
  say(1, PORT);
};

async function serve(handle: (stream: OpenedStream) => unknown) {
  const server = await startStreamServer({ pair: bench.pair(), handle });
  bench.atEnd(() => server.close());
  return server;
}

async function textOf(connection: ForwardedConnection): Promise<string> {
  let text = '';
  for await (const data of connection.incoming) text += Buffer.from(data).toString();
  return text;
}

describe('a forwarded connection', () => {
  it('carries bytes both ways', async () => {
    const server = await serve((stream) => {
      begin(stream);
      stream.webSocket.on('message', (data) => {
        stream.say(0, (data as Buffer).subarray(1).toString().toUpperCase());
        stream.webSocket.close(1000);
      });
    });
    const forwarded = await forwardToPod(openConnection(bench.connect(server.url)), TARGET);
    await forwarded.write(Buffer.from('ping'));
    expect(await textOf(forwarded)).toBe('PING');
    expect(server.asked[0]?.url).toBe('/api/v1/namespaces/shop/pods/web/portforward?ports=8080');
  });

  it('fails in the words of the kubelet when nothing listens', async () => {
    const server = await serve((stream) => {
      begin(stream);
      stream.say(1, 'connect: connection refused');
    });
    const forwarded = await forwardToPod(openConnection(bench.connect(server.url)), TARGET);
    expect(await failure(textOf(forwarded))).toMatchObject({
      code: 'unreachable',
      message: 'Port 8080 of pod web (namespace shop) cannot be reached: connect: connection refused',
    });
  });

  it('ends at the server when it is closed', async () => {
    const streams: OpenedStream[] = [];
    const server = await serve((stream) => streams.push(stream));
    const forwarded = await forwardToPod(openConnection(bench.connect(server.url)), TARGET);
    forwarded.close();
    await streams[0]?.gone;
    expect(await textOf(forwarded)).toBe('');
  });

  it.each([
    ['http', connectProxy],
    ['socks5', socksProxy],
  ] as const)('goes through a proxy that speaks %s', async (scheme, startProxy) => {
    const server = await serve((stream) => {
      begin(stream);
      stream.say(0, 'through');
      stream.webSocket.close(1000);
    });
    const proxy = await startProxy();
    bench.atEnd(async () => proxy[Symbol.asyncDispose]());
    const more = { tls: { ca: bench.authority().cert }, proxy: `${scheme}://127.0.0.1:${proxy.port}` };
    const forwarded = await forwardToPod(openConnection(bench.connect(server.url, {}, more)), TARGET);
    expect(await textOf(forwarded)).toBe('through');
    expect(proxy.ways).toEqual([`127.0.0.1:${server.port}`]);
  });
});
