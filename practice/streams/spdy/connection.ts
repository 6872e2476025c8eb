import { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import { controlFrame, dataFrame, FIN, frameReader, TYPE, type Frame } from './frames.ts';
import { emptyHeaderWriter, headerReader } from './headers.ts';

/** A stream that the client wants to open. */
export interface SpdyStream {
  readonly id: number;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  /** What it carries once it is accepted. */
  readonly connection: Duplex;
  accept(): void;
  /** Refuses it. */
  reset(): void;
}

/** Why a stream is reset: the server does not want it. */
const REFUSED = 3;

/**
 * The server's end of a SPDY connection whose bytes travel in the messages of a WebSocket. Windows are not kept, as
 * Kubernetes' own implementation keeps none.
 * @param opened called for each stream that the client opens; it accepts or resets it at once
 * @returns resolves when the connection is over
 */
export async function spdyConnection(webSocket: WebSocket, opened: (stream: SpdyStream) => void): Promise<void> {
  const streams = new Map<number, Duplex>();
  const read = frameReader();
  const readHeaders = headerReader();
  const emptyHeaders = emptyHeaderWriter();
  const send = (frame: Buffer, done?: () => void): void => webSocket.send(frame, () => done?.());

  const duplex = (id: number): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _, done) => send(dataFrame(id, chunk), done),
      final: (done) => send(dataFrame(id, Buffer.alloc(0), FIN), done),
    });
  const open = async ({ flags, payload }: Frame): Promise<void> => {
    const id = payload.readUInt32BE(0);
    const headers = await readHeaders(payload.subarray(10));
    const connection = duplex(id);
    connection.on('error', () => undefined).on('close', () => streams.delete(id));
    streams.set(id, connection);
    opened({
      id,
      headers,
      connection,
      accept: () => send(controlFrame(TYPE.synReply, id, emptyHeaders())),
      reset: () => {
        connection.destroy();
        send(controlFrame(TYPE.reset, id, REFUSED));
      },
    });
    if ((flags & FIN) !== 0) connection.push(null);
  };
  const handle = async (frame: Frame): Promise<void> => {
    if (frame.kind === 'data') {
      const stream = streams.get(frame.stream);
      if (frame.payload.length > 0) stream?.push(frame.payload);
      if ((frame.flags & FIN) !== 0) stream?.push(null);
      return;
    }
    if (frame.type === TYPE.synStream) await open(frame);
    else if (frame.type === TYPE.reset) streams.get(frame.payload.readUInt32BE(0))?.destroy();
    else if (frame.type === TYPE.ping) send(controlFrame(TYPE.ping, frame.payload));
    else if (frame.type === TYPE.goAway) webSocket.close(1000);
  };

  const receive = async (bytes: Buffer): Promise<void> => {
    for (const frame of read(bytes)) await handle(frame);
  };
  // One after the other: a header block can only be read after those before it.
  let last = Promise.resolve();
  webSocket.on('message', (message) => {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.concat([message].flat() as Buffer[]);
    last = last.then(() => receive(bytes)).catch(() => webSocket.close(1002));
  });
  await new Promise<void>((resolve) => {
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => resolve());
  });
  for (const stream of streams.values()) stream.destroy();
}
