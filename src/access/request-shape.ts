import type { NonResourceRequest, ResourceRequest } from '../kubernetes/index.ts';

/**
 * What makes a request mean one thing to the gate and another to the API server. The server reads the *decoded* path,
 * so that a pod named `web%2Fexec` is a command run in `web`; and a verb is told from the method and from whether the
 * path ends in a name, so that a `delete` without one deletes the collection.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
 */
const FLAWS: readonly { readonly flaw: string; found(request: ResourceRequest): boolean }[] = [
  { flaw: 'its verb is unknown', found: (request) => !Object.hasOwn(NAMED, request.verb) },
  { flaw: 'its resource is no plural of a kind', found: (request) => !/^[a-z0-9][a-z0-9-]*$/.test(request.resource) },
  // /api/v1/watch/secrets is an old way to write a watch of all Secrets.
  {
    flaw: 'its resource is a verb of old API paths',
    found: (request) => request.resource === 'watch' || request.resource === 'proxy',
  },
  {
    flaw: 'its group or version is malformed',
    found: (request) => !/^[a-z0-9.-]*$/.test(request.group) || !/^[a-z0-9]+$/.test(request.version),
  },
  {
    flaw: 'its subresource is malformed',
    found: (request) => request.subresource !== undefined && !isSubresource(request.subresource),
  },
  { flaw: 'its name cannot be one: it holds a character that would end it', found: (request) => !isSegment(request.name) },
  {
    flaw: 'its namespace cannot be one: it holds a character that would end it',
    found: (request) => !isSegment(request.namespace),
  },
  { flaw: 'the verb needs a name', found: (request) => NAMED[request.verb] === 'always' && request.name === undefined },
  { flaw: 'the verb takes no name', found: (request) => NAMED[request.verb] === 'never' && request.name !== undefined },
  {
    flaw: 'only a subresource is created below a name',
    found: (request) => request.verb === 'create' && (request.name === undefined) !== (request.subresource === undefined),
  },
  {
    // /api/v1/namespaces/shop/secrets are the Secrets of shop, whatever the request calls them.
    flaw: 'what is in a namespace is no subresource of it',
    found: (request) =>
      isNamespaces(request) &&
      (request.namespace !== undefined ||
        (request.subresource !== undefined && !/^(status|finalize)$/.test(request.subresource))),
  },
  {
    flaw: 'a query cannot make a watch of it',
    found: (request) => request.verb !== 'watch' && request.query?.['watch'] !== undefined,
  },
];

/** Whether a request of the verb bears a name. A watch may. */
const NAMED: Readonly<Record<string, 'always' | 'never' | 'maybe'>> = {
  get: 'always',
  update: 'always',
  patch: 'always',
  delete: 'always',
  list: 'never',
  deletecollection: 'never',
  watch: 'maybe',
  create: 'maybe',
};

/** Why a request cannot be judged by its fields, or undefined when it can. */
export function flawOf(request: ResourceRequest): string | undefined {
  return FLAWS.find((rule) => rule.found(request))?.flaw;
}

/**
 * True for the objects that are namespaces, in whatever group: /apis/apps/v1/namespaces/shop/deployments are Deployments,
 * and so `namespaces` can never be the resource of another group. OpenShift has Projects, which are the same objects.
 */
export function isNamespaces(request: ResourceRequest): boolean {
  return request.resource === 'namespaces' || (request.resource === 'projects' && request.group === 'project.openshift.io');
}

function isSubresource(text: string): boolean {
  // Only a proxy has a path of its own behind it; it is refused or granted as a whole.
  return /^[a-z][a-z0-9-]*$/.test(text) || text.startsWith('proxy/');
}

function isSegment(text: string | undefined): boolean {
  if (text === undefined) return true;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text !== '' && text !== '.' && text !== '..' && !/[/%\\?#\0-\x1f\x7f]/.test(text);
}

/** What may be read that is no object. Everything else is refused: `/metrics`, `/logs`, `/debug/pprof`, `/api/v1/secrets`. */
const PATHS: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /^\/api(\/v[a-z0-9]+)?$/, reason: 'discovery of the core group' },
  { path: /^\/apis(\/[a-z0-9.-]+(\/[a-z0-9]+)?)?$/, reason: 'discovery of the other groups' },
  { path: /^\/openapi\/(v2|v3(\/[A-Za-z0-9._/-]+)?)$/, reason: 'schemas' },
  { path: /^\/version$/, reason: 'the version of the server' },
  { path: /^\/(readyz|livez|healthz)(\/[A-Za-z0-9._/-]+)?$/, reason: 'health and its single checks' },
];

export function pathAllowed(request: NonResourceRequest): boolean {
  const { nonResource } = request;
  if (request.verb !== 'get' || nonResource.split('/').some((part) => part === '.' || part === '..')) return false;
  return PATHS.some(({ path }) => path.test(nonResource));
}
