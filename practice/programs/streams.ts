/** Where a command reads from: chunk by chunk, nothing at the end. */
export interface Source {
  read(): Promise<Uint8Array | undefined>;
}

/** Where a command writes to. The promise is kept when there is room for more. */
export interface Sink {
  write(chunk: Uint8Array | string): Promise<void> | void;
}

/** Raised in who writes when nobody reads any more. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/** How many bytes wait in a pipe before its writer does, as in Linux. */
const ROOM = 65_536;

/** A pipe within the process, with one writer and one reader. */
export interface Pipe extends Source, Sink {
  /** Nothing more comes. */
  end(): void;
  /** Nobody reads any more: who writes gets a BrokenPipe. */
  close(): void;
}

export const pipe = (): Pipe => new BoundedPipe();

class BoundedPipe implements Pipe {
  readonly #chunks: Uint8Array[] = [];
  #waiting = 0;
  #ended = false;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  async read(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#closed) await this.#changed.promise;
    const chunk = this.#chunks.shift();
    this.#waiting -= chunk?.length ?? 0;
    this.#change();
    return chunk;
  }

  async write(chunk: Uint8Array | string): Promise<void> {
    const bytes = bytesOf(chunk);
    if (this.#closed) throw new BrokenPipe('nobody reads');
    if (bytes.length === 0 || this.#ended) return;
    this.#chunks.push(bytes);
    this.#waiting += bytes.length;
    this.#change();
    while (this.#waiting > ROOM && !this.#closed) await this.#changed.promise;
  }

  end(): void {
    this.#ended = true;
    this.#change();
  }

  close(): void {
    this.#closed = true;
    this.#chunks.length = 0;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

const encoder = new TextEncoder();

export const bytesOf = (chunk: Uint8Array | string): Uint8Array => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk);

/** Everything that comes until the end. */
export async function readAll(source: Source): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Line by line, without their ends. Takes no more from the source than it needs, but for what a chunk holds beyond a line. */
export async function* linesFrom(source: Source): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** What reads as one text, and then as ended. */
export function sourceOf(text: Uint8Array | string): Source {
  let rest: Uint8Array | undefined = bytesOf(text);
  return {
    read: () => {
      const chunk = rest?.length === 0 ? undefined : rest;
      rest = undefined;
      return Promise.resolve(chunk);
    },
  };
}

export const nothing: Source = { read: () => Promise.resolve(undefined) };
export const nowhere: Sink = { write: () => undefined };
