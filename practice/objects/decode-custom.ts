import type { DraftObject, Schema } from '../model.ts';
import { readStruct } from './decode-struct.ts';
import { propertyOf } from './shape.ts';
import { apiVersionOf, type ObjectType } from './type.ts';
import { fieldsOf, isFields, isList, type Fields } from './values.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The object without what the definition's schema does not know. Its metadata is read as that of any other kind. */
export function decodeCustom(type: ObjectType, body: Fields, unknown: string[]): DraftObject {
  const { definitions } = type;
  const { apiVersion: _, kind: __, metadata, ...rest } = body;
  const place = { path: 'metadata', goPath: 'metadata', struct: 'ObjectMeta' };
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: readStruct({ definitions, unknown }, definitions(`#/components/schemas/${META}`), META, fieldsOf(metadata), place),
    ...fieldsOf(prune(type.schema, rest, '', unknown)),
  };
}

function prune(schema: Schema, value: unknown, path: string, unknown: string[]): unknown {
  if (isList(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item, i) => prune(items, item, `${path}[${i}]`, unknown));
  }
  return isFields(value) ? pruneFields(schema, value, path, unknown) : value;
}

function pruneFields(schema: Schema, value: Fields, path: string, unknown: string[]): Fields {
  const out: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const here = path === '' ? name : `${path}.${name}`;
    const known = knownField(schema, name);
    if (known === undefined) unknown.push(`unknown field ${JSON.stringify(here)}`);
    else if (part !== null || known.nullable === true || known === ANYTHING) out[name] = prune(known, part, here, unknown);
  }
  return out;
}

const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true };
const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function knownField(schema: Schema, name: string): Schema | undefined {
  const declared = propertyOf(schema, name);
  if (declared !== undefined) return declared;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return ANYTHING;
  return schema['x-kubernetes-embedded-resource'] === true && OBJECT_FIELDS.has(name) ? ANYTHING : undefined;
}
