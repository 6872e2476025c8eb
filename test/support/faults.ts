/** Our own client and a fault proxy in front of a practice cluster. */
import { load } from 'js-yaml';

import { Connection, kubeconfigFrom, targetOf, Transport } from '../../src/kubernetes/index.ts';
import type { Upstream } from '../../practice/faults/index.ts';

interface KubeconfigShape {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

const decoded = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64');

/** The API server that a kubeconfig names, and the login that it holds. */
export function upstreamOf(kubeconfig: string): Upstream {
  const { clusters, users } = load(kubeconfig) as KubeconfigShape;
  return {
    server: clusters[0]?.cluster.server ?? '',
    ca: decoded(clusters[0]?.cluster['certificate-authority-data']),
    cert: decoded(users[0]?.user['client-certificate-data']),
    key: decoded(users[0]?.user['client-key-data']),
  };
}

/** Our own client, whose waits between attempts take no time. */
export function connectTo(kubeconfig: string): Connection {
  const clock = {
    now: Date.now,
    sleep: async (_: number, signal?: AbortSignal) => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
  const transport = new Transport(targetOf(kubeconfigFrom(load(kubeconfig), 'practice'), 'practice'), { clock });
  const gate = { admit: <R>(request: R): R => request, settled: () => undefined };
  return Connection.create({ cluster: 'practice', transport, gate, filter: { apply: (_, body) => body } });
}

/** A kubeconfig for a server that asks no login. */
export const plainKubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'practice', cluster: { server } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'practice', context: { cluster: 'practice', user: 'nobody' } }],
    'current-context': 'practice',
  });
