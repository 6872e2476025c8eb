import type { DraftObject } from '../model.ts';
import { badRequest, invalid } from '../status.ts';
import { decodeCustom } from './decode-custom.ts';
import { DecodeError, jsonType } from './decode-scalars.ts';
import { readStruct } from './decode-struct.ts';
import { kindDefinition } from './go.ts';
import type { PatchType } from './patch.ts';
import { goText } from './strategic-lists.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { isFields, withField, type Fields } from './values.ts';

export type FieldValidation = 'Ignore' | 'Strict' | 'Warn';

export interface Decoded {
  readonly object: DraftObject;
  /** For the `Warning` headers: `unknown field "spec.replica"`. */
  readonly warnings: readonly string[];
}

export interface PatchedBy {
  readonly type: PatchType;
  readonly patch: unknown;
}

const STRICT = 'strict decoding error: ';

/**
 * The body of a write as the server reads it: fields of the wrong type refused, unknown ones taken out (or refused, when
 * `Strict`), nulls and empty values that Go does not keep dropped, quantities and times in their one form.
 * @param body what was sent, or what a patch or an apply made of the stored object
 * @param by the patch that made it: errors are then told of it; `apply`: the nulls of custom kinds stay
 * @throws StatusError 400; 422 for a patch
 */
export function decoded(type: ObjectType, body: unknown, validation: FieldValidation, by?: PatchedBy | 'apply'): Decoded {
  const unknown: string[] = [];
  try {
    if (!isFields(body))
      throw new DecodeError(`json: cannot unmarshal ${jsonType(body)} into Go value of type map[string]interface {}`);
    const object = type.custom ? decodeCustom(type, body, unknown, by === 'apply') : decodeBuiltIn(type, body, unknown);
    if (validation === 'Strict' && unknown.length > 0) throw new DecodeError(STRICT + unknown.join(', '));
    return { object, warnings: validation === 'Ignore' ? [] : unknown };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw by === undefined || by === 'apply' ? unreadable(type, error) : unpatched(by, body, error);
  }
}

/** Custom kinds are read without a type, so that an error does not speak of one; but for what is told of every kind. */
const unreadable = ({ kind, version, custom }: ObjectType, { message }: Error): Error =>
  badRequest(
    custom && !message.startsWith(STRICT)
      ? message
      : `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${message}`,
  );

function unpatched({ type, patch }: PatchedBy, body: unknown, { message }: Error): Error {
  const value = JSON.stringify(type === 'strategic' ? goText(patch) : JSON.stringify(body));
  return invalid({ group: '', kind: '' }, '', [
    { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${message}`, field: 'patch' },
  ]);
}

function decodeBuiltIn(type: ObjectType, body: Fields, unknown: string[]): DraftObject {
  const { apiVersion: _, kind: __, ...fields } = body;
  const read = readStruct({ definitions: type.definitions, unknown }, type.schema, kindDefinition(type), fields, {
    path: '',
    goPath: '',
    struct: type.kind,
  });
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    ...withField(withField(read, 'apiVersion', undefined), 'kind', undefined),
  };
}
