import type { Duplex } from 'node:stream';

import { badRequest, StatusError } from '../../status.ts';
import { refuse } from '../../streams/index.ts';
import { forbidden, type Attributes } from '../access/attributes.ts';
import { authenticate, impersonated } from '../access/authenticate.ts';
import type { User } from '../access/identity.ts';
import { handlerOf, nothingHere } from './handlers.ts';
import { formOf } from './negotiate.ts';
import { answerNonResource } from './non-resource.ts';
import { send, sendJson, statusOf } from './reply.ts';
import { header, isTrue, resourcePath, type Asked, type HttpRequest, type HttpResponse, type ResourcePath } from './request.ts';
import type { Resource, ServerParts } from './resource.ts';
import type { IncludeObject } from './shown.ts';

export interface Api {
  handle(request: HttpRequest, response: HttpResponse): void;
  /** A request that wants its connection for something else than HTTP. */
  upgrade(request: HttpRequest, socket: Duplex, head: Buffer): void;
}

const STREAMED: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward']);

export function createApi(server: ServerParts): Api {
  const { store, streams } = server;
  return {
    handle(request, response) {
      const asked = { ...headOf(request), response };
      response.setHeader('date', new Date(store.clock.now()).toUTCString());
      response.setHeader('audit-id', store.random.uid());
      answer(server, asked).catch((error: unknown) => answerError(asked, error));
    },
    upgrade(request, socket, head) {
      try {
        const asked = headOf(request);
        const resource = resourcePath(asked.path);
        admit(server, asked, resource);
        const { namespace, name, subresource, plural } = resource ?? {};
        if (namespace === undefined || name === undefined || plural !== 'pods' || !STREAMED.has(subresource ?? ''))
          throw nothingHere();
        streams.upgrade({ namespace, name, query: asked.query, subresource: subresource as 'exec' }, request, socket, head);
      } catch (error) {
        refuse(socket, error);
      }
    },
  };
}

/** What the head of a request says. */
type Head = Omit<Asked, 'response' | 'user'>;

/** Whatever stands where the path belongs is one: `//` would be a host to who reads it as a part of an address. */
function headOf(request: HttpRequest): Head {
  const { url = '/', method = 'GET' } = request;
  const { pathname, searchParams } = new URL(`https://practice${url.startsWith('/') ? '' : '/'}${url}`);
  return { request, method, path: pathname, query: searchParams };
}

async function answer(server: ServerParts, head: Omit<Asked, 'user'>): Promise<void> {
  const path = resourcePath(head.path);
  const user = admit(server, head, path);
  const asked: Asked = { ...head, user };
  if (path === undefined) {
    if (!answerNonResource(asked, server.store)) notFound(server, asked);
    return;
  }
  const resource = resourceOf(server, asked, path);
  if (resource === undefined) notFound(server, asked);
  else await handlerOf(resource)(resource);
}

/** Finds out who asks, and refuses what they may not do. @throws StatusError (401, 403) */
function admit({ tokens, authorize }: ServerParts, asked: Head, resource: ResourcePath | undefined): User {
  const { request } = asked;
  const user = impersonated(request, authenticate(request, tokens), authorize);
  const wanted = attributesOf(asked, resource);
  if (!authorize(user, wanted).allowed) throw forbidden(user, wanted);
  return user;
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function attributesOf({ path, method, query }: Head, resource: ResourcePath | undefined): Attributes {
  if (resource === undefined) return { verb: method.toLowerCase(), path };
  const { group, version, plural, namespace, name, subresource, watch } = resource;
  return {
    verb: VERBS[method] ?? readVerb(name, method, watch || (name === undefined && isTrue(query.get('watch')))),
    group,
    version,
    resource: plural,
    subresource,
    namespace: plural === 'namespaces' && group === '' ? name : namespace,
    name: name ?? namedByField(method, query),
  };
}

/** A list or watch of one name is about that object. */
function namedByField(method: string, query: URLSearchParams): string | undefined {
  if (method === 'POST') return undefined;
  return /(?:^|,)metadata\.name==?([^,=]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
}

function readVerb(name: string | undefined, method: string, watches: boolean): string {
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  if (watches) return 'watch';
  return name === undefined ? 'list' : 'get';
}

const INCLUDES: ReadonlySet<string> = new Set(['None', 'Metadata', 'Object']);

function resourceOf(server: ServerParts, asked: Asked, path: ResourcePath): Resource | undefined {
  const { store } = server;
  const kind = store.registry.at(path.group, path.version, path.plural);
  if (kind === undefined) return undefined;
  const include = asked.query.get('includeObject') ?? 'Metadata';
  if (!INCLUDES.has(include)) throw badRequest(`unrecognized includeObject value: "${include}"`);
  const custom = store.registry.custom(kind);
  // A log is text, whatever the client says that it takes.
  const form = path.subresource === 'log' ? 'Object' : formOf(header(asked.request, 'accept'));
  const includeObject = include as IncludeObject;
  const shown = { form, kind, custom: custom !== undefined, columns: custom?.columns, includeObject, store };
  return { asked, server, store, path, kind, type: store.registry.typeOf(kind), shown };
}

/** What is in no group that is served is no path of the API at all. @throws StatusError (404) */
function notFound({ store }: ServerParts, { path, response }: Asked): void {
  const [, root, group] = path.split('/');
  const isServed = root === 'api' || (root === 'apis' && store.kinds().some((kind) => kind.group === group));
  if (isServed) throw nothingHere();
  send(response, 404, 'text/plain; charset=utf-8', '404 page not found\n');
}

function answerError(asked: Pick<Asked, 'request' | 'response' | 'query'>, error: unknown): void {
  const { response } = asked;
  if (response.headersSent) return void response.destroy();
  const status = statusOf(error instanceof Error ? error : new StatusError(500, 'InternalError', String(error)));
  const seconds = status.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('retry-after', String(seconds));
  const { reason, ...rest } = status;
  sendJson(asked, status.code, reason === '' ? rest : status);
}
