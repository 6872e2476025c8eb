import { FAN_OUT_DEADLINE, type Fleet } from '../../fleet/index.ts';
import { stateKey } from '../../platform/index.ts';
import type { Caller } from './parts.ts';
import { newSession } from './session.ts';
import type { ToolContext } from './tool.ts';

/**
 * Makes the context of one call.
 * @param origin a tool, or a method of the protocol; its name stands in the audit
 * @param caller @default who has a session with everybody else who is not named
 */
export type ContextFor = (origin: { readonly name: string }, signal: AbortSignal, caller?: Partial<Caller>) => ToolContext;

/** Contexts over a fleet: what a call sees of it, as its session has chosen. */
export function contextsOver(fleet: Fleet): ContextFor {
  const shared = newSession();
  let key: Buffer | undefined;
  return (origin, signal, { session = shared, progress } = {}) => ({
    session,
    signal,
    progress,
    get cursorKey() {
      // Read when it is needed: most calls have no cursor.
      return (key ??= stateKey('cursor'));
    },
    now: () => Date.now(),
    connect: async (cluster, options) => {
      const connection = await fleet.connection(cluster ?? session.cluster);
      return connection.during({ origin: origin.name, signal, ...(options?.fanOut === true && { deadline: FAN_OUT_DEADLINE }) });
    },
    select: (cluster) => fleet.select(cluster, session.cluster),
    clusters: async () => {
      const entries = await fleet.clusters();
      return session.cluster === undefined
        ? entries
        : entries.map((entry) => ({ ...entry, current: entry.name === session.cluster }));
    },
    scope: (namespace, connection) => fleet.scope(namespace, session.namespace, connection),
  });
}
