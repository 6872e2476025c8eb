import { constants, createInflate } from 'node:zlib';

import { headerDictionary } from './dictionary.ts';
import { uint32 } from './frames.ts';

/** Reads the header blocks of one connection, in their order: each builds on those before it. */
export function headerReader(): (block: Buffer) => Promise<ReadonlyMap<string, string>> {
  const inflate = createInflate({ dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH });
  const broken = new Promise<never>((_, reject) => inflate.on('error', reject));
  broken.catch(() => undefined);
  return async (block) => {
    const written = new Promise<void>((resolve) => inflate.write(block, () => resolve()));
    await Promise.race([written, broken]);
    return parseHeaders((inflate.read() as Buffer | null) ?? Buffer.alloc(0));
  };
}

/** How many there are, and then each name and value with its length. */
function parseHeaders(text: Buffer): ReadonlyMap<string, string> {
  let at = 0;
  const number = (): number => text.readUInt32BE((at += 4) - 4);
  const word = (): string => {
    const length = number();
    return text.toString('utf8', at, (at += length));
  };
  const headers = new Map<string, string>();
  for (let left = text.length === 0 ? 0 : number(); left > 0; left--) headers.set(word().toLowerCase(), word());
  return headers;
}

/** zlib's first two bytes: deflate with the largest window, no dictionary needed. */
const ZLIB_START = Buffer.of(0x78, 0x01);

/** An empty block, as zlib's sync flush writes it: readers hand out what came before it. */
const FLUSH = Buffer.of(0, 0, 0, 0xff, 0xff);

/** Writes blocks without any header, the only ones that we send: as deflate's stored blocks, which need no compressor. */
export function emptyHeaderWriter(): () => Buffer {
  let begun = false;
  return () => {
    const none = uint32(0);
    const block = Buffer.concat([Buffer.of(0, none.length, 0, ~none.length & 0xff, 0xff), none, FLUSH]);
    const written = begun ? block : Buffer.concat([ZLIB_START, block]);
    begun = true;
    return written;
  };
}
