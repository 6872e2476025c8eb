import type { Scope } from '../../fleet/index.ts';
import type { Connection, ResourceKind, Selection } from '../../kubernetes/index.ts';
import type { Projection } from './select.ts';
import { objectsIn } from './survey.ts';
import type { Predicate } from './where.ts';

/** What was taken out of one object. */
export interface Projected {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The chosen values of every object of a kind; the objects themselves are forgotten page by page. */
export async function projectAll(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  selection: Selection,
  projection: Projection,
  where?: Predicate,
): Promise<readonly Projected[]> {
  const rows: Projected[] = [];
  for await (const object of objectsIn(connection, kind, scope, selection)) {
    if (where !== undefined && !where(object)) continue;
    rows.push({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? '', values: projection.take(object) });
  }
  return rows;
}
