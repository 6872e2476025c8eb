import { afterEach, beforeAll } from 'vitest';

import { Transport, type TransportOptions } from '../../src/kubernetes/index.ts';
import { startApiServer, type ApiServer, type ApiServerOptions } from './api-server.ts';
import { makeAuthority, type Authority, type Pair } from './tls.ts';
import { targetAt } from './wire.ts';

export type BenchOptions = Omit<TransportOptions, 'http2'> & { readonly http2?: boolean };

/** API servers and transports to them, for one test file; whatever a test started ends with it. */
export interface Bench {
  readonly authority: () => Authority;
  /** The certificate of the servers. */
  readonly pair: () => Pair;
  readonly serve: (handle: ApiServerOptions['handle'], more?: Partial<ApiServerOptions>) => Promise<ApiServer>;
  /** Trusts the servers of the bench unless told otherwise. With `http2` given, all or nothing goes over HTTP/2. */
  readonly connect: (url: string, options?: BenchOptions, more?: Parameters<typeof targetAt>[1]) => Transport;
  /** Runs after the test, the latest first. */
  readonly atEnd: (clean: () => Promise<unknown>) => void;
}

export function useBench(): Bench {
  let authority: Authority;
  let pair: Pair;
  const cleanUp: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    authority = await makeAuthority();
    pair = await authority.issue();
  });
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });
  return {
    authority: () => authority,
    pair: () => pair,
    serve: async (handle, more = {}) => {
      const server = await startApiServer({ pair, handle, ...more });
      cleanUp.push(() => server.close());
      return server;
    },
    connect: (url, { http2, ...rest } = {}, more = {}) => {
      const options = http2 === undefined ? rest : { ...rest, http2: http2 ? ('always' as const) : ('never' as const) };
      const transport = new Transport(targetAt(url, { tls: { ca: authority.cert }, ...more }), options);
      cleanUp.push(() => transport.close());
      return transport;
    },
    atEnd: (clean) => void cleanUp.push(clean),
  };
}
