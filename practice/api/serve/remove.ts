import type { DeleteRequest, KubeObject, Propagation } from '../../model.ts';
import { badRequest, invalid } from '../../status.ts';
import { resourceName } from '../state/registry.ts';
import { readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { showList, showObject } from './represent.ts';
import { sendJson, success } from './reply.ts';
import { isTrue } from './request.ts';
import type { Resource } from './resource.ts';
import { inVersion } from '../state/conversion.ts';
import { selectionOf } from './selection.ts';

/** Resources of which a delete shows the object as it was, where others say that all went well. */
const SHOW_WHAT_IS_GONE: ReadonlySet<string> = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
  'storageclasses.storage.k8s.io',
]);

const PROPAGATIONS: ReadonlySet<string> = new Set(['Foreground', 'Background', 'Orphan']);

interface DeleteOptions extends DeleteRequest {
  readonly dryRun: boolean;
}

/** Answers `DELETE` on an object. @throws StatusError */
export async function remove(resource: Resource): Promise<void> {
  const { asked, store, kind, path, shown } = resource;
  const options = await deleteOptionsOf(resource);
  const before = store.existing(kind, path.namespace, path.name ?? '');
  const left = store.deleteAs(kind, path.namespace, before.metadata.name, options);
  if (left !== undefined || SHOW_WHAT_IS_GONE.has(resourceName(kind))) {
    sendJson(asked, 200, showObject(shown, left ?? before));
    return;
  }
  const { name, uid } = before.metadata;
  sendJson(asked, 200, success({ name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid }));
}

/** Answers `DELETE` on a collection: all that the selectors take. @throws StatusError */
export async function removeCollection(resource: Resource): Promise<void> {
  const { asked, store, kind, path, type, shown } = resource;
  const options = await deleteOptionsOf(resource);
  const selection = selectionOf(path, asked.query, type);
  const gone: KubeObject[] = [];
  for (const object of store.list(resourceName(kind), path.namespace)) {
    if (!selection.takes(object)) continue;
    store.deleteAs(kind, object.metadata.namespace, object.metadata.name, options);
    gone.push(inVersion(kind, object));
  }
  sendJson(asked, 200, showList(shown, gone, { resourceVersion: String(store.ledger.revision) }));
}

/** From the body or, where there is none, from the query. @throws StatusError (400, 422) */
async function deleteOptionsOf({ asked: { request, query } }: Resource): Promise<DeleteOptions> {
  const body = ((await readBody(request, OBJECTS)) ?? fromQuery(query)) as {
    readonly gracePeriodSeconds?: number;
    readonly propagationPolicy?: string;
    readonly orphanDependents?: boolean;
    readonly dryRun?: readonly string[];
    readonly preconditions?: DeleteRequest['preconditions'];
  };
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = body;
  if (propagationPolicy !== undefined && !PROPAGATIONS.has(propagationPolicy)) {
    const message = `Unsupported value: "${propagationPolicy}": supported values: "Foreground", "Background", "Orphan", "nil"`;
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      { reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' },
    ]);
  }
  const old = orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background';
  return {
    gracePeriodSeconds,
    propagation: (propagationPolicy ?? old) as Propagation | undefined,
    preconditions,
    dryRun: (body.dryRun ?? []).includes('All') || query.getAll('dryRun').includes('All'),
  };
}

function fromQuery(query: URLSearchParams) {
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^-?\d+$/.test(grace)) throw badRequest(`strconv.ParseInt: parsing "${grace}": invalid syntax`);
  const orphan = query.get('orphanDependents');
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  };
}
