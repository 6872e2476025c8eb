import type { WebSocket } from 'ws';

import type { Store } from '../model.ts';
import type { Images } from '../programs/index.ts';

/** Which pod a stream is for. */
export interface PodAddress {
  readonly namespace: string;
  readonly name: string;
}

/** A stream that a client asks for by upgrading its connection. */
export interface UpgradeRequest extends PodAddress {
  readonly subresource: 'attach' | 'exec' | 'portforward';
  readonly query: URLSearchParams;
}

/** What all streams of one cluster share. */
export interface StreamContext {
  readonly store: Store;
  readonly images: Images;
}

/** A stream that has been allowed, before its connection is there. */
export interface Opening {
  /** Those that it can be spoken in. */
  readonly protocols: readonly string[];
  /** Resolves when the stream is over. */
  run(webSocket: WebSocket, protocol: string): Promise<void>;
}
