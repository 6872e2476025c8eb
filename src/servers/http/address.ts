import { isIPv4 } from 'node:net';

import { UsageError } from '../../platform/index.ts';

/** Where the server listens. */
export interface Address {
  /** A name or an address of this machine, an IPv6 address without brackets. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** True for names and addresses that never leave this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * The address to listen on.
 * @throws UsageError for one that other machines can reach: there is nobody yet who would ask who they are
 */
export function loopbackOnly({ host, port }: Address): Address {
  const name = host.toLowerCase();
  if (!isLoopback(name)) {
    throw new UsageError(
      `Fairlead does not listen on ${authority(host, port)}: it cannot authenticate callers yet, and whoever reaches that address could use your clusters.`,
      {
        code: 'invalid-setting',
        field: 'listen',
        advice: 'Listen on 127.0.0.1 or [::1], and put an SSH tunnel, or a proxy that authenticates, in front of it.',
      },
    );
  }
  // What the name means is up to a file that others may write.
  return { host: name === 'localhost' ? '127.0.0.1' : name, port };
}

/** `127.0.0.1:8080`, `[::1]:8080` */
export function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
