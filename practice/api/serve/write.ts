import type { DraftObject, KubeObject } from '../../model.ts';
import { applied, decoded, patched, type FieldValidation, type PatchedBy, type PatchType } from '../../objects/index.ts';
import { badRequest, invalid, StatusError } from '../../status.ts';
import { checkGrant } from '../access/escalation.ts';
import { apiVersionOf, resourceName } from '../state/registry.ts';
import type { Writing } from '../state/store.ts';
import { contentTypeOf, readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { showObject } from './represent.ts';
import { sendJson } from './reply.ts';
import { header, isTrue } from './request.ts';
import { warn } from './warn.ts';
import type { Resource } from './resource.ts';
import { inVersion } from '../state/conversion.ts';

const APPLY = 'application/apply-patch+yaml';
export const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};
/** Built-in kinds that an update may create. */
const CREATED_BY_UPDATE: ReadonlySet<string> = new Set([
  'endpoints',
  'events',
  'limitranges',
  'services',
  'leases.coordination.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
]);

/** Answers `POST` on a collection. @throws StatusError */
export async function create(resource: Resource): Promise<void> {
  const { asked, kind, path } = resource;
  const writing = writingOf(resource);
  const body = objectIn(resource, await readBody(asked.request, OBJECTS));
  const { metadata } = body;
  if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== '') {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (kind.namespaced) checkPlace(resource, metadata?.namespace);
  const draft = kind.namespaced ? { ...body, metadata: { ...metadata, namespace: path.namespace ?? '' } } : body;
  sendJson(asked, 201, showObject(resource.shown, created(resource, draft, writing)));
}

/** Answers `PUT` on an object or its status. @throws StatusError */
export async function update(resource: Resource): Promise<void> {
  const { asked, store, kind, path, type } = resource;
  const writing = writingOf(resource);
  const next = addressed(resource, objectIn(resource, await readBody(asked.request, OBJECTS)));
  const live = store.get(resourceName(kind), path.namespace, path.name ?? '');
  if (live === undefined && writing.subresource === undefined && CREATED_BY_UPDATE.has(resourceName(kind))) {
    sendJson(asked, 201, showObject(resource.shown, created(resource, next, writing)));
    return;
  }
  const version = next.metadata?.resourceVersion ?? '';
  if (live !== undefined && type.custom && version === '') {
    const message = 'Invalid value: 0: must be specified for an update';
    // Here the server names the resource, not the kind.
    throw invalid({ group: kind.group, kind: kind.plural }, path.name ?? '', [
      { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' },
    ]);
  }
  sendJson(asked, 200, showObject(resource.shown, updated(resource, next, writing)));
}

/** Answers `PATCH` on an object or its status. @throws StatusError */
export async function patch(resource: Resource): Promise<void> {
  const { asked, store, kind, path, type } = resource;
  const mediaType = contentTypeOf(asked.request);
  const body = await readBody(asked.request, [...Object.keys(PATCH_TYPES), APPLY]);
  if (mediaType === APPLY) return apply(resource, body);
  const patchType = PATCH_TYPES[mediaType];
  if (patchType === undefined || (type.custom && patchType === 'strategic')) {
    const accepted = [...Object.keys(PATCH_TYPES).filter((name) => !type.custom || !name.includes('strategic')), APPLY].join(
      ', ',
    );
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  }
  const writing = writingOf(resource);
  const live = inVersion(kind, store.existing(kind, path.namespace, path.name ?? ''));
  const next = addressed(resource, readPatched(resource, patched(type, patchType, live, body), { type: patchType, patch: body }));
  const { uid } = next.metadata ?? {};
  if (uid !== undefined && uid !== live.metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
    const cause = { reason: 'FieldValueInvalid', message, field: 'metadata.uid' };
    // The server checks metadata twice on an update, and says so twice.
    throw invalid(kind, live.metadata.name, [cause, cause]);
  }
  sendJson(asked, 200, showObject(resource.shown, updated(resource, next, writing)));
}

/** Server-side apply: creates what is not there. */
function apply(resource: Resource, body: unknown): void {
  const { asked, store, kind, path, type } = resource;
  const { query } = asked;
  const manager = query.get('fieldManager') ?? '';
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      { reason: 'FieldValueRequired', message, field: 'fieldManager' },
    ]);
  }
  const writing = { ...writingOf(resource), applied: true };
  // What the kind does not know of is for apply itself to refuse.
  const said = fieldsIn(resource, body);
  addressed(resource, said);
  const intent = { ...said, metadata: { ...said.metadata, name: path.name ?? '' } };
  const found = store.get(resourceName(kind), path.namespace, path.name ?? '');
  const live = found === undefined ? undefined : inVersion(kind, found);
  if (live === undefined && writing.subresource !== undefined) store.existing(kind, path.namespace, path.name ?? '');
  const now = store.clock.now();
  const request = { manager, now, subresource: writing.subresource, force: isTrue(query.get('force')) };
  const next = addressed(resource, clean(resource, applied(type, live, intent, request), 'apply'));
  const object = live === undefined ? created(resource, next, writing) : updated(resource, next, writing);
  sendJson(asked, live === undefined ? 201 : 200, showObject(resource.shown, object));
}

function created(resource: Resource, draft: DraftObject, writing: Writing): KubeObject {
  mayGrant(resource, draft);
  return resource.store.createAs(resource.kind, draft, writing);
}

function updated(resource: Resource, next: DraftObject, writing: Writing): KubeObject {
  mayGrant(resource, next);
  return resource.store.updateAs(resource.kind, next, writing);
}

/** @throws StatusError (403, 404) */
function mayGrant({ server, asked, store, kind }: Resource, object: DraftObject): void {
  if (server.rbac) checkGrant({ store, user: asked.user, authorize: server.authorize }, kind, object);
}

const OPTIONS: Readonly<Record<string, string>> = { PUT: 'Update', PATCH: 'Patch' };

/** How a request wants to write. @throws StatusError (422) */
export function writingOf({ asked, path }: Resource): Writing {
  const { query, request } = asked;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All' && value !== '')) {
    const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
    throw invalid({ group: 'meta.k8s.io', kind: `${OPTIONS[request.method ?? ''] ?? 'Create'}Options` }, '', [
      { reason: 'FieldValueNotSupported', message, field: 'dryRun' },
    ]);
  }
  const agent = (header(request, 'user-agent') ?? 'unknown').split('/', 1)[0] ?? 'unknown';
  const manager = query.get('fieldManager') ?? '';
  return {
    manager: manager === '' ? agent.slice(0, 128) : manager,
    dryRun: dryRun.includes('All'),
    checked: true,
    warn: (warnings) => warn(asked.response, warnings),
    ...(path.subresource !== undefined && { subresource: path.subresource }),
  };
}

/** The body as an object of the kind that is asked for; what it does not know of is refused, warned of or left out. */
export const objectIn = (resource: Resource, body: unknown): DraftObject => clean(resource, typed(resource, body));

function fieldsIn({ kind }: Resource, body: unknown): DraftObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const why =
      body === undefined ? 'unexpected end of JSON input' : `cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body}`;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ${why}`,
    );
  }
  return body as DraftObject;
}

function typed(resource: Resource, body: unknown): DraftObject {
  const { kind, type } = resource;
  const expected = apiVersionOf(kind);
  const given = fieldsIn(resource, body);
  const { apiVersion, kind: said }: Partial<DraftObject> = given;
  if (type.custom && (said === undefined || said === ''))
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(body)}'`);
  // Built-in kinds need not say what they are.
  const object = { ...given, apiVersion: apiVersion || expected, kind: said || kind.kind };
  if (object.apiVersion !== expected || object.kind !== kind.kind) throw otherKind(resource, object);
  return object;
}

function otherKind({ kind, store, path }: Resource, { apiVersion, kind: said }: DraftObject): StatusError {
  const known = store.registry.named(apiVersion, said);
  const version = apiVersion.split('/').at(-1) ?? '';
  if (path.subresource === undefined && known?.kind === kind.kind && known.group === kind.group) {
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
  }
  const why =
    known === undefined
      ? `no kind "${said}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`
      : `converting (${version}.${said}) to (${kind.group === '' ? 'core' : kind.group.split('.', 1)[0]}.${kind.kind}): unknown conversion`;
  return badRequest(`${said} in version "${version}" cannot be handled as a ${kind.kind}: ${why}`);
}

/** What a patch has made of an object. @throws StatusError (422) where a body that says the same would be a bad request */
function readPatched(resource: Resource, object: DraftObject, by: PatchedBy): DraftObject {
  let read: DraftObject;
  try {
    read = typed(resource, object);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const why = error.message.replace(/^\w+ in version "[^"]*" cannot be handled as a \w+: /, '');
    const message = `Invalid value: ${JSON.stringify(JSON.stringify(object))}: ${why}`;
    throw invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
  }
  return clean(resource, read, by);
}

const VALIDATIONS: ReadonlySet<string> = new Set(['Ignore', 'Strict', 'Warn']);

function clean({ asked, type }: Resource, body: unknown, by?: PatchedBy | 'apply'): DraftObject {
  const asks = asked.query.get('fieldValidation') ?? '';
  const validation = (VALIDATIONS.has(asks) ? asks : 'Warn') as FieldValidation;
  const { object, warnings } = decoded(type, body, validation, by);
  warn(asked.response, warnings);
  return object;
}

/** The object with the name and namespace of the path. @throws StatusError (400) when it names others */
function addressed(resource: Resource, object: DraftObject): DraftObject {
  const { path, kind } = resource;
  const { name, namespace } = object.metadata ?? {};
  if (name !== undefined && name !== '' && name !== path.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
  }
  if (kind.namespaced) checkPlace(resource, namespace);
  return {
    ...object,
    metadata: { ...object.metadata, name: path.name ?? '', ...(kind.namespaced && { namespace: path.namespace ?? '' }) },
  };
}

function checkPlace({ path }: Resource, namespace: string | undefined): void {
  if (namespace === undefined || namespace === '' || namespace === path.namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}
