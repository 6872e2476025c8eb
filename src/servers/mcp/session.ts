import { randomUUID } from 'node:crypto';

import { UsageError } from '../../platform/index.ts';

/** What one client has chosen with `kube_use`. Each connection has its own: one agent never moves another. */
export interface Session {
  /** Whose plans are whose: an agent confirms those of its own session. */
  readonly id: string;
  /** Aborted when the client is gone: what was kept open for it ends. */
  readonly ended: AbortSignal;
  cluster: string | undefined;
  namespace: string | undefined;
}

/** @param ended default never: the session lasts as long as the process */
export function newSession(ended: AbortSignal = new AbortController().signal): Session {
  let id: string | undefined;
  return {
    // A session that only lists tools needs none, and what makes it takes its time to load.
    get id() {
      return (id ??= randomUUID());
    },
    ended,
    cluster: undefined,
    namespace: undefined,
  };
}

/**
 * The session of requests that know nothing of each other, as MCP 2026-07-28 has them over HTTP. Nothing is chosen, and
 * whoever tries to choose is told what works instead: a choice that is forgotten at once would mislead.
 */
export const NO_SESSION: Session = Object.freeze({
  // The same for all: without sessions the name of a plan, which nobody can guess, is what entitles to it.
  id: 'stateless',
  ended: new AbortController().signal,
  get cluster(): undefined {
    return undefined;
  },
  set cluster(_: string | undefined) {
    refuse();
  },
  get namespace(): undefined {
    return undefined;
  },
  set namespace(_: string | undefined) {
    refuse();
  },
});

function refuse(): never {
  throw new UsageError('Nothing can be chosen here: over this connection every request stands for itself.', {
    code: 'stateless',
    advice: 'Pass "cluster" and "namespace" in each call instead.',
  });
}
