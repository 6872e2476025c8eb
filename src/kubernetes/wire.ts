import type { ErrorScene } from './errors.ts';

/** One HTTP request, ready but for the credentials. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly accept: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** Takes one of the few places for large lists. */
  readonly large?: boolean;
  /** It does something wherever it arrives, though its method reads: it is never sent twice. */
  readonly once?: boolean;
  /** Overrides the transport's deadline, in milliseconds. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly scene: ErrorScene;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** Of the body. */
  readonly bytes: number;
  /** What the server warns of beside the answer. Text from outside. */
  readonly warnings: readonly string[];
}

/** An answer that is still arriving. It must be read to its end or closed. */
export interface WireStream {
  readonly status: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends it on both sides. */
  close(): void;
}
