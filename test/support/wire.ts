import type { AuthMaterial, ClusterTarget } from '../../src/kubernetes/index.ts';
import type { WireRequest } from '../../src/kubernetes/transport.ts';

/** A cluster named `prod`, seen by `dev`, with nothing to log in unless a test says so. */
export function targetAt(
  server: string,
  more: Partial<Omit<ClusterTarget, 'server' | 'credentials'>> & {
    readonly credentials?: Partial<ClusterTarget['credentials']>;
  } = {},
): ClusterTarget {
  return {
    name: 'prod',
    tls: {},
    ...more,
    server,
    credentials: { identity: 'dev', current: () => ({ headers: {} }), rejected: () => false, ...more.credentials },
  };
}

export function bearer(token: string): AuthMaterial {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** A read of one pod. */
export function get(path = '/api/v1/namespaces/shop/pods/web', more: Partial<WireRequest> = {}): WireRequest {
  return {
    method: 'GET',
    path,
    accept: 'application/json',
    scene: { cluster: 'prod', identity: 'dev', verb: 'get', group: '', resource: 'pods', namespace: 'shop', name: 'web' },
    ...more,
  };
}

/** A write of one. */
export function post(more: Partial<WireRequest> = {}): WireRequest {
  return {
    method: 'POST',
    path: '/api/v1/namespaces/shop/pods',
    accept: 'application/json',
    contentType: 'application/json',
    body: '{}',
    scene: { cluster: 'prod', identity: 'dev', verb: 'create', group: '', resource: 'pods', namespace: 'shop' },
    ...more,
  };
}

/** What a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
