import { Agent, request, type Dispatcher } from 'undici';
import { ApiError, isStatus, type KubeList, type KubeObject } from './objects.ts';
import { watchUntil, type WatchOptions } from './watch.ts';

/** How the administrator reaches the API server. PEM texts, or a token in place of a certificate. */
export type Access = {
  readonly server: string;
  readonly ca: string | undefined;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
};

type PatchKind = 'merge' | 'strategic' | 'json' | 'apply';

const PATCH_TYPES: Readonly<Record<PatchKind, string>> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** A small client that does what it is told and nothing more: no retries, no cache, no discovery. */
export type AdminClient = {
  get<T = KubeObject>(path: string): Promise<T>;
  /** The object, or `undefined` where the answer is 404. */
  find(path: string): Promise<KubeObject | undefined>;
  list(path: string): Promise<KubeList>;
  post<T = KubeObject>(path: string, body: unknown): Promise<T>;
  put<T = KubeObject>(path: string, body: unknown): Promise<T>;
  /** @param kind default merge (RFC 7386) */
  patch<T = KubeObject>(path: string, body: unknown, kind?: PatchKind): Promise<T>;
  delete<T = KubeObject>(path: string, options?: unknown): Promise<T>;
  /** An answer that is not JSON: logs, `/readyz`, what a proxied pod says. */
  text(path: string): Promise<string>;
  /** Posts an object to a collection; one of that name that is there already is kept as it is. */
  ensure(collection: string, object: KubeObject): Promise<KubeObject>;
  /** Watches a collection until the predicate holds for its objects and gives them. */
  waitFor(
    path: string,
    predicate: (objects: readonly KubeObject[]) => boolean,
    options?: WatchOptions,
  ): Promise<readonly KubeObject[]>;
  /** Watches one object (which need not exist yet) until the predicate holds for it. */
  waitForObject(
    path: string,
    predicate: (object: KubeObject | undefined) => boolean,
    options?: WatchOptions,
  ): Promise<KubeObject | undefined>;
  /** The answer's body as it arrives, for logs that are followed and watches. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<string>>;
  close(): Promise<void>;
};

export function createAdminClient(access: Access, connections = 16): AdminClient {
  const dispatcher = new Agent({
    connections,
    connect: { ca: access.ca, cert: access.cert, key: access.key },
    // Watches are silent for minutes; whoever waits has a time limit of their own.
    bodyTimeout: 0,
    headersTimeout: 60_000,
  });
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'fairlead-test-cluster' };
  if (access.token !== undefined) headers['authorization'] = `Bearer ${access.token}`;

  async function send(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    type = 'application/json',
    signal?: AbortSignal,
  ) {
    const response = await request(`${access.server}${path}`, {
      method,
      dispatcher,
      headers: body === undefined ? headers : { ...headers, 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.statusCode < 400) return response.body;
    const text = await response.body.text();
    const status = parseStatus(text);
    throw new ApiError(method, path, response.statusCode, status.reason ?? '', status.message ?? text.slice(0, 500));
  }
  async function json<T>(method: Dispatcher.HttpMethod, path: string, body?: unknown, type?: string): Promise<T> {
    return (await (await send(method, path, body, type)).json()) as T;
  }
  async function stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<string>> {
    const body = await send('GET', path, undefined, undefined, signal);
    return body.setEncoding('utf8');
  }

  const client: AdminClient = {
    get: (path) => json('GET', path),
    async find(path) {
      try {
        return await json<KubeObject>('GET', path);
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    list: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    patch: (path, body, kind = 'merge') => json('PATCH', path, body, PATCH_TYPES[kind]),
    delete: (path, options) => json('DELETE', path, options),
    text: async (path) => (await send('GET', path)).text(),
    async ensure(collection, object) {
      try {
        return await json<KubeObject>('POST', collection, object);
      } catch (error) {
        if (isStatus(error, 409)) return json<KubeObject>('GET', `${collection}/${object.metadata.name}`);
        throw error;
      }
    },
    waitFor: (path, predicate, options) => watchUntil(client, path, predicate, options),
    async waitForObject(path, predicate, options) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const collection = `${path.slice(0, path.lastIndexOf('/'))}?fieldSelector=metadata.name%3D${name}`;
      return (await watchUntil(client, collection, (objects) => predicate(objects[0]), options))[0];
    },
    stream,
    close: () => dispatcher.destroy(),
  };
  return client;
}

function parseStatus(text: string): { readonly reason?: string; readonly message?: string } {
  try {
    return JSON.parse(text) as { reason?: string; message?: string };
  } catch {
    return {};
  }
}
