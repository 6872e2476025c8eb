import type { WebSocket } from 'ws';

import { bytesOf, pipe, type Sink, type Source } from '../programs/index.ts';

/** Several streams over one WebSocket: each message begins with the number of its channel. */
export interface Channels {
  /** What the client writes into a channel. To be asked for before the first message can come. */
  source(channel: number): Source;
  sink(channel: number): Sink;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
  /** Says goodbye once everything has been sent. */
  close(): void;
}

/** In `v5.channel.k8s.io` a message on this channel closes the one that it names. */
const CLOSE = 255;

export interface ChannelProtocol {
  /** Messages are text: the channel as a digit, and what follows in base64. */
  readonly base64: boolean;
  /** The client can close a channel of its own. */
  readonly closes: boolean;
}

/** @param protocol a subprotocol's name, such as `v4.base64.channel.k8s.io` */
export const channelProtocol = (protocol: string): ChannelProtocol => ({
  base64: protocol.includes('base64'),
  closes: protocol.startsWith('v5.'),
});

export function channelsOver(webSocket: WebSocket, { base64, closes }: ChannelProtocol): Channels {
  const incoming = new Map<number, ReturnType<typeof pipe>>();
  const gone = new AbortController();

  const receive = async (message: Buffer): Promise<void> => {
    const [first] = message;
    if (first === undefined) return;
    if (closes && first === CLOSE) return incoming.get(message[1] ?? CLOSE)?.end();
    const channel = base64 ? first - 0x30 : first;
    const rest = message.subarray(1);
    // A reader that is slow slows the client down.
    webSocket.pause();
    try {
      await incoming.get(channel)?.write(base64 ? Buffer.from(rest.toString(), 'base64') : rest);
    } catch {
      // Nobody reads it any more: what still comes is dropped, as a closed stdin drops it.
    } finally {
      webSocket.resume();
    }
  };
  webSocket.on(
    'message',
    (message) => void receive(Buffer.isBuffer(message) ? message : Buffer.concat([message].flat() as Buffer[])),
  );
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => {
    for (const channel of incoming.values()) channel.end();
    gone.abort(new Error('the client is gone'));
  });

  return {
    gone: gone.signal,
    source(channel) {
      const made = incoming.get(channel) ?? pipe();
      incoming.set(channel, made);
      return made;
    },
    sink: (channel) => ({
      write: (chunk) =>
        new Promise((resolve) => {
          const bytes = bytesOf(chunk);
          const message = base64
            ? `${channel}${Buffer.from(bytes).toString('base64')}`
            : Buffer.concat([Buffer.of(channel), bytes]);
          webSocket.send(message, () => resolve());
        }),
    }),
    close: () => webSocket.close(1000),
  };
}
