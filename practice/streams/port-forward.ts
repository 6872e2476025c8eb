import { Duplex, Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { programOf, type PortService, type Sink, type Source } from '../programs/index.ts';
import { badRequest } from '../status.ts';
import { channelProtocol, channelsOver, type Channels } from './channels.ts';
import { KubeletRefusal } from './refusal.ts';
import { serve } from './services.ts';
import type { Pod } from './shapes.ts';
import { spdyConnection, type SpdyStream } from './spdy/connection.ts';
import type { Opening, StreamContext, UpgradeRequest } from './stream.ts';
import { podAt, requireNode, statusOf } from './target.ts';

/** SPDY through a WebSocket, as kubectl forwards since 1.31. */
const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
/** A pair of channels for each port that the query names. */
const CHANNELS = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io', ''];

/** What listens on a port of a pod. @throws Error in the container runtime's words when nothing does */
type FindService = (port: number) => PortService;

/** Checks a request for port-forward, and says what to do once the connection is there. */
export function openForwarding(context: StreamContext, { namespace, name, query }: UpgradeRequest, protocols: string): Opening {
  const ports = portsOf(query);
  const pod = podAt(context.store, namespace, name);
  requireNode(pod);
  const tunnels = protocols.includes(TUNNEL);
  if (!tunnels && ports.length === 0) throw new KubeletRefusal(400, 'query parameter "port" is required');
  const find: FindService = (port) => serviceOf(context, podAt(context.store, namespace, name), port);
  return {
    protocols: tunnels ? [TUNNEL] : CHANNELS,
    run: (webSocket, protocol) =>
      protocol === TUNNEL
        ? tunnel((opened) => spdyConnection(webSocket, opened), find)
        : forwardChannels(channelsOver(webSocket, channelProtocol(protocol)), ports, find),
  };
}

/** `ports=80&ports=81`. @throws StatusError (400) */
const portsOf = (query: URLSearchParams): readonly number[] => query.getAll('ports').map(portOf);

function portOf(text: string): number {
  if (!/^\d+$/.test(text))
    throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new KubeletRefusal(400, `port "${text}" must be > 0`);
  return port;
}

function serviceOf({ images }: StreamContext, pod: Pod, port: number): PortService {
  for (const container of pod.spec.containers) {
    if (statusOf(pod, container.name)?.state?.running === undefined) continue;
    const service = programOf(container.image, images, container).ports?.[port];
    if (service !== undefined) return service;
  }
  const sandbox = pod.metadata.uid.replaceAll('-', '').padEnd(64, '0');
  throw new Error(
    `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${pod.metadata.uid}": failed to connect to localhost:${port} inside namespace "${sandbox}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found `,
  );
}

/** Port n of the query has the channels 2n, for data, and 2n + 1, for what goes wrong. */
async function forwardChannels(channels: Channels, ports: readonly number[], find: FindService): Promise<void> {
  await Promise.all(
    ports.map(async (port, index) => {
      const [incoming, data, error] = [channels.source(2 * index), channels.sink(2 * index), channels.sink(2 * index + 1)];
      const number = Buffer.alloc(2);
      number.writeUInt16LE(port);
      await data.write(number);
      await error.write(number);
      const connection = duplexOver(incoming, data);
      try {
        serve(find(port), connection);
        await ended(connection);
      } catch (cause) {
        await error.write((cause as Error).message);
      }
    }),
  );
  channels.close();
}

/** Resolves when nothing more goes out on a connection. */
const ended = (connection: Duplex): Promise<void> => finished(connection, { readable: false }).catch(() => undefined);

/** A connection made of what comes in on a channel and what goes out on it. */
function duplexOver(incoming: Source, outgoing: Sink): Duplex {
  return Duplex.from({ readable: Readable.from(chunksOf(incoming)), writable: writableTo(outgoing) });
}

async function* chunksOf(source: Source): AsyncGenerator<Uint8Array, void> {
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) yield chunk;
}

const writableTo = (sink: Sink): Writable =>
  new Writable({
    write(chunk: Buffer, _, done) {
      void (async () => {
        await sink.write(chunk);
        done();
      })();
    },
  });

/** A forwarded connection is a pair of streams, for data and for what goes wrong, that name the same request. */
async function tunnel(connect: (opened: (stream: SpdyStream) => void) => Promise<void>, find: FindService): Promise<void> {
  const halves = new Map<string, SpdyStream>();
  await connect((stream) => {
    const type = stream.headers.get('streamtype');
    const port = Number(stream.headers.get('port'));
    if ((type !== 'data' && type !== 'error') || !Number.isInteger(port) || port < 1 || port > 65_535) return stream.reset();
    stream.accept();
    // Clients from before request ids open the error stream first, and the data stream right after it.
    const request = stream.headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2);
    const other = halves.get(request);
    if (other === undefined) return void halves.set(request, stream);
    halves.delete(request);
    const [data, error] = type === 'data' ? [stream, other] : [other, stream];
    forwardPair(data.connection, error.connection, port, find);
  });
}

function forwardPair(data: Duplex, error: Duplex, port: number, find: FindService): void {
  error.resume();
  try {
    serve(find(port), data);
    // Once the service has said all, nothing more can come of it, whatever the client still has to say.
    void ended(data).then(() => error.end());
  } catch (cause) {
    error.end((cause as Error).message);
    data.resume();
    data.end();
  }
}
