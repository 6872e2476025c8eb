import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import { buildConnector } from './undici.ts';

/** How to get to a server, and how to know that it is the one. */
export interface Route {
  /** PEM; the system's authorities when missing. */
  readonly ca?: string | undefined;
  /** Checked against the certificate instead of the host. */
  readonly serverName?: string | undefined;
  /** @default false */
  readonly insecure?: boolean | undefined;
  /** The client's own, in PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** `http://`, `https://` or `socks5://`. */
  readonly proxy?: string | undefined;
  /** Offered to the server. @default false */
  readonly http2?: boolean;
  /** Ends the connections, and those that are still being made: nothing waits for a server that never answers. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a connection may take to be made, in milliseconds; through a proxy, the way to it and beyond have as long each. */
const CONNECT_TIMEOUT = 10_000;

/**
 * What makes the connections of a pool. Certificates are taken apart once here, and not for every connection.
 * @throws Error when a certificate or key is none
 */
export function connectorFor(route: Route): buildConnector.connector {
  const authorities = route.insecure === true ? undefined : (route.ca ?? systemAuthorities());
  const direct = buildConnector({
    allowH2: route.http2 ?? false,
    timeout: CONNECT_TIMEOUT,
    secureContext: createSecureContext({ ca: authorities, ...route.certificate }),
    ...(route.signal !== undefined && { signal: route.signal }),
    ...(route.serverName !== undefined && { servername: route.serverName }),
    ...(route.insecure === true && { rejectUnauthorized: false }),
  });
  if (route.proxy === undefined) return direct;

  const proxy = new URL(route.proxy);
  const options = {
    secureContext: proxy.protocol === 'https:' ? proxyContext(route.ca) : undefined,
    insecure: route.insecure,
    timeout: CONNECT_TIMEOUT,
    signal: route.signal,
  };
  const through = async (to: buildConnector.Options, callback: buildConnector.Callback): Promise<void> => {
    const secure = to.protocol === 'https:';
    let socket;
    try {
      const { openTunnel } = await import('./tunnel.ts');
      socket = await openTunnel(proxy, { host: to.hostname, port: Number(to.port || (secure ? 443 : 80)) }, options);
      if (secure) return direct({ ...to, httpSocket: socket }, callback);
    } catch (error) {
      return callback(error instanceof Error ? error : new Error(String(error)), null);
    }
    callback(null, socket);
  };
  return (to, callback) => void through(to, callback);
}

/** A proxy's certificate is often a public one, and kubectl knows the cluster's authority alone: here both are good. */
function proxyContext(ca: string | undefined): SecureContext {
  return createSecureContext({ ca: ca === undefined ? systemAuthorities() : [...systemAuthorities(), ca] });
}

let system: string[] | undefined;

/** Node's own list (with NODE_EXTRA_CA_CERTS) and the machine's: companies add theirs to the latter, and kubectl uses it. */
function systemAuthorities(): string[] {
  system ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return system;
}
