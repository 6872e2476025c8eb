import type { DraftObject, KubeObject } from '../../model.ts';
import { decoded, patched, scaleTracked, type PatchType } from '../../objects/index.ts';
import { badRequest, conflict, invalid, StatusError } from '../../status.ts';
import { selectorText, type LabelSelector } from '../../tables/index.ts';
import type { ScalePaths } from '../state/custom.ts';
import { namedType } from '../state/types.ts';
import { contentTypeOf, readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';
import { PATCH_TYPES, writingOf } from './write.ts';

/** Where all built-in kinds keep what their `/scale` speaks of. */
const BUILT_IN: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

const SCALE = namedType('autoscaling', 'v1', 'Scale');

/** Answers on `…/scale`: the count of replicas of whatever kind, as one kind. @throws StatusError */
export async function scale(resource: Resource): Promise<void> {
  const { asked, store, kind, path } = resource;
  const paths = store.registry.custom(kind)?.scale ?? BUILT_IN;
  const object = store.existing(kind, path.namespace, path.name ?? '');
  if (asked.method === 'GET') return sendJson(asked, 200, scaleOf(object, paths));
  const wanted = await wantedScale(resource, scaleOf(object, paths));
  const version = wanted.metadata?.resourceVersion;
  if (version !== undefined && version !== '' && version !== object.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict({ group: kind.group, plural: kind.plural, name: object.metadata.name }, why);
  }
  const { replicas = 0 } = (wanted['spec'] ?? {}) as { readonly replicas?: number };
  if (!Number.isInteger(replicas))
    throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas is no integer');
  if (replicas < 0) throw tooFew(resource, paths, replicas);
  const writing = writingOf(resource);
  const counted = withAt(object, paths.specReplicasPath, replicas) as KubeObject;
  const next = scaleTracked(resource.type, object, counted, {
    manager: writing.manager,
    path: stepsOf(paths.specReplicasPath),
  });
  const written = store.updateAs(kind, next, { ...writing, subresource: 'scale', checked: false, applied: true });
  sendJson(asked, 200, scaleOf(written, paths));
}

/** Of a custom kind the server speaks of the object, of all others of the Scale. */
function tooFew({ kind, type, path: { name = '' } }: Resource, { specReplicasPath }: ScalePaths, replicas: number): StatusError {
  const [subject, field, words] = type.custom
    ? [kind, specReplicasPath, 'should be a non-negative integer']
    : [SCALE, 'spec.replicas', 'must be greater than or equal to 0'];
  return invalid(subject, name, [{ reason: 'FieldValueInvalid', message: `Invalid value: ${replicas}: ${words}`, field }]);
}

async function wantedScale({ asked }: Resource, live: KubeObject): Promise<DraftObject> {
  if (asked.method === 'PUT') return decoded(SCALE, await readBody(asked.request, OBJECTS), 'Warn').object;
  const patchType: PatchType | undefined = PATCH_TYPES[contentTypeOf(asked.request)];
  if (patchType === undefined) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  const patch = await readBody(asked.request, Object.keys(PATCH_TYPES));
  return decoded(SCALE, patched(SCALE, patchType, live, patch), 'Warn', { type: patchType, patch }).object;
}

function scaleOf(object: KubeObject, { specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = at(object, specReplicasPath);
  const selector = labelSelectorPath === undefined ? undefined : selectorOf(at(object, labelSelectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
    // As Go writes it: a count of nothing is left out.
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: at(object, statusReplicasPath) ?? 0, ...(selector !== undefined && { selector }) },
  };
}

const stepsOf = (path: string): readonly string[] => path.split('.').slice(1);

const at = (object: unknown, path: string): unknown =>
  stepsOf(path).reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>> | undefined)?.[step], object);

function withAt(value: unknown, path: string, set: unknown): unknown {
  const write = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return set;
    const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
    return { ...fields, [step]: write(fields[step], rest) };
  };
  return write(value, stepsOf(path));
}

type Labels = Readonly<Record<string, string>>;

/** A selector as one text, as kubectl takes it. That of a ReplicationController is a map of labels itself. */
function selectorOf(selector: unknown): string | undefined {
  if (typeof selector !== 'object' || selector === null) return typeof selector === 'string' ? selector : undefined;
  const isMap = !('matchLabels' in selector) && !('matchExpressions' in selector);
  return selectorText(isMap ? { matchLabels: selector as Labels } : (selector as LabelSelector));
}
