import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAudit, normalisePolicy, type AuditLine, type PolicyOptions } from '../../src/access/index.ts';
import { createChanges, openChangeStore, type Changes, type ChangeStore, type Plan, type Word } from '../../src/changes/index.ts';
import { Fleet } from '../../src/fleet/index.ts';
import type { Connection } from '../../src/kubernetes/index.ts';
import type { Clock } from '../../src/platform/index.ts';

export interface ChangesHouse extends AsyncDisposable {
  readonly changes: Changes;
  readonly store: ChangeStore;
  readonly folder: string;
  /** Every request that went out, and whether it was a dry run. */
  readonly audit: readonly AuditLine[];
  connect(cluster?: string): Promise<Connection>;
}

export interface ChangesHouseOptions {
  readonly kubeconfig: string;
  readonly context: string;
  /** @default mode `plan` */
  readonly policy?: PolicyOptions;
  readonly journalKey?: Buffer;
  /** Shared with another house. @default one of its own, removed at the end */
  readonly folder?: string;
  readonly clock?: Clock;
}

/** Plans and a journal over a cluster, as a process has them. */
export async function changesHouse(options: ChangesHouseOptions): Promise<ChangesHouse> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'fairlead-changes-')));
  const text: string[] = [];
  const audit = createAudit({
    output: {
      append: async (lines) => void text.push(lines),
      appendNow: (lines) => void text.push(lines),
      close: async () => undefined,
    },
  });
  const policy = normalisePolicy({ mode: 'plan', ...options.policy });
  const fleet = new Fleet({ kubeconfig: options.kubeconfig, context: options.context, policy, audit });
  const store = openChangeStore({ folder, journalKey: options.journalKey });
  const connect = async (cluster?: string): Promise<Connection> => fleet.connection(cluster);
  return {
    changes: createChanges({ connect, policy, store, ...(options.clock !== undefined && { clock: options.clock }) }),
    store,
    folder,
    connect,
    get audit() {
      return text.flatMap((lines) => lines.trim().split('\n')).map((line) => JSON.parse(line) as AuditLine);
    },
    async [Symbol.asyncDispose]() {
      store.close();
      await fleet.close();
      await audit.close();
      if (options.folder === undefined) await rm(folder, { recursive: true });
    },
  };
}

export const author = { origin: 'test', session: 'one' } as const;
/** The word of the agent that made the plan. */
export const agent: Word = { who: 'agent', via: 'kube_confirm', session: 'one' };

/** The word of a person who has seen the plan. */
export function personFor(plan: Plan): Word {
  return { who: 'person', via: 'terminal', digest: plan.digest };
}
