import { forwardToPod, isKubernetesError, type Connection, type ForwardedConnection } from '../../kubernetes/index.ts';
import { findBackends, type Backend, type ForwardTarget } from './backend.ts';

/** Pods that are tried for one connection. */
const MOST_TRIES = 3;

/** A connection to a target, and where it leads. */
export interface Reached extends Backend {
  readonly forwarded: ForwardedConnection;
}

/**
 * Opens a connection to whatever is ready behind a target now. A pod that has gone since is passed over.
 * @throws as `findBackends`, PolicyError, KubernetesError
 */
export async function reach(
  connection: Connection,
  target: ForwardTarget,
  options: { readonly deadline?: number } = {},
): Promise<Reached> {
  const backends = (await findBackends(connection, target)).slice(0, MOST_TRIES);
  let last: unknown;
  for (const backend of backends) {
    try {
      const forwarded = await forwardToPod(connection, { namespace: target.namespace, ...backend }, options);
      return { ...backend, forwarded };
    } catch (error) {
      if (!isKubernetesError(error, 'not-found', 'server', 'invalid')) throw error;
      last = error;
    }
  }
  throw last;
}
