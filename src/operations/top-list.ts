import { listObjects, type Connection, type KubernetesObject, type ListOptions } from '../kubernetes/index.ts';
import type { Amounts, Demand } from './top-demand.ts';

/** What is sorted by: usage, or requests where nothing is known of usage; the largest first. Names go up. */
export type TopOrder = 'cpu' | 'memory' | 'name';

export interface TopQuestion {
  readonly names?: readonly string[] | undefined;
  /** A label selector. */
  readonly labels?: string | undefined;
  /** @default 'cpu' */
  readonly order?: TopOrder | undefined;
}

/** Finished pods hold no resources. */
export const UNFINISHED = 'status.phase!=Succeeded,status.phase!=Failed';
/** Lists under way at the same time. */
export const PLACES = 4;

/** The objects of a list, each reduced as soon as its page is there: a pod in full is about 10 kB. */
export async function collect<Reduced>(
  connection: Connection,
  name: string,
  options: ListOptions,
  reduce: (object: KubernetesObject) => Reduced,
): Promise<Reduced[]> {
  const { kind } = await connection.resolve(name);
  const reduced: Reduced[] = [];
  for await (const object of listObjects(connection, kind, options)) reduced.push(reduce(object));
  return reduced;
}

interface Ranked {
  readonly namespace?: string;
  readonly name: string;
  readonly usage: Amounts | undefined;
  readonly demand: Demand | undefined;
}

/** What is measured stands before what is not; among equals the order of names holds, so that pages continue. */
export function ordered<Top extends Ranked>(tops: readonly Top[], order: TopOrder): Top[] {
  const key = (top: Top): string => `${top.namespace ?? ''}/${top.name}`;
  const byName = (a: Top, b: Top): number => (key(a) < key(b) ? -1 : Number(key(a) > key(b)));
  if (order === 'name') return tops.toSorted(byName);
  const used = (top: Top): number => top.usage?.[order] ?? -1;
  const asked = (top: Top): number => top.demand?.requests[order] ?? 0;
  return tops.toSorted((a, b) => used(b) - used(a) || asked(b) - asked(a) || byName(a, b));
}
