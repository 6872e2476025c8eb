import type { DraftObject, Schema } from '../model.ts';
import { readStruct } from './decode-struct.ts';
import { propertyOf } from './shape.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { fieldsOf, isFields, isList, type Fields } from './values.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What reading a custom kind's fields goes by. */
interface Reading {
  /** Where unknown fields are told. */
  readonly unknown: string[];
  /** Keeps the nulls that no default takes the place of. */
  readonly nulls: boolean;
}

/**
 * The object without what the definition's schema does not know. Its metadata is read as that of any other kind.
 * @param nulls whether nulls stay for the schema to refuse: what is applied is taken as it is written, anything else without them
 */
export function decodeCustom(type: ObjectType, body: Fields, unknown: string[], nulls: boolean): DraftObject {
  const { definitions } = type;
  const { apiVersion: _, kind: __, metadata, ...rest } = body;
  const place = { path: 'metadata', goPath: 'metadata', struct: 'ObjectMeta' };
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: readStruct({ definitions, unknown }, definitions(`#/components/schemas/${META}`), META, fieldsOf(metadata), place),
    ...fieldsOf(prune({ unknown, nulls }, type.schema, rest, '')),
  };
}

function prune(reading: Reading, schema: Schema, value: unknown, path: string): unknown {
  if (isList(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item, i) => prune(reading, items, item, `${path}[${i}]`));
  }
  return isFields(value) ? pruneFields(reading, schema, value, path) : value;
}

function pruneFields(reading: Reading, schema: Schema, value: Fields, path: string): Fields {
  const out: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const here = path === '' ? name : `${path}.${name}`;
    const known = knownField(schema, name);
    if (known === undefined) reading.unknown.push(`unknown field ${JSON.stringify(here)}`);
    else if (part !== null || keepsNull(reading, known)) out[name] = prune(reading, known, part, here);
  }
  return out;
}

const keepsNull = ({ nulls }: Reading, known: Schema): boolean =>
  known.nullable === true || known === ANYTHING || (nulls && known.default === undefined);

const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true };
const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function knownField(schema: Schema, name: string): Schema | undefined {
  const declared = propertyOf(schema, name);
  if (declared !== undefined) return declared;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return ANYTHING;
  return schema['x-kubernetes-embedded-resource'] === true && OBJECT_FIELDS.has(name) ? ANYTHING : undefined;
}
