import type { Folder } from './from.ts';

interface Found {
  readonly path: string;
  readonly size: number;
  /** How it begins; all of it when `bytes` is as long as its size. Undefined for a folder. */
  readonly bytes: Uint8Array | undefined;
}

/** Keeps what is small, and of the rest how it begins. */
export class MemoryFolder implements Folder {
  readonly found: Found[] = [];
  #left: number;

  /** @param keep bytes of all files together */
  constructor(keep: number) {
    this.#left = keep;
  }

  async folder(path: string): Promise<void> {
    this.found.push({ path, size: 0, bytes: undefined });
  }

  async file(path: string, { size, body }: Parameters<Folder['file']>[1]): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of body) {
      const kept = part.subarray(0, this.#left);
      this.#left -= kept.length;
      if (kept.length > 0) parts.push(kept);
    }
    this.found.push({ path, size, bytes: Buffer.concat(parts) });
  }
}
