import { getObject, type Connection, type ResourceKind } from '../../kubernetes/index.ts';
import { mapBounded } from '../../platform/index.ts';
import { whyOf } from '../trouble/why.ts';
import { keyOf, type JudgedRow } from './survey.ts';

/** Objects read for one answer: what a person would look into, and no more. */
const MOST = 40;

/**
 * Why objects are not well, by the objects themselves: those that have not been looked at yet are read one by one, since
 * a printed row does not tell. What cannot be read, or has gone meanwhile, has no reason.
 * @returns reasons by `namespace/name`
 */
export async function reasonsOf(
  connection: Connection,
  kind: ResourceKind,
  rows: readonly JudgedRow[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const row of rows) if (row.why !== undefined && row.why !== '') reasons.set(keyOf(row), row.why);
  const unread = rows.filter(({ why }) => why === undefined);
  await mapBounded(unread.slice(0, MOST), 16, async (row) => {
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
