import {
  getObject,
  getTable,
  isKubernetesError,
  KubernetesError,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { nearest } from '../platform/index.ts';

/** One object by its name. */
export interface Wanted {
  readonly kind: ResourceKind;
  /** Ignored for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads one object. When there is none of that name, the error says which names come near and in which other
 * namespaces it exists.
 * @throws KubernetesError
 */
export async function getNamed(connection: Connection, wanted: Wanted): Promise<KubernetesObject> {
  const { kind, name } = wanted;
  const namespace = kind.namespaced ? wanted.namespace : undefined;
  try {
    return await getObject(connection, kind, { namespace, name });
  } catch (error) {
    throw await explainMissing(connection, wanted, error);
  }
}

/** Adds to a not-found error what exists instead; every other error stays as it is. */
export async function explainMissing(connection: Connection, wanted: Wanted, error: unknown): Promise<unknown> {
  if (!isKubernetesError(error, 'not-found') || error.missing === 'resource') return error;
  const { kind, name } = wanted;
  const namespace = kind.namespaced ? wanted.namespace : undefined;
  const [here, elsewhere] = await Promise.all([
    namesIn(connection, kind, namespace),
    namespace === undefined ? [] : namespacesWith(connection, kind, name),
  ]);
  const hints: string[] = [];
  if (elsewhere.length > 0)
    hints.push(`It exists in ${elsewhere.length === 1 ? 'namespace' : 'namespaces'} ${elsewhere.slice(0, 5).join(', ')}.`);
  const close = nearest(name, here);
  if (close.length > 0) hints.push(`Nearest: ${close.join(', ')}.`);
  else if (here.length > 0 && elsewhere.length === 0)
    hints.push(`There: ${here.slice(0, 10).join(', ')}${here.length > 10 ? ', …' : ''}.`);
  else if (elsewhere.length === 0)
    hints.push(
      `There is no ${kind.singular || kind.kind.toLowerCase()} at all${namespace === undefined ? '' : ` in namespace ${namespace}`}.`,
    );
  return new KubernetesError('not-found', error.message, {
    status: error.status,
    reason: error.reason,
    missing: error.missing,
    scene: error.scene,
    serverMessage: error.serverMessage,
    advice: hints.join(' '),
    cause: error,
  });
}

/** A hint must not cost the answer: what cannot be read gives no hint. */
async function namesIn(connection: Connection, kind: ResourceKind, namespace: string | undefined): Promise<readonly string[]> {
  try {
    const table = await getTable(connection, kind, { namespace, rows: 'cells', limit: 500 });
    return table.rows.map((row) => String(row.cells[0]));
  } catch {
    return [];
  }
}

async function namespacesWith(connection: Connection, kind: ResourceKind, name: string): Promise<readonly string[]> {
  try {
    const table = await getTable(connection, kind, { fields: `metadata.name=${name}`, rows: 'metadata', limit: 20 });
    return table.rows.flatMap((row) => row.object?.metadata?.namespace ?? []);
  } catch {
    return [];
  }
}
