import type { TarPackController } from 'modern-tar';

/** What stands in an archive, in its order. The body must be read or let go before the next. */
export interface Member {
  readonly name: string;
  /** `file`, `directory`, `symlink`, … */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  /** Where a link leads. */
  readonly leadsTo: string | undefined;
  readonly body: ReadableStream<Uint8Array>;
}

/** Reads an archive as it comes in: what is not read is not asked for. */
export async function* membersOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Member> {
  const { createTarDecoder } = await import('modern-tar');
  const decoder = createTarDecoder({ strict: true });
  const feeding = ReadableStream.from(bytes).pipeTo(decoder.writable);
  // It is told at the end, or by the reader first.
  feeding.catch(() => undefined);
  for await (const { header, body } of decoder.readable) {
    const { name, type = 'file', size, mode = 0o644, linkname } = header;
    yield { name, type, size, mode, leadsTo: linkname, body };
  }
  await feeding;
}

/** A file or folder on its way into an archive. */
export interface Item {
  /** With slashes, without one in front. */
  readonly name: string;
  readonly mode: number;
  /** Undefined for a folder. */
  readonly file?: { readonly size: number; open(): AsyncIterable<Uint8Array> } | undefined;
}

/** Writes an archive, no faster than it is read. */
export async function* archiveOf(items: AsyncIterable<Item>): AsyncGenerator<Uint8Array> {
  const { createTarPacker } = await import('modern-tar');
  const { readable, controller } = createTarPacker();
  const packing = pack(items, controller).catch((error: unknown) => controller.error(error));
  for await (const part of readable) yield part;
  await packing;
}

async function pack(items: AsyncIterable<Item>, controller: TarPackController): Promise<void> {
  for await (const { name, mode, file } of items) {
    const type = file === undefined ? 'directory' : 'file';
    const writer = controller.add({ name, mode, type, size: file?.size ?? 0 }).getWriter();
    for await (const part of file?.open() ?? []) await writer.write(part);
    await writer.close();
  }
  controller.finalize();
}
