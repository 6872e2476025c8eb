import { listMetadata, listPages, type Connection, type KubernetesObject } from '../kubernetes/index.ts';

/** Objects of one list that are looked at: of more than these it is not known what is among them. */
const MOST = 2_000;
/** Objects a page. */
const PAGE = 500;

/** What is there round the objects of a plan. Each list is read once, whoever asks. */
export interface Neighbours {
  /**
   * Undefined where they cannot be read, or are too many; empty where the cluster does not serve the kind.
   * @param fields a field selector
   */
  list(
    group: string,
    kind: string,
    namespace: string | undefined,
    fields?: string,
  ): Promise<readonly KubernetesObject[] | undefined>;
  /** How many there are. */
  count(group: string, kind: string, namespace: string | undefined): Promise<number | undefined>;
}

export function neighboursOn(connection: Connection): Neighbours {
  const lists = new Map<string, Promise<readonly KubernetesObject[] | undefined>>();
  const served = async (group: string, kind: string) =>
    (await connection.kinds()).kinds.find((each) => each.group === group && each.kind === kind && each.preferred);
  const read = async (group: string, kind: string, namespace: string | undefined, fields: string | undefined) => {
    const resource = await served(group, kind);
    if (resource === undefined) return [];
    return attempt(connection, async () => {
      const found: KubernetesObject[] = [];
      for await (const { items } of listPages(connection, resource, { namespace, fields, limit: PAGE })) {
        found.push(...items);
        if (found.length > MOST) return undefined;
      }
      return found;
    });
  };
  return {
    list: (group, kind, namespace, fields) => {
      const key = JSON.stringify([group, kind, namespace, fields]);
      const found = lists.get(key) ?? read(group, kind, namespace, fields);
      lists.set(key, found);
      return found;
    },
    count: async (group, kind, namespace) => {
      const resource = await served(group, kind);
      if (resource === undefined) return 0;
      return attempt(connection, async () => {
        const { items, metadata } = await listMetadata(connection, resource, { namespace, limit: PAGE });
        return items.length + (metadata.remainingItemCount ?? 0);
      });
    },
  };
}

/** What only adds to a plan does not stop it when it cannot be read. */
async function attempt<Result>(connection: Connection, read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch {
    connection.call.signal?.throwIfAborted();
    return undefined;
  }
}
