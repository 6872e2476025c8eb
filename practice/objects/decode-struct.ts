import type { Definitions, Schema } from '../model.ts';
import { mismatch, readScalar, SPECIAL, type Place } from './decode-scalars.ts';
import { definitionName, goTypeOf, goZero, isAlwaysWritten, isPointer } from './go.ts';
import { propertyOf, resolved } from './shape.ts';
import { isEmpty, isFields, isList, type Fields } from './values.ts';

export interface Reader {
  readonly definitions: Definitions;
  /** Collects what is not known, for warnings. */
  readonly unknown: string[];
}

/** One value; undefined when nothing of it is kept. */
function value(reader: Reader, schema: Schema, given: unknown, place: Place): unknown {
  const definition = definitionName(schema);
  const special = definition === undefined ? undefined : SPECIAL[definition];
  if (special !== undefined) return special(given, place);
  const full = resolved(schema, reader.definitions);
  if (full.properties !== undefined) return readStruct(reader, full, definition, asFields(given, schema, reader, place), place);
  if (full.type === 'array') return list(reader, full, given, place);
  if (typeof full.additionalProperties === 'object') return map(reader, full, full.additionalProperties, given, place);
  if (full.type === 'object' || full.type === undefined) return given;
  return readScalar(full, given, place);
}

function asFields(given: unknown, schema: Schema, reader: Reader, place: Place): Fields {
  if (isFields(given)) return given;
  throw mismatch(given, goTypeOf(schema, reader.definitions), place);
}

export function readStruct(reader: Reader, schema: Schema, definition: string | undefined, given: Fields, place: Place): Fields {
  const out: Record<string, unknown> = {};
  const name = definition?.slice(definition.lastIndexOf('.') + 1) ?? place.struct;
  for (const [field, part] of Object.entries(given)) {
    const path = place.path === '' ? field : `${place.path}.${field}`;
    const fieldSchema = propertyOf(schema, field);
    if (fieldSchema === undefined) {
      reader.unknown.push(`unknown field ${JSON.stringify(path)}`);
      continue;
    }
    if (part === null || part === undefined) continue;
    const goPath = place.goPath === '' ? field : `${place.goPath}.${field}`;
    const read = value(reader, fieldSchema, part, { path, goPath, struct: name });
    if (read !== undefined && isKept(reader, definition, schema, field, read)) out[field] = read;
  }
  return completed(reader, schema, definition, out, place);
}

/** Zeros are kept by pointers and by fields that are always written; structs are kept however empty they are. */
function isKept(reader: Reader, definition: string | undefined, schema: Schema, field: string, read: unknown): boolean {
  if (isFields(read))
    return !isEmpty(read) || resolved(schema.properties?.[field] ?? {}, reader.definitions).additionalProperties === undefined;
  if (isList(read)) return read.length > 0 || isAlwaysWritten(definition, field, schema);
  if (read !== '' && read !== 0 && read !== false) return true;
  return isPointer(definition, field) || isAlwaysWritten(definition, field, schema);
}

/** What Go writes though nobody sent it: structs that are no pointers, and fields without omitempty. */
function completed(
  reader: Reader,
  schema: Schema,
  definition: string | undefined,
  out: Record<string, unknown>,
  place: Place,
): Fields {
  for (const [field, written] of Object.entries(schema.properties ?? {})) {
    if (out[field] !== undefined || (place.path === '' && (field === 'apiVersion' || field === 'kind'))) continue;
    const full = resolved(written, reader.definitions);
    if (isFields(full.default) && isEmpty(full.default)) {
      out[field] = full.properties === undefined ? {} : readStruct(reader, full, definitionName(written), {}, place);
    } else if (isAlwaysWritten(definition, field, schema)) {
      out[field] = goZero(written, reader.definitions);
    }
  }
  return out;
}

function list(reader: Reader, schema: Schema, given: unknown, place: Place): unknown {
  if (!isList(given)) throw mismatch(given, goTypeOf(schema, reader.definitions), place);
  const items = schema.items ?? {};
  return given.map((item, i) => {
    const read =
      item === null ? emptyItem(reader, items, place) : value(reader, items, item, { ...place, path: `${place.path}[${i}]` });
    return read ?? null;
  });
}

/** A null in a list is the zero value of its items. */
function emptyItem(reader: Reader, items: Schema, place: Place): unknown {
  const full = resolved(items, reader.definitions);
  return full.properties === undefined
    ? goZero(items, reader.definitions)
    : readStruct(reader, full, definitionName(items), {}, place);
}

function map(reader: Reader, schema: Schema, element: Schema, given: unknown, place: Place): unknown {
  if (!isFields(given)) throw mismatch(given, goTypeOf(schema, reader.definitions), place);
  const out: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(given)) {
    const read =
      part === null
        ? goZero(element, reader.definitions)
        : value(reader, element, part, { ...place, path: `${place.path}.${key}` });
    out[key] = read;
  }
  return out;
}
