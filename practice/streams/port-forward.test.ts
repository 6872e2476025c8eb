import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { constants, createDeflate } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { converse, podOf, refusal, startStreams, type StreamCluster } from './pod-streams.fake.ts';
import { headerDictionary } from './spdy/dictionary.ts';
import { controlFrame, dataFrame, FIN, frameReader, TYPE, uint32, type Frame } from './spdy/frames.ts';

let cluster: StreamCluster;

beforeAll(async () => {
  cluster = await startStreams({
    web: { ports: { 8080: { kind: 'http', paths: { '/': { body: 'hello\n' } } }, 9000: { kind: 'echo' } } },
  });
  cluster.put('pods', podOf('web', 'web'));
});
afterAll(() => cluster[Symbol.asyncDispose]());

const REQUEST = 'GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n';
const portBytes = (port: number): string => String.fromCharCode(port & 255, port >> 8);

test.each(['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])(
  'over %s each port has a channel for data and one for errors',
  async (protocol) => {
    const sent = protocol.includes('base64') ? [`0${Buffer.from(REQUEST).toString('base64')}`] : [`\0${REQUEST}`];
    const { channels, closed } = await converse(cluster, '/web/portforward?ports=8080&ports=81', protocol, sent);
    expect(closed).toBe(1000);
    expect(channels[0]).toMatch(/HTTP\/1.1 200 OK\r\n[^]*hello\n$/);
    expect(channels[3]).toContain(`error forwarding port 81 to pod`);
    expect(channels[3]).toContain('failed to connect to localhost:81 inside namespace');
    expect(channels[2]).toBe(Buffer.from(portBytes(81), 'latin1').toString());
  },
);

test('a request whose path begins with two slashes is answered', async () => {
  const sent = [`\0${REQUEST.replace('GET /', 'GET //')}`];
  const { channels } = await converse(cluster, '/web/portforward?ports=8080', 'v4.channel.k8s.io', sent);
  expect(channels[0]).toContain('HTTP/1.1 404 Not Found');
});

test.each([
  ['/web/portforward', 400, 'query parameter "port" is required'],
  ['/web/portforward?ports=x', 400, 'cannot convert to []int32: strconv.ParseUint: parsing \\"x\\": invalid syntax'],
  ['/none/portforward?ports=80', 404, 'pods \\"none\\" not found'],
])('%s is refused with %i', async (path, code, said) => {
  expect(await refusal(cluster, path, 'v4.channel.k8s.io')).toMatchObject({ code, body: expect.stringContaining(said) });
});

/** A binary message in one frame, with the mask of zeros that changes nothing. */
function messageFrame(payload: Buffer): Buffer {
  const header = Buffer.from([0x82, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([header, payload]);
}

/** What the messages in these bytes hold. The server sends each in a frame of its own, and none is long. */
function payloadsIn(bytes: Buffer): Buffer {
  const payloads: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const [start, length] = short === 126 ? [at + 4, bytes.readUInt16BE(at + 2)] : [at + 2, short];
    payloads.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  return Buffer.concat(payloads);
}

/** The client's end of a tunnel, by hand: `ws` refuses a subprotocol with a slash in its name. */
async function openTunnel() {
  const [host = '', port = ''] = cluster.url.split(':');
  const socket: Socket = connect(Number(port), host);
  const lines = [
    'GET /web/portforward HTTP/1.1',
    `Host: ${cluster.url}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io',
    '\r\n',
  ];
  socket.write(lines.join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  let received = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
  });
  const frames = (): readonly Frame[] => frameReader()(payloadsIn(received));
  const send = (bytes: Buffer): void => void socket.write(messageFrame(bytes));
  const deflate = createDeflate({ dictionary: headerDictionary });
  const flush = (): Promise<void> => new Promise((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
  const word = (text: string): readonly Buffer[] => [uint32(text.length), Buffer.from(text)];
  return {
    answer: answer.toString(),
    send,
    async open(stream: number, headers: Readonly<Record<string, string>>) {
      const pairs = Object.entries(headers).flatMap(([name, value]) => [...word(name), ...word(value)]);
      deflate.write(Buffer.concat([uint32(Object.keys(headers).length), ...pairs]));
      await flush();
      send(controlFrame(TYPE.synStream, stream, 0, Buffer.alloc(2), deflate.read() as Buffer));
    },
    /** What has come on a stream, once the server has closed it. */
    async heard(stream: number): Promise<string> {
      const own = () => frames().flatMap((frame) => (frame.kind === 'data' && frame.stream === stream ? [frame] : []));
      await expect.poll(() => own().some(({ flags }) => (flags & FIN) !== 0)).toBe(true);
      return Buffer.concat(own().map(({ payload }) => payload)).toString();
    },
    types: () => frames().flatMap((frame) => (frame.kind === 'control' ? [frame.type] : [])),
    close: () => socket.destroy(),
  };
}

test('many connections share one tunnel, as kubectl forwards', async () => {
  const tunnel = await openTunnel();
  expect(tunnel.answer).toContain('Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io');
  await tunnel.open(1, { streamtype: 'error', port: '8080', requestid: '0' });
  await tunnel.open(3, { streamtype: 'data', port: '8080', requestid: '0' });
  await tunnel.open(5, { streamtype: 'error', port: '9000', requestid: '1' });
  await tunnel.open(7, { streamtype: 'data', port: '9000', requestid: '1' });
  tunnel.send(dataFrame(7, Buffer.from('echo '), 0));
  const request = dataFrame(3, Buffer.from(REQUEST));
  // Frames may come in any pieces.
  tunnel.send(request.subarray(0, 5));
  tunnel.send(request.subarray(5));
  tunnel.send(dataFrame(7, Buffer.from('this'), FIN));
  expect(await tunnel.heard(3)).toMatch(/^HTTP\/1.1 200 OK[^]*hello\n$/);
  expect(await tunnel.heard(7)).toBe('echo this');
  expect([await tunnel.heard(1), await tunnel.heard(5)]).toEqual(['', '']);
  tunnel.close();
});

test('what goes wrong is told on the stream for errors, and what makes no sense is reset', async () => {
  const tunnel = await openTunnel();
  await tunnel.open(1, { streamtype: 'error', port: '81', requestid: '0' });
  await tunnel.open(3, { streamtype: 'data', port: '81', requestid: '0' });
  expect(await tunnel.heard(1)).toContain('dial tcp4 127.0.0.1:81: connect: connection refused');
  await tunnel.open(5, { streamtype: 'video', port: '80' });
  tunnel.send(controlFrame(TYPE.ping, 1));
  await expect.poll(() => tunnel.types()).toEqual([TYPE.synReply, TYPE.synReply, TYPE.reset, TYPE.ping]);
  tunnel.close();
});
