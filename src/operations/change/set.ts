import { PolicyError } from '../../access/index.ts';
import type { DeleteStep } from '../../changes/index.ts';
import {
  apiVersionOf,
  isKubernetesError,
  listMetadata,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../../kubernetes/index.ts';
import { mapBounded, quoted, UsageError } from '../../platform/index.ts';

/** The label that says to which set an object belongs that was applied with `prune`. */
export const SET_LABEL = 'fairlead.dev/set';

/** Lists at the same time: one a kind and namespace. */
const AT_ONCE = 16;

/** Kinds that never belong to a set, though their objects may bear its label: others make them out of objects that do. */
const MADE_BY_OTHERS: ReadonlySet<string> = new Set([
  'Endpoints',
  'EndpointSlice',
  'ControllerRevision',
  'Event',
  'Lease',
  'PodMetrics',
  'NodeMetrics',
]);

/** The object as a member of a set. @throws UsageError for a name that no label can hold */
export function memberOf(set: string, object: KubernetesObject): KubernetesObject {
  if (!/^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/.test(set)) {
    throw new UsageError(`"prune" cannot be ${quoted(set, 80)}: it is the name of a set, and no label can hold it.`, {
      code: 'invalid-argument',
      field: 'prune',
      advice: 'Use letters, digits, dashes, dots and underscores, 63 at most.',
    });
  }
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata?.labels, [SET_LABEL]: set } } };
}

/**
 * Deletes what belongs to a set and is not among the objects: in their namespaces, and what is in none when one of them
 * is. A kind that cannot be listed is left alone.
 */
export async function prunedFrom(
  connection: Connection,
  set: string,
  objects: readonly KubernetesObject[],
): Promise<readonly DeleteStep[]> {
  const kept = new Set(objects.map((object) => keyOf(object.kind, object)));
  const namespaces = [...new Set(objects.map(({ metadata }) => metadata?.namespace))];
  const kinds = (await connection.kinds()).kinds.filter(isPrunable);
  const lists = kinds.flatMap((kind) =>
    namespaces.filter((namespace) => (namespace !== undefined) === kind.namespaced).map((namespace) => ({ kind, namespace })),
  );
  const found = await mapBounded(lists, AT_ONCE, async ({ kind, namespace }) => membersOf(connection, kind, set, namespace));
  return found.flat().flatMap(({ kind, object }): DeleteStep[] => {
    const { name, namespace, ownerReferences = [] } = object.metadata ?? {};
    if (name === undefined || ownerReferences.length > 0 || kept.has(keyOf(kind.kind, object))) return [];
    const subject = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...(namespace !== undefined && { namespace }), name };
    return [{ action: 'delete', cluster: connection.cluster, subject }];
  });
}

function isPrunable(kind: ResourceKind): boolean {
  return kind.preferred && kind.verbs.includes('list') && kind.verbs.includes('delete') && !MADE_BY_OTHERS.has(kind.kind);
}

async function membersOf(
  connection: Connection,
  kind: ResourceKind,
  set: string,
  namespace: string | undefined,
): Promise<readonly { readonly kind: ResourceKind; readonly object: KubernetesObject }[]> {
  try {
    const page = await listMetadata(connection, kind, { namespace, labels: `${SET_LABEL}=${set}` });
    return page.items.map((object) => ({ kind, object }));
  } catch (error) {
    if (isKubernetesError(error, 'forbidden', 'not-found', 'not-supported') || error instanceof PolicyError) return [];
    throw error;
  }
}

function keyOf(kind: string | undefined, { metadata }: KubernetesObject): string {
  return `${kind ?? ''} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
