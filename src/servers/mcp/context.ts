import type { Changes, ChangesOptions } from '../../changes/index.ts';
import { FAN_OUT_DEADLINE, type Fleet } from '../../fleet/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { stateKey, UsageError } from '../../platform/index.ts';
import type { Caller } from './parts.ts';
import { newSession } from './session.ts';
import type { ToolContext } from './tool.ts';

/**
 * Makes the context of one call.
 * @param origin a tool, or a method of the protocol; its name stands in the audit
 * @param caller @default who has a session with everybody else who is not named
 */
export type ContextFor = (origin: { readonly name: string }, signal: AbortSignal, caller?: Partial<Caller>) => ToolContext;

/** Opens the changes on behalf of one call, whose connections it is given. */
export type OpenChanges = (connect: ChangesOptions['connect']) => Promise<Changes>;

/** What calls can have beside the fleet; what is missing they are told when they want it. */
export interface Beside {
  readonly openChanges?: OpenChanges;
  /** What lets a call see the values of Secrets. @throws UsageError where the permission is not granted */
  readonly reveal?: () => object;
  /** The folders of this machine that copies may be made from and to. @default none */
  readonly localFolders?: readonly string[];
}

/** Contexts over a fleet: what a call sees of it, as its session has chosen. */
export function contextsOver(
  fleet: Fleet,
  { openChanges = noChanges, reveal = noReveal, localFolders = [] }: Beside = {},
): ContextFor {
  const shared = newSession();
  let key: Buffer | undefined;
  return (origin, signal, { session = shared, progress, person } = {}) => {
    const connect: ToolContext['connect'] = async (cluster, options): Promise<Connection> => {
      const connection = await fleet.connection(cluster ?? session.cluster);
      return connection.during({ origin: origin.name, signal, ...(options?.fanOut === true && { deadline: FAN_OUT_DEADLINE }) });
    };
    return {
      session,
      signal,
      progress,
      person,
      localFolders,
      get cursorKey() {
        // Read when it is needed: most calls have no cursor.
        return (key ??= stateKey('cursor'));
      },
      now: () => Date.now(),
      connect,
      reveal: async (cluster) => {
        const connection = await connect(cluster);
        return connection.during({ ...connection.call, reveal: reveal() });
      },
      changes: async () => openChanges(connect),
      select: (cluster) => fleet.select(cluster, session.cluster),
      clusters: async () => {
        const entries = await fleet.clusters();
        return session.cluster === undefined
          ? entries
          : entries.map((entry) => ({ ...entry, current: entry.name === session.cluster }));
      },
      scope: (namespace, connection) => fleet.scope(namespace, session.namespace, connection),
    };
  };
}

function noReveal(): never {
  throw new UsageError('Values of Secrets are not shown here.', { code: 'no-reveal' });
}

function noChanges(): never {
  throw new UsageError('Changes are not open here.', { code: 'no-changes' });
}
