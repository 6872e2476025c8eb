import { isKubernetesError, listPage, type KubernetesObject } from '../kubernetes/index.ts';
import { readLive, type Target } from './target.ts';

/** From so many objects of one kind in one namespace on, a list is cheaper than asking for each. */
const MANY = 10;
/** A list longer than this is not read: somebody else's objects are none of our business. */
const LONGEST = 1_000;

/** Reads objects as they are now, those of one kind and namespace together where there are many of them. */
export function liveReader(targets: readonly Target[]): (target: Target) => Promise<KubernetesObject | null> {
  const sizes = new Map<string, number>();
  for (const target of targets) sizes.set(keyOf(target), (sizes.get(keyOf(target)) ?? 0) + 1);
  const lists = new Map<string, Promise<ReadonlyMap<string, KubernetesObject> | undefined>>();
  return async (target) => {
    const key = keyOf(target);
    if ((sizes.get(key) ?? 0) < MANY) return readLive(target);
    const list = lists.get(key) ?? byName(target);
    lists.set(key, list);
    const found = await list;
    return found === undefined ? readLive(target) : (found.get(target.subject.name) ?? null);
  };
}

/** All objects of a kind in a namespace by their names; undefined where there are too many, or they may not be listed. */
async function byName({ connection, kind, subject }: Target): Promise<ReadonlyMap<string, KubernetesObject> | undefined> {
  try {
    const { items, metadata } = await listPage(connection, kind, { namespace: subject.namespace, limit: LONGEST });
    if (metadata.continue !== undefined && metadata.continue !== '') return undefined;
    return new Map(items.map((item) => [item.metadata?.name ?? '', item]));
  } catch (error) {
    if (isKubernetesError(error)) return undefined;
    throw error;
  }
}

function keyOf({ subject: { cluster, apiVersion, kind, namespace } }: Target): string {
  return JSON.stringify([cluster, apiVersion, kind, namespace]);
}
