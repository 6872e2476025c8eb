import type { Connection } from './connection.ts';
import type { ResourceKind } from './discovery.ts';
import { isKubernetesError, KubernetesError } from './errors.ts';
import { at, listAt, textAt, type KubernetesObject, type ListMeta, type ObjectList, type Table } from './objects.ts';
import { apiVersionOf, type ResourceRequest } from './request.ts';
import { checkFieldSelector, checkLabelSelector } from './selectors.ts';

/** Which objects of a kind. */
export interface Selection {
  /** All namespaces when missing; must be missing for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
  /** A label selector as kubectl has it: `app=web,tier in (a,b)`. */
  readonly labels?: string | undefined;
  /** A field selector: `status.phase=Running`. */
  readonly fields?: string | undefined;
}

export interface ListOptions extends Selection {
  /** Items a page. @default the server's: all of them */
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
}

/** How often a list is begun anew before its expiry is told: a server that forgets each continuation at once never ends. */
const MOST_RESTARTS = 3;

/** Items a page when a list is read page by page: the event loop is never held longer than it takes to parse these. */
const PAGE = 500;

const AS_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const AS_METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const AS_METADATA_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** The fields of a request that say which resource it is about. */
export function resourceOf(kind: ResourceKind): Pick<ResourceRequest, 'group' | 'version' | 'resource'> {
  return { group: kind.group, version: kind.version, resource: kind.resource };
}

/**
 * One object, or one of its subresources.
 * @throws KubernetesError (`not-found`)
 */
export async function getObject(
  connection: Connection,
  kind: ResourceKind,
  target: {
    readonly namespace?: string | undefined;
    readonly name: string;
    readonly subresource?: string;
    readonly metadataOnly?: boolean;
  },
): Promise<KubernetesObject> {
  const { namespace, name, subresource, metadataOnly } = target;
  const body = await connection.request({
    verb: 'get',
    ...resourceOf(kind),
    namespace,
    name,
    subresource,
    ...(metadataOnly === true && { accept: AS_METADATA }),
  });
  return asObject(body, connection);
}

/** One page of a list, with the objects in full. Items bear their kind, which the server leaves out inside lists. */
export async function listPage(connection: Connection, kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
  const body = await connection.request({
    verb: 'list',
    ...resourceOf(kind),
    namespace: options.namespace,
    query: queryOf(options),
  });
  return asList(body, kind, connection);
}

/** One page of a list with nothing but the metadata of each object. */
export async function listMetadata(connection: Connection, kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
  const body = await connection.request({
    verb: 'list',
    ...resourceOf(kind),
    namespace: options.namespace,
    query: queryOf(options),
    accept: AS_METADATA_LIST,
  });
  return asList(body, kind, connection);
}

/**
 * All pages of a list, one after the other. When the continuation expires half-way (410), the list starts again and
 * the objects that were handed out already are left out, so that none comes twice; `onRestart` is told. A list that was
 * begun with a continuation of the caller's own cannot start again, for what came before it is not known here.
 * @throws KubernetesError (`expired`)
 */
export async function* listPages(
  connection: Connection,
  kind: ResourceKind,
  options: ListOptions = {},
  onRestart?: () => void,
): AsyncGenerator<ObjectList> {
  const seen = new Set<string>();
  let restarts = 0;
  let next: string | undefined = options.continue;
  for (;;) {
    let page: ObjectList;
    try {
      page = await listPage(connection, kind, { ...options, limit: options.limit ?? PAGE, continue: next });
    } catch (error) {
      const canRestart = next !== undefined && options.continue === undefined && restarts < MOST_RESTARTS;
      if (!canRestart || !isKubernetesError(error, 'expired')) throw error;
      restarts++;
      next = undefined;
      onRestart?.();
      continue;
    }
    const items = page.items.filter((item) => !seen.has(keyOf(item)));
    for (const item of items) seen.add(keyOf(item));
    yield { ...page, items };
    if (page.metadata.continue === undefined || page.metadata.continue === '') return;
    next = page.metadata.continue;
  }
}

/** All objects of a list, page by page. */
export async function* listObjects(
  connection: Connection,
  kind: ResourceKind,
  options: ListOptions = {},
): AsyncGenerator<KubernetesObject> {
  for await (const page of listPages(connection, kind, options)) yield* page.items;
}

/**
 * A list as the server prints it. With `rows: 'cells'` nothing but the cells comes, about 150 bytes a pod; with
 * `rows: 'metadata'` each row has its object's metadata too, which includes the namespace, about 5 kB a pod.
 */
export async function getTable(
  connection: Connection,
  kind: ResourceKind,
  options: ListOptions & {
    readonly rows: 'cells' | 'metadata';
    readonly name?: string | undefined;
    /** Milliseconds. @default the connection's */
    readonly deadline?: number;
  },
): Promise<Table> {
  const { rows, name, deadline, ...list } = options;
  const body = await connection.request(
    {
      verb: name === undefined ? 'list' : 'get',
      ...resourceOf(kind),
      namespace: list.namespace,
      name,
      query: { ...queryOf(list), includeObject: rows === 'cells' ? 'None' : 'Metadata' },
      accept: AS_TABLE,
    },
    deadline === undefined ? {} : { deadline },
  );
  const [columns, lines] = [listAt(body, 'columnDefinitions'), listAt(body, 'rows')];
  const isTable =
    at(body, 'kind') === 'Table' &&
    columns.every((column) => textAt(column, 'name') !== undefined) &&
    lines.every((line) => Array.isArray(at(line, 'cells')));
  if (!isTable) throw badAnswer(connection, `no Table of ${kind.resource}`);
  return {
    columnDefinitions: columns as Table['columnDefinitions'],
    rows: lines as Table['rows'],
    metadata: metadataOf(body),
  };
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: KubernetesObject }
  | { readonly type: 'ERROR'; readonly object: unknown };

/**
 * The changes of a list from a resourceVersion on, as the server streams them, until it ends the stream (which it does
 * every few minutes), the call's signal is aborted or the loop is left. Bookmarks come too.
 */
export async function* watchObjects(
  connection: Connection,
  kind: ResourceKind,
  options: Selection & { readonly resourceVersion?: string; readonly timeoutSeconds?: number } = {},
): AsyncGenerator<WatchEvent> {
  const query: Record<string, string> = { ...queryOf(options), allowWatchBookmarks: 'true' };
  if (options.resourceVersion !== undefined) query['resourceVersion'] = options.resourceVersion;
  if (options.timeoutSeconds !== undefined) query['timeoutSeconds'] = String(options.timeoutSeconds);
  for await (const event of connection.lines({ verb: 'watch', ...resourceOf(kind), namespace: options.namespace, query })) {
    if (!isEvent(event)) throw badAnswer(connection, `no event of ${kind.resource}`);
    yield event;
  }
}

/** What an event of type ERROR brings is whatever the server has to say. */
function isEvent(event: unknown): event is WatchEvent {
  const type = textAt(event, 'type');
  return type === 'ERROR' || (type !== undefined && isMap(at(event, 'object')));
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function queryOf(options: ListOptions): Record<string, string> {
  const query = selectorsOf(options);
  if (options.limit !== undefined) query['limit'] = String(options.limit);
  if (options.continue !== undefined) query['continue'] = options.continue;
  return query;
}

/**
 * The selectors of a selection as the API has them.
 * @throws UsageError where one is none: what was meant to select less must never select more
 */
export function selectorsOf({ labels, fields }: Pick<Selection, 'labels' | 'fields'>): Record<string, string> {
  const query: Record<string, string> = {};
  if (labels !== undefined && labels !== '') {
    checkLabelSelector(labels);
    query['labelSelector'] = labels;
  }
  if (fields !== undefined && fields !== '') {
    checkFieldSelector(fields);
    query['fieldSelector'] = fields;
  }
  return query;
}

function asObject(body: unknown, connection: Connection): KubernetesObject {
  if (!isMap(body)) throw badAnswer(connection, 'no object');
  return body as KubernetesObject;
}

function asList(body: unknown, kind: ResourceKind, connection: Connection): ObjectList {
  const items = at(body, 'items');
  const list: unknown = items ?? [];
  if (items === undefined || !Array.isArray(list) || !list.every((item) => typeof item === 'object' && item !== null)) {
    throw badAnswer(connection, `no list of ${kind.resource}`);
  }
  const apiVersion = apiVersionOf(kind);
  return {
    items: (list as KubernetesObject[]).map((item) =>
      item.kind === undefined || item.kind === 'PartialObjectMetadata' ? { ...item, apiVersion, kind: kind.kind } : item,
    ),
    metadata: metadataOf(body),
  };
}

function metadataOf(body: unknown): ListMeta {
  const metadata = at(body, 'metadata');
  return typeof metadata === 'object' && metadata !== null ? metadata : {};
}

function keyOf(item: KubernetesObject): string {
  return item.metadata?.uid ?? `${item.metadata?.namespace ?? ''}/${item.metadata?.name ?? ''}`;
}

/** The error for an answer of another shape than the API promises; `what` says of which. */
export function badAnswer(connection: Connection, what: string): KubernetesError {
  return new KubernetesError('bad-answer', `The API server of cluster ${connection.cluster} answered with ${what}.`, {
    scene: { cluster: connection.cluster, identity: connection.identity },
    advice: 'It may be something else than a Kubernetes API server: check the server address.',
  });
}
