import type { Policy } from '../access/index.ts';
import type { Connection } from '../kubernetes/index.ts';
import type { Clock } from '../platform/index.ts';
import type { ChangeStore } from './database.ts';

/** What planning, applying and undoing need. */
export interface Context {
  readonly connect: (cluster: string) => Promise<Connection>;
  readonly policy: Policy;
  readonly store: ChangeStore;
  readonly clock: Clock;
}
