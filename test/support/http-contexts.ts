/** Contexts over a cluster that holds the objects a test gives it. */
import { parseScope, type ClusterEntry } from '../../src/fleet/index.ts';
import type { Connection, KubernetesObject } from '../../src/kubernetes/index.ts';
import { fakeCluster } from '../../src/operations/describe/cluster.fake.ts';
import { UsageError } from '../../src/platform/index.ts';
import { newSession, type ContextFor } from '../../src/servers/mcp/index.ts';

export interface FakeContexts {
  readonly contextFor: ContextFor;
  /** Who asked, in the order in which contexts were made. */
  readonly origins: string[];
}

/** One cluster named `test`, and others that are known by name alone. */
export function fakeContexts(
  options: {
    readonly objects?: readonly KubernetesObject[];
    readonly others?: readonly string[];
    /** Instead of the cluster of the objects. */
    readonly connection?: Connection;
    readonly now?: () => number;
  } = {},
): FakeContexts {
  const connection = options.connection ?? fakeCluster(options.objects ?? []).connection;
  const names = ['test', ...(options.others ?? [])];
  const origins: string[] = [];
  return {
    origins,
    contextFor: (origin, signal, { session = newSession(), progress } = {}) => {
      origins.push(origin.name);
      return {
        session,
        signal,
        progress,
        localFolders: [],
        cursorKey: Buffer.alloc(32),
        now: options.now ?? (() => 0),
        connect: async (cluster = session.cluster ?? 'test') => {
          if (cluster !== 'test') throw new UsageError(`No cluster "${cluster}".`, { code: 'unknown-cluster' });
          return connection;
        },
        select: async (cluster = 'test') => [cluster],
        clusters: async () => names.map((name): ClusterEntry => ({ name, current: name === 'test', labels: {} })),
        reveal: () => Promise.reject(new UsageError('Values of Secrets are not shown here.')),
        changes: () => Promise.reject(new UsageError('There are no changes here.')),
        scope: (namespace) => parseScope(namespace) ?? [session.namespace ?? 'default'],
      };
    },
  };
}
