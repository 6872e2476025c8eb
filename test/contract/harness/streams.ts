import { WebSocket } from 'ws';

import { at, listAt, textAt } from '../../../src/kubernetes/index.ts';
import type { Place } from './place.ts';

export interface Executed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Messages of a WebSocket by channel: the first byte says which. */
async function talk(
  { access }: Place,
  path: string,
  protocol: string,
  begin: (send: (channel: number, data: string) => void) => void,
  enough: (channels: ReadonlyMap<number, Buffer>) => boolean = () => false,
): Promise<ReadonlyMap<number, Buffer>> {
  const { server, ca, cert, key } = access;
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocol, { ca, cert, key });
  const channels = new Map<number, Buffer>();
  return new Promise((resolve, reject) => {
    socket.on('open', () => begin((channel, data) => socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]))));
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? 0;
      channels.set(channel, Buffer.concat([channels.get(channel) ?? Buffer.alloc(0), data.subarray(1)]));
      if (enough(channels)) socket.close();
    });
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      reject(new Error(`${response.statusCode} ${response.statusMessage}`));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(channels));
  });
}

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
/** v5 says by this that a stream has no more to come. */
const CLOSE = 255;

/** Runs a command in a pod over `v5.channel.k8s.io`. @param stdin what it reads, to its end */
export async function execute(place: Place, pod: string, command: readonly string[], stdin?: string): Promise<Executed> {
  const query = new URLSearchParams([
    ...command.map((word): [string, string] => ['command', word]),
    ['stdout', 'true'],
    ['stderr', 'true'],
    ['stdin', String(stdin !== undefined)],
  ]);
  const path = `/api/v1/namespaces/${place.namespace}/pods/${pod}/exec?${query.toString()}`;
  const channels = await talk(place, path, 'v5.channel.k8s.io', (send) => {
    if (stdin === undefined) return;
    send(STDIN, stdin);
    send(CLOSE, '\u0000');
  });
  const status: unknown = JSON.parse((channels.get(STATUS) ?? '{}').toString());
  const cause = listAt(status, 'details', 'causes').find((found) => at(found, 'reason') === 'ExitCode');
  return {
    stdout: (channels.get(STDOUT) ?? '').toString(),
    stderr: (channels.get(STDERR) ?? '').toString(),
    code: textAt(status, 'status') === 'Success' ? 0 : Number(textAt(cause, 'message')),
  };
}

/** Sends some bytes to a port of a pod over `v4.channel.k8s.io`, and gives what comes back until it holds what is wanted. */
export async function forward(
  place: Place,
  pod: string,
  port: number,
  data: string,
  wanted: string,
): Promise<{ readonly said: string; readonly error: string }> {
  const path = `/api/v1/namespaces/${place.namespace}/pods/${pod}/portforward?ports=${port}`;
  // Both channels of a port begin with its number, in two bytes.
  const rest = (channels: ReadonlyMap<number, Buffer>, channel: number): string =>
    (channels.get(channel) ?? Buffer.alloc(0)).subarray(2).toString();
  const channels = await talk(
    place,
    path,
    'v4.channel.k8s.io',
    (send) => send(0, data),
    (found) => rest(found, 0).includes(wanted) || rest(found, 1) !== '',
  );
  return { said: rest(channels, 0), error: rest(channels, 1) };
}
