import { ApiError, type KubeList, type KubeObject } from './objects.ts';

/** What a watch needs of a client. */
export type ListWatcher = {
  list(path: string): Promise<KubeList>;
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<string>>;
};

export type WatchOptions = {
  /** @default 60_000 */
  readonly timeoutMs?: number;
  /** What is waited for, for the message when it does not come. */
  readonly what?: string;
};

type WatchEvent = { readonly type: string; readonly object: KubeObject };

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((part) => part !== '');
  }
}

/** Lists, then watches from the list's resourceVersion; gives the objects once the predicate holds, or `undefined` when the watch ends. */
async function listAndWatch(
  client: ListWatcher,
  path: string,
  objects: Map<string, KubeObject>,
  holds: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const list = await client.list(path);
  objects.clear();
  for (const item of list.items) objects.set(keyOf(item), item);
  if (holds()) return true;
  const separator = path.includes('?') ? '&' : '?';
  const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  for await (const line of lines(await client.stream(`${path}${separator}${query}`, signal))) {
    const event = JSON.parse(line) as WatchEvent;
    if (event.type === 'BOOKMARK') continue;
    // An ERROR event, such as 410 Gone, asks for a new list.
    if (event.type === 'ERROR') return false;
    if (event.type === 'DELETED') objects.delete(keyOf(event.object));
    else objects.set(keyOf(event.object), event.object);
    if (holds()) return true;
  }
  return false;
}

/**
 * Watches a collection until the predicate holds for its objects
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */
export async function watchUntil(
  client: ListWatcher,
  path: string,
  predicate: (objects: readonly KubeObject[]) => boolean,
  options: WatchOptions = {},
): Promise<readonly KubeObject[]> {
  const { timeoutMs = 60_000, what = `a condition of ${path}` } = options;
  const objects = new Map<string, KubeObject>();
  const holds = (): boolean => predicate([...objects.values()]);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    while (!abort.signal.aborted) {
      if (await listAndWatch(client, path, objects, holds, abort.signal)) return [...objects.values()];
    }
  } catch (error) {
    if (error instanceof ApiError || !abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  const last = [...objects.values()].map((object) => `${keyOf(object)} ${JSON.stringify(object.status ?? {})}`).join('\n');
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}; last seen ${objects.size} objects:\n${last.slice(0, 3000)}`);
}
