import { getObject, type Connection, type ResourceKind } from '../../kubernetes/index.ts';
import { mapBounded } from '../../platform/index.ts';
import { whyOf } from '../trouble/why.ts';
import { keyOf } from './survey.ts';
import type { Row } from './rows.ts';

/** Objects looked into for one answer: what a person would read, and no more. */
const MOST = 40;

/**
 * Why objects are not well, by the objects themselves, read one by one since a printed row does not tell. What cannot
 * be read, or has gone meanwhile, has no reason.
 * @returns reasons by `namespace/name`
 */
export async function reasonsOf(
  connection: Connection,
  kind: ResourceKind,
  rows: readonly Row[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  await mapBounded(rows.slice(0, MOST), 16, async (row) => {
    try {
      const object = await getObject(connection, kind, { namespace: row.namespace, name: row.name });
      const why = whyOf(object, now);
      if (why !== undefined) reasons.set(keyOf(row), why);
    } catch {
      connection.call.signal?.throwIfAborted();
    }
  });
  return reasons;
}
