import type { Connection } from '../../../src/kubernetes/index.ts';
import { createAdminClient, type Access, type AdminClient } from '../../cluster/index.ts';
import { connect } from './access.ts';
import { asker, type Ask } from './ask.ts';

/** Where a suite's promises are tried: a namespace of its own on one of the targets, and every way to talk to the server. */
export interface Place {
  /** Our own client, as an administrator. */
  readonly connection: Connection;
  /** Plain HTTP, for what a client of ours would hide. */
  readonly ask: Ask;
  /** Waits until something holds. */
  readonly admin: AdminClient;
  readonly access: Access;
  /** Also the beginning of the names of what has no namespace. */
  readonly namespace: string;
  /** Has a shell. */
  readonly image: string;
  /** A container that speaks HTTP on port 8080 and says hello. */
  readonly listener: object;
  /** Somebody runs pods. */
  readonly hasNode: boolean;
  /** Afterwards the server no longer knows what happened when its first objects were made. */
  readonly forgetBeginnings: () => Promise<void>;
  /** Deletes what has no namespace when the suite is over. */
  readonly cleanUp: (path: string) => void;
  readonly close: () => Promise<void>;
}

/** What differs from target to target. */
export type Ground = Pick<Place, 'access' | 'image' | 'listener' | 'hasNode' | 'forgetBeginnings'> & {
  readonly stop: () => Promise<void>;
};

/** Opens a namespace. It need not be waited for that it goes: its name never comes again. */
export async function openPlace(ground: Ground, theme: string): Promise<Place> {
  const { stop, ...shown } = ground;
  const namespace = `contract-${theme.replaceAll(' ', '-')}-${Date.now().toString(36)}`;
  const admin = createAdminClient(ground.access);
  const connection = connect(ground.access);
  const { ask, close } = asker(ground.access);
  const paths = [`/api/v1/namespaces/${namespace}`];
  await admin.post('/api/v1/namespaces', { metadata: { name: namespace } });
  await admin.waitForObject(`/api/v1/namespaces/${namespace}/serviceaccounts/default`, (account) => account !== undefined);
  return {
    ...shown,
    connection,
    ask,
    admin,
    namespace,
    cleanUp: (path) => paths.push(path),
    close: async () => {
      for (const path of paths) await ask(`DELETE ${path}`);
      await Promise.all([admin.close(), connection.close(), close()]);
      await stop();
    },
  };
}
