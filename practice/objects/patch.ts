import type { DraftObject, KubeObject } from '../model.ts';
import { badRequest, StatusError } from '../status.ts';
import { jsonPatched } from './json-patch.ts';
import { mergePatched } from './merge-patch.ts';
import { rootShape } from './shape.ts';
import { strategicallyPatched } from './strategic-merge.ts';
import type { ObjectType } from './type.ts';
import { isFields } from './values.ts';

/** By content type: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json. */
export type PatchType = 'json' | 'merge' | 'strategic';

/**
 * The object as the patch leaves it: neither decoded, defaulted nor validated yet.
 * @throws StatusError (400, 415 or 422) as the server refuses such a patch
 */
export function patched(type: ObjectType, patchType: PatchType, object: KubeObject, patch: unknown): DraftObject {
  if (patchType === 'strategic' && type.custom) throw unsupported;
  const result = patchers[patchType](type, object, patch);
  if (!isFields(result)) throw badRequest('the patch leaves no object');
  return result as DraftObject;
}

const patchers: Readonly<Record<PatchType, (type: ObjectType, object: KubeObject, patch: unknown) => unknown>> = {
  json: (_, object, patch) => jsonPatched(object, patch),
  merge: (_, object, patch) => {
    if (!isFields(patch))
      throw badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}');
    return mergePatched(object, patch);
  },
  strategic: (type, object, patch) => strategicallyPatched(rootShape(type), object, patch),
};

const unsupported = new StatusError(
  415,
  'UnsupportedMediaType',
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
);
