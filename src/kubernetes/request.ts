import { quoted, UsageError } from '../platform/index.ts';

/** What a caller wants of an API server, in the words that Kubernetes' own authorisation uses. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export const READ_VERBS: ReadonlySet<Verb> = new Set(['get', 'list', 'watch']);

/** A request about objects of one resource. Everything that decides (gate, limiter, audit) reads these fields, never a URL. */
export interface ResourceRequest {
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural: `pods`. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Left out for cluster-scoped resources and for all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** A list is a parameter that is given several times: `command=sh&command=-c`. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  /** Media type of the body. @default 'application/json' */
  readonly contentType?: string;
  /** @default 'application/json' */
  readonly accept?: string;
  /** Nothing is stored: the server is asked with `dryRun=All`. */
  readonly dryRun?: boolean;
}

/** Asks for a subresource of a pod: `log`, or `exec` and `portforward`, which begin as a GET, too. */
export function podRequest(
  subresource: string,
  pod: { readonly namespace: string | undefined; readonly name: string },
  more: Pick<ResourceRequest, 'query' | 'accept'>,
): ResourceRequest {
  const { namespace, name } = pod;
  return { verb: 'get', group: '', version: 'v1', resource: 'pods', subresource, namespace, name, ...more };
}

/** A read of something that is no object: discovery, health, OpenAPI. */
export interface NonResourceRequest {
  readonly verb: 'get';
  /** Starts with a slash: `/readyz`. */
  readonly nonResource: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
}

export type ApiRequest = ResourceRequest | NonResourceRequest;

export function isResourceRequest(request: ApiRequest): request is ResourceRequest {
  return 'resource' in request;
}

/** True when answering it can change nothing, reviews of one's own rights included. */
export function isRead(request: ApiRequest): boolean {
  if (!isResourceRequest(request)) return true;
  return READ_VERBS.has(request.verb) || isReview(request);
}

const REVIEWS: ReadonlySet<string> = new Set([
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews',
  'subjectaccessreviews',
  'localsubjectaccessreviews',
]);

const REVIEW_GROUPS: ReadonlySet<string> = new Set(['authorization.k8s.io', 'authentication.k8s.io']);

/** A review is created but never stored: the POST is a question. */
function isReview(request: ResourceRequest): boolean {
  return request.verb === 'create' && REVIEW_GROUPS.has(request.group) && REVIEWS.has(request.resource);
}

const METHODS: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

export function methodOf(request: ApiRequest): string {
  return METHODS[request.verb];
}

/**
 * The path and query of a request. No part that came from outside can climb out of its place: it is encoded, and refused
 * where encoding would not help.
 * @throws UsageError
 */
export function pathOf(request: ApiRequest): string {
  const path = isResourceRequest(request) ? resourcePath(request) : plainPath(request.nonResource);
  const pairs = Object.entries(request.query ?? {}).flatMap(([name, value]: [string, string | readonly string[]]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const query = new URLSearchParams(pairs);
  if (request.verb === 'watch') query.set('watch', 'true');
  if (isResourceRequest(request) && request.dryRun === true) query.set('dryRun', 'All');
  const search = query.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** Without a name these would be about all objects: a DELETE of a collection deletes them all. */
const NAMED_VERBS: ReadonlySet<Verb> = new Set(['get', 'update', 'patch', 'delete']);

function resourcePath(request: ResourceRequest): string {
  const { group, version, resource, namespace, name, subresource } = request;
  if (name === undefined && NAMED_VERBS.has(request.verb)) {
    throw new UsageError(`To ${request.verb} one of ${quoted(resource, 80)}, its name is needed.`, { field: 'name' });
  }
  const parts = group === '' ? ['/api'] : ['/apis', segment(group, 'group')];
  parts.push(segment(version, 'version'));
  if (namespace !== undefined) parts.push('namespaces', segment(namespace, 'namespace'));
  parts.push(segment(resource, 'resource'));
  if (name !== undefined) parts.push(segment(name, 'name'));
  if (subresource !== undefined) parts.push(...subresource.split('/').map((part) => segment(part, 'subresource')));
  return parts.join('/');
}

/**
 * One part of a path. The API server takes a path apart after decoding it, so that `web%2Fexec` would be a command in the
 * pod `web`; slashes and percent signs are refused for that reason, as client-go does (`IsValidPathSegmentName`), and an
 * empty name because the path without it is the collection's.
 */
function segment(text: string, field: string): string {
  if (/^\.{0,2}$/.test(text) || /[/%]/.test(text)) {
    throw new UsageError(`${quoted(text, 80)} cannot be a ${field} of Kubernetes.`, {
      field,
      advice: 'It must not be empty, "." or "..", nor hold "/" or "%".',
    });
  }
  return encodeURIComponent(text.toWellFormed());
}

/** A path that is no object's. It is a constant or what the server itself names, so that anything odd in it is an error. */
function plainPath(path: string): string {
  if (!/^(\/[\w~:@.-]+)+\/?$/.test(path) || path.split('/').some((part) => part === '.' || part === '..')) {
    throw new UsageError(`${quoted(path, 80)} is no path of an API server.`, { field: 'path' });
  }
  return path;
}

/** Where a group version is served: `/apis/apps/v1`, or `/api/v1` for the core group. */
export function rootOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
