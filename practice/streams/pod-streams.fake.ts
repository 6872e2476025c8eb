import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocket } from 'ws';

import { practiceClock, type PracticeClock } from '../clock.ts';
import type { Clock, KubeObject, Store, StoreEvent } from '../model.ts';
import type { Images } from '../programs/index.ts';
import { seededRandom } from '../random.ts';
import { StatusError } from '../status.ts';
import { podStreams } from './pod-streams.ts';
import type { ContainerStatus, Pod } from './shapes.ts';

export const START = Date.parse('2026-11-20T12:00:00Z');

/** As much of a cluster as streams need: a few objects, and a server that leads to the handlers. */
export interface StreamCluster extends AsyncDisposable {
  readonly url: string;
  readonly clock: PracticeClock;
  /** Adds an object or puts a newer one in its place. */
  put(resource: string, object: KubeObject): void;
  remove(resource: string, object: KubeObject): void;
  /** How many watch pods now. */
  watchers(): number;
}

/** A pod whose one container, `app`, has run since the start. */
export function podOf(name: string, image: string, status: Partial<ContainerStatus> = {}, spec: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-11-20T12:00:00Z' },
    spec: { nodeName: 'node-1', containers: [{ name: 'app', image }], ...spec },
    status: {
      podIP: '10.0.0.7',
      containerStatuses: [
        { name: 'app', containerID: `run-1-of-${name}`, state: { running: { startedAt: '2026-11-20T12:00:00Z' } }, ...status },
      ],
    },
  };
}

function fakeStore(clock: Clock): Pick<StreamCluster, 'put' | 'remove' | 'watchers'> & { readonly store: Store } {
  const objects = new Map<string, KubeObject>();
  const listeners = new Set<readonly [resource: string, listener: (event: StoreEvent) => void]>();
  const keyOf = (resource: string, namespace: string | undefined, name: string): string => [resource, namespace, name].join('/');
  const tell = (resource: string, event: StoreEvent): void => {
    for (const [wanted, listener] of listeners) if (wanted === resource) listener(event);
  };
  const unused = (): never => {
    throw new Error('streams do not write');
  };
  return {
    store: {
      clock,
      random: seededRandom(1),
      kinds: unused,
      kind: unused,
      list: unused,
      ownedBy: unused,
      create: unused,
      update: unused,
      delete: unused,
      get: (resource, namespace, name) => objects.get(keyOf(resource, namespace, name)),
      watch(resource, listener) {
        const entry = [resource, listener] as const;
        listeners.add(entry);
        return () => listeners.delete(entry);
      },
    },
    put(resource, object) {
      objects.set(keyOf(resource, object.metadata.namespace, object.metadata.name), object);
      tell(resource, { type: 'MODIFIED', object });
    },
    watchers: () => listeners.size,
    remove(resource, object) {
      objects.delete(keyOf(resource, object.metadata.namespace, object.metadata.name));
      tell(resource, { type: 'DELETED', object });
    },
  };
}

export async function startStreams(images: Images): Promise<StreamCluster> {
  const clock = practiceClock(START);
  const { store, put, remove, watchers } = fakeStore(clock);
  const streams = podStreams({ store, images });
  const asked = (url = ''): { readonly name: string; readonly subresource: string; readonly query: URLSearchParams } => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [, name = '', subresource = ''] = pathname.split('/');
    return { name, subresource, query: searchParams };
  };
  const server = createServer((request, response) => {
    const { name, query } = asked(request.url);
    try {
      streams.log({ namespace: 'default', name }, query, response);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      response.writeHead(error.status.code).end(JSON.stringify(error.status));
    }
  });
  server.on('upgrade', (request, socket, head) => {
    const { name, subresource, query } = asked(request.url);
    streams.upgrade({ namespace: 'default', name, subresource: subresource as 'exec', query }, request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock,
    put,
    remove,
    watchers,
    [Symbol.asyncDispose]: async () => {
      streams.close();
      clock.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Everything that a WebSocket was told. */
export interface Conversation {
  readonly protocol: string;
  /** What came on each channel, in one piece. */
  readonly channels: Readonly<Record<number, string>>;
  readonly closed: number;
}

/** Opens a stream, says what there is to say, and listens until the server closes. */
export async function converse(
  { url }: StreamCluster,
  path: string,
  protocol: string,
  messages: readonly (readonly number[] | string)[] = [],
): Promise<Conversation> {
  const socket = new WebSocket(`ws://${url}${path}`, protocol);
  const base64 = protocol.includes('base64');
  const channels: Record<number, string> = {};
  socket.on('message', (message: Buffer) => {
    const channel = base64 ? Number(message.toString('latin1', 0, 1)) : (message[0] ?? -1);
    const rest = message.subarray(1);
    channels[channel] =
      (channels[channel] ?? '') + (base64 ? Buffer.from(rest.toString(), 'base64').toString() : rest.toString());
  });
  socket.on('open', () => {
    for (const message of messages) socket.send(typeof message === 'string' ? Buffer.from(message) : Buffer.from(message));
  });
  const [closed] = (await once(socket, 'close')) as [number];
  return { protocol: socket.protocol, channels, closed };
}

/** The answer to a request for an upgrade that is refused. */
export async function refusal(
  { url }: StreamCluster,
  path: string,
  protocol: string,
): Promise<{ readonly code: number; readonly body: string }> {
  const socket = new WebSocket(`ws://${url}${path}`, protocol);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}
