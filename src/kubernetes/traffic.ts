/**
 * What a pool is for: `lone` carries a request that has no other beside it, `unary` those that come together, `stream`
 * what goes on until somebody ends it.
 */
export type Traffic = 'lone' | 'unary' | 'stream';

/** What goes over HTTP/2: all but lone requests, all, or nothing. */
export type Http2 = 'together' | 'always' | 'never';
