import { badRequest, StatusError } from '../../status.ts';
import { resourceName } from '../state/registry.ts';
import { bind } from './binding.ts';
import { evict } from './eviction.ts';
import { list } from './list.ts';
import { metrics } from './metrics.ts';
import { remove, removeCollection } from './remove.ts';
import { showObject } from './represent.ts';
import { sendJson } from './reply.ts';
import { isTrue } from './request.ts';
import type { Resource } from './resource.ts';
import { reviewOf } from './reviews.ts';
import { scale } from './scale.ts';
import { requestToken } from './token-request.ts';
import { watch } from './watch.ts';
import { create, patch, update } from './write.ts';

type Handler = (resource: Resource) => void | Promise<void>;
type Handlers = Readonly<Record<string, Handler>>;

const ON_OBJECT: Handlers = { GET: get, PUT: update, PATCH: patch, DELETE: remove };
const ON_COLLECTION: Handlers = { GET: list, POST: create, DELETE: removeCollection };
/** Subresources that are a part of the object. */
const ON_PART: Handlers = { GET: get, PUT: update, PATCH: patch };
const UPGRADED: Handlers = { GET: wantsUpgrade, POST: wantsUpgrade };

const ON_SUBRESOURCE: Readonly<Record<string, Handlers>> = {
  scale: { GET: scale, PUT: scale, PATCH: scale },
  'pods/attach': UPGRADED,
  'pods/binding': { POST: bind },
  'pods/eviction': { POST: evict },
  'pods/exec': UPGRADED,
  'pods/log': { GET: log },
  'pods/portforward': UPGRADED,
  'serviceaccounts/token': { POST: requestToken },
};

/** Resources behind the API server that nothing stands for here. */
const NOT_HERE: ReadonlySet<string> = new Set(['proxy']);

/** What answers a request. @throws StatusError (404, 405, 503) */
export function handlerOf(resource: Resource): Handler {
  const { asked, path, kind } = resource;
  const { method, query } = asked;
  if (path.group === 'metrics.k8s.io' && method === 'GET') return metrics;
  if (path.subresource !== undefined) return subresourceHandler(resource, path.subresource);
  // An object at its own path is read, whatever else is asked.
  const isWatch = method === 'GET' && (path.watch || (path.name === undefined && isTrue(query.get('watch'))));
  if (isWatch && kind.verbs.includes('watch')) return watch;
  if (method === 'POST' && path.name === undefined) return reviewOf(resource) ?? stored(resource, create);
  const handler = (path.name === undefined ? ON_COLLECTION : ON_OBJECT)[method];
  if (handler === undefined) throw notAllowed();
  return stored(resource, handler);
}

/** Every namespaced write needs its namespace in the path. @throws StatusError (405) */
function stored({ asked, path, kind }: Resource, handler: Handler): Handler {
  const isRead = asked.method === 'GET' && path.name === undefined;
  if (!kind.verbs.includes(isRead ? 'list' : (VERBS[asked.method] ?? 'get'))) throw notAllowed();
  if (kind.namespaced && path.namespace === undefined && !isRead) throw notAllowed();
  return handler;
}

const VERBS: Readonly<Record<string, 'create' | 'delete' | 'get' | 'patch' | 'update'>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function subresourceHandler({ asked, kind }: Resource, subresource: string): Handler {
  const known = kind.subresources.some(({ name }) => name === subresource);
  if (!known) throw nothingHere();
  if (NOT_HERE.has(subresource)) {
    throw new StatusError(503, 'ServiceUnavailable', 'a practice cluster has nothing to pass requests on to');
  }
  const handlers = ON_SUBRESOURCE[subresource] ?? ON_SUBRESOURCE[`${resourceName(kind)}/${subresource}`] ?? ON_PART;
  const handler = handlers[asked.method];
  if (handler === undefined) throw notAllowed();
  return handler;
}

export const nothingHere = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

const notAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** Answers `GET` on an object. @throws StatusError (404) */
function get({ asked, store, kind, path, shown }: Resource): void {
  sendJson(asked, 200, showObject(shown, store.existing(kind, path.namespace, path.name ?? '')));
}

function log({ asked, store, kind, path, server }: Resource): void {
  const { name, namespace = '' } = store.existing(kind, path.namespace, path.name ?? '').metadata;
  server.streams.log({ namespace, name }, asked.query, asked.response);
}

function wantsUpgrade({ store, kind, path }: Resource): void {
  store.existing(kind, path.namespace, path.name ?? '');
  throw badRequest('Upgrade request required');
}
