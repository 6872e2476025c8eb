import type { Scope } from '../../fleet/index.ts';
import {
  getTable,
  isKubernetesError,
  NAMESPACES,
  type Connection,
  type ResourceKind,
  type Selection,
  type Table,
  type TableColumn,
} from '../../kubernetes/index.ts';
import { mapBounded, Semaphore } from '../../platform/index.ts';

/** One object of a list, as the server prints it. */
export interface Row {
  /** Missing for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** In the order of the columns. */
  readonly cells: readonly unknown[];
}

/** A list as the server prints it, in the order of namespace and name. */
export interface Listing {
  readonly kind: ResourceKind;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Row[];
}

/** Rows of the first look: a list that ends within them costs one request. */
const FIRST_LOOK = 20;
/** With more namespaces than this one request with all metadata is cheaper than one a namespace. */
const MOST_NAMESPACES = 250;
/** Namespaces read at the same time. */
const TOGETHER = 16;

/**
 * Lists a kind as the server prints it, at the least cost: cells alone are about 150 bytes a pod, where the whole
 * object is 10 kB.
 *
 * Cells do not name the namespace. Over all namespaces a short list is therefore asked for with metadata, and a long
 * one namespace by namespace: twenty requests for cells take a tenth of the time of one that carries the metadata.
 */
export async function listRows(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  selection: Selection = {},
): Promise<Listing> {
  if (!kind.namespaced) return cellsOf(kind, undefined, await getTable(connection, kind, { ...selection, rows: 'cells' }));
  if (scope !== '*') return inNamespaces(connection, kind, scope, selection);
  return FLEET_LISTS.run(() => inAllNamespaces(connection, kind, selection), connection.call.signal);
}

/** Lists over all namespaces at the same time: each holds thousands of rows until they are told. */
const FLEET_LISTS = new Semaphore(4);

/** For so long a list that was long is believed to be long still, in milliseconds. */
const BELIEVED = 60_000;

async function inAllNamespaces(connection: Connection, kind: ResourceKind, selection: Selection): Promise<Listing> {
  const question = JSON.stringify([kind.group, kind.resource, selection.labels, selection.fields]);
  const known = connection.longLists.get(question);
  if (known !== undefined && performance.now() - known < BELIEVED) {
    const namespaces = await namespaceNames(connection);
    if (namespaces !== undefined && namespaces.length <= MOST_NAMESPACES) {
      const listing = await inNamespaces(connection, kind, namespaces, selection);
      if (listing.rows.length <= FIRST_LOOK) connection.longLists.delete(question);
      return listing;
    }
  }
  const [first, namespaces] = await Promise.all([
    getTable(connection, kind, { ...selection, rows: 'metadata', limit: FIRST_LOOK }),
    namespaceNames(connection),
  ]);
  if (first.metadata.continue === undefined || first.metadata.continue === '') return withMetadata(kind, [first]);
  if (namespaces === undefined || namespaces.length > MOST_NAMESPACES) return allWithMetadata(connection, kind, selection, first);
  remember(connection.longLists, question);
  return inNamespaces(connection, kind, namespaces, selection);
}

/** What is believed no longer is let go: selectors are made up by whoever asks, and there is no end to them. */
function remember(longLists: Map<string, number>, question: string): void {
  const now = performance.now();
  for (const [each, since] of longLists) if (now - since >= BELIEVED) longLists.delete(each);
  longLists.set(question, now);
}

/** The rows of some objects by name. Those that do not exist are left out. */
export async function namedRows(
  connection: Connection,
  kind: ResourceKind,
  scope: Scope,
  names: readonly string[],
): Promise<Listing> {
  if (kind.namespaced && scope === '*') {
    const tables = await mapBounded(names, TOGETHER, (name) =>
      getTable(connection, kind, { rows: 'metadata', fields: `metadata.name=${name}` }),
    );
    return withMetadata(kind, tables);
  }
  const namespaces = kind.namespaced && scope !== '*' ? scope : [undefined];
  const wanted = namespaces.flatMap((namespace) => names.map((name) => ({ namespace, name })));
  const listings = await mapBounded(wanted, TOGETHER, async ({ namespace, name }): Promise<Listing> => {
    try {
      return cellsOf(kind, namespace, await getTable(connection, kind, { namespace, name, rows: 'cells' }));
    } catch (error) {
      if (isKubernetesError(error, 'not-found')) return { kind, columns: [], rows: [] };
      throw error;
    }
  });
  return joined(kind, listings);
}

function joined(kind: ResourceKind, listings: readonly Listing[]): Listing {
  return {
    kind,
    columns: listings.find((listing) => listing.columns.length > 0)?.columns ?? [],
    rows: listings.flatMap((listing) => listing.rows),
  };
}

async function inNamespaces(
  connection: Connection,
  kind: ResourceKind,
  namespaces: readonly string[],
  selection: Selection,
): Promise<Listing> {
  const listings = await mapBounded([...namespaces].sort(), TOGETHER, async (namespace) =>
    cellsOf(kind, namespace, await getTable(connection, kind, { ...selection, namespace, rows: 'cells' })),
  );
  return joined(kind, listings);
}

async function allWithMetadata(connection: Connection, kind: ResourceKind, selection: Selection, first: Table): Promise<Listing> {
  const pages = [first];
  for (let page = first; page.metadata.continue !== undefined && page.metadata.continue !== '';) {
    page = await getTable(connection, kind, { ...selection, rows: 'metadata', limit: 500, continue: page.metadata.continue });
    pages.push(page);
  }
  return withMetadata(kind, pages);
}

/** The names of all namespaces, or undefined where we may not list them. */
async function namespaceNames(connection: Connection): Promise<readonly string[] | undefined> {
  try {
    return cellsOf(NAMESPACES, undefined, await getTable(connection, NAMESPACES, { rows: 'cells' })).rows.map((row) => row.name);
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return undefined;
    throw error;
  }
}

/** The rows of a Table without objects: the name is the cell that the server marks so. */
function cellsOf(kind: ResourceKind, namespace: string | undefined, table: Table): Listing {
  const nameAt = Math.max(
    0,
    table.columnDefinitions.findIndex((column) => column.format === 'name'),
  );
  return {
    kind,
    columns: table.columnDefinitions,
    rows: table.rows.map(({ cells }) => ({ ...(namespace !== undefined && { namespace }), name: String(cells[nameAt]), cells })),
  };
}

function withMetadata(kind: ResourceKind, tables: readonly Table[]): Listing {
  return {
    kind,
    columns: tables[0]?.columnDefinitions ?? [],
    rows: tables.flatMap((table) =>
      table.rows.map(({ cells, object }) => ({
        namespace: object?.metadata?.namespace,
        name: object?.metadata?.name ?? '',
        cells,
      })),
    ),
  };
}
