/** SPDY/3.1 as far as port-forward needs it (draft-mbelshe-httpbis-spdy-00, section 2.2). */

export const TYPE = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const;

/** In data frames and control frames alike: nothing more comes on this stream. */
export const FIN = 1;

const HEADER = 8;
/** The first bit tells control frames from data frames; the version fills the rest of the field. */
const CONTROL = 0x8003;

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** Cuts bytes into frames, in whatever pieces they come. */
export function frameReader(): (bytes: Buffer) => readonly Frame[] {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      if (rest.length < HEADER) return frames;
      const length = rest.readUIntBE(5, 3);
      if (rest.length < HEADER + length) return frames;
      const first = rest.readUInt32BE(0);
      const flags = rest.readUInt8(4);
      const payload = rest.subarray(HEADER, HEADER + length);
      rest = rest.subarray(HEADER + length);
      frames.push(
        first >= 2 ** 31
          ? { kind: 'control', type: first & 0xffff, flags, payload }
          : { kind: 'data', stream: first, flags, payload },
      );
    }
  };
}

export function dataFrame(stream: number, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(stream);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([header, payload]);
}

export function controlFrame(type: number, ...fields: readonly (number | Buffer)[]): Buffer {
  const payload = Buffer.concat(fields.map((field) => (typeof field === 'number' ? uint32(field) : field)));
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(CONTROL);
  header.writeUInt16BE(type, 2);
  header.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([header, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
