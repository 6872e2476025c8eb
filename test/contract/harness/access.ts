import { dump, load } from 'js-yaml';

import { at, type Connection } from '../../../src/kubernetes/index.ts';
import { connectWith } from '../../support/practice.ts';
import type { Access } from '../../cluster/index.ts';

const pem = (base64: unknown): string => Buffer.from(String(base64), 'base64').toString();
const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

/** How whom a kubeconfig of the practice cluster names reaches it. */
export function accessIn(kubeconfig: string): Access {
  const config = load(kubeconfig);
  const cluster = at(config, 'clusters', 0, 'cluster');
  const user = at(config, 'users', 0, 'user');
  return {
    server: String(at(cluster, 'server')),
    ca: pem(at(cluster, 'certificate-authority-data')),
    cert: pem(at(user, 'client-certificate-data')),
    key: pem(at(user, 'client-key-data')),
  };
}

/** Our own client with nothing between it and the server: every request is let go, every answer shown. */
export function connect({ server, ca, cert, key, token }: Access): Connection {
  const user =
    token === undefined ? { 'client-certificate-data': base64(cert ?? ''), 'client-key-data': base64(key ?? '') } : { token };
  return connectWith(
    dump({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server, ...(ca !== undefined && { 'certificate-authority-data': base64(ca) }) } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'practice', context: { cluster: 'c', user: 'u' } }],
    }),
  );
}
