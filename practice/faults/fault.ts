/** What can go wrong between a client and an API server, as data: a script of it repeats a bad day. */

/** What happens to one request. */
export type HttpFault =
  /** The server, or somebody before it, answers this instead of what was asked for. */
  | {
      readonly kind: 'answer';
      readonly code: number;
      /** The Status' one word. @default that of the code */
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** The answer comes later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is reset; the server has seen nothing. */
  | { readonly kind: 'reset' }
  /** The server does what it is asked; then the connection is reset, and the answer is lost. */
  | { readonly kind: 'lost' }
  /** The connection ends after so many bytes of the answer's body, in the middle of whatever stands there. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** After so many bytes of the body nothing more comes, and the connection stays. */
  | { readonly kind: 'half-open'; readonly afterBytes: number }
  /** The request is taken, and nothing ever comes back. */
  | { readonly kind: 'black-hole' }
  /** The body drips. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly everyMilliseconds: number }
  /** The versions that a watch wants to go on from are gone: it is told so in its stream, anything else by a 410. */
  | { readonly kind: 'compacted' }
  /** The server's clock is so far ahead, or behind when negative, as its `Date` header shows. */
  | { readonly kind: 'clock-skew'; readonly seconds: number };

/** When a fault strikes: everything that is said must hold. */
export interface FaultRule {
  /** @default any */
  readonly method?: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** What the path and query contain, such as `/pods` or `watch=`. @default anything */
  readonly contains?: string;
  /** How many requests it strikes. @default 1 */
  readonly times?: number;
  /** How many that fit it lets pass first. @default none */
  readonly after?: number;
  readonly fault: HttpFault;
}

/** What happens to one connection, whatever is spoken on it. Byte counts are those of what the server sends. */
export type TcpFault =
  /** Everything takes so much longer, in both directions. */
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Ends it properly, wherever that is in the middle of. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'half-open'; readonly afterBytes: number }
  /** It is accepted, and that is all. */
  | { readonly kind: 'black-hole' }
  | { readonly kind: 'slow'; readonly bytes: number; readonly everyMilliseconds: number };

/** The faults that everybody meets. */
export const throttled = (retryAfterSeconds = 1): HttpFault => ({
  kind: 'answer',
  code: 429,
  message: 'too many requests, please try again later',
  retryAfterSeconds,
});
export const tokenExpired: HttpFault = { kind: 'answer', code: 401, message: 'Unauthorized' };
export const expiredList: HttpFault = {
  kind: 'answer',
  code: 410,
  message: 'The provided continue parameter is too old to display a consistent list result.',
};
export const overloaded: HttpFault = { kind: 'answer', code: 503, message: 'apiserver is shutting down' };
export const broken: HttpFault = { kind: 'answer', code: 500, message: 'Internal error occurred: etcdserver: request timed out' };
