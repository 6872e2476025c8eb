import type { IncomingHttpHeaders } from 'node:http';

import { quoted } from '../../platform/index.ts';
import { isLoopback } from './address.ts';

export interface GuardOptions {
  /** Host headers to accept beside those of this machine: a name, or a name with a port. @default none */
  readonly allowHosts?: readonly string[];
  /** Web pages that may call beside those of this machine: `https://agents.example.com`. @default none */
  readonly allowOrigins?: readonly string[];
}

/** Why a request must not be served; undefined when it may. */
export type Guard = (headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>) => string | undefined;

/**
 * Keeps web pages out. A page in a browser on this machine can send requests here, and by rebinding a name of its own to
 * 127.0.0.1 even read the answers. It cannot forge these two headers: Host bears the page's own name then, and Origin
 * the place that it came from.
 * Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export function createGuard(options: GuardOptions = {}): Guard {
  const hosts = new Set(options.allowHosts?.map((host) => host.toLowerCase()));
  const origins = new Set(options.allowOrigins?.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  return ({ host = '', origin = '' }) => {
    const name = nameIn(host);
    if (name === undefined || !(isLoopback(name) || hosts.has(name) || hosts.has(host.toLowerCase()))) {
      return `Host ${quoted(host, 80)} is none that this server answers to.`;
    }
    if (origin === '' || origins.has(origin.toLowerCase())) return undefined;
    const page = nameIn(/^https?:\/\/(.*)$/.exec(origin)?.[1] ?? '');
    return page !== undefined && isLoopback(page) ? undefined : `Pages of ${quoted(origin, 80)} may not call this server.`;
  };
}

/** The name in `name` or `name:port`, in lower case, an IPv6 address without brackets. The port may be a tunnel's. */
function nameIn(text: string): string | undefined {
  const [, name, inner] = /^(\[([0-9a-f:]+)\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(text) ?? [];
  return (inner ?? name)?.toLowerCase();
}
