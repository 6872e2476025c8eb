import type { Definitions, Schema } from '../model.ts';
import { definitionName, goZero, isAlwaysWritten, kindDefinition } from './go.ts';
import { resolved } from './shape.ts';
import type { ObjectType } from './type.ts';
import { isEmpty, isFields } from './values.ts';

const zeros = new WeakMap<Schema, Readonly<Record<string, unknown>>>();

/**
 * What a server starts from when it creates: Go's zero value of the kind. Parts that are structs exist in it, and so do
 * required fields; a writer owns `spec.containers` only by its items, because the empty list was there before.
 * The generator of the OpenAPI document marks structs with the default `{}`.
 */
export function zeroOf(type: ObjectType): Readonly<Record<string, unknown>> {
  if (type.custom) return {};
  let zero = zeros.get(type.schema);
  if (zero === undefined) {
    zero = zeroFields(resolved(type.schema, type.definitions), kindDefinition(type), type.definitions);
    zeros.set(type.schema, zero);
  }
  return zero;
}

function zeroFields(schema: Schema, definition: string | undefined, definitions: Definitions): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const [name, written] of Object.entries(schema.properties ?? {})) {
    const field = resolved(written, definitions);
    if (isFields(field.default) && isEmpty(field.default)) out[name] = zeroFields(field, definitionName(written), definitions);
    else if (isAlwaysWritten(definition, name, schema)) out[name] = goZero(written, definitions);
  }
  return out;
}
