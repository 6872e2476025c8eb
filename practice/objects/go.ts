import type { Definitions, Schema } from '../model.ts';
import always from './data/always.json' with { type: 'json' };
import pointers from './data/pointers.json' with { type: 'json' };
import { resolved } from './shape.ts';
import type { ObjectType } from './type.ts';

/*
 * What a schema does not say about the Go struct that a built-in kind is kept in, read off the types.go of the API: which
 * scalars are pointers (a zero that was sent is kept, where others lose it), and which optional fields have no omitempty
 * (they are written however empty they are).
 */
const POINTERS: Readonly<Record<string, readonly string[] | undefined>> = pointers;
const ALWAYS: Readonly<Record<string, readonly string[] | undefined>> = always;

/** `io.k8s.api.core.v1.PodSpec` of a reference to it; nothing for a schema that is written out in place. */
export function definitionName(schema: Schema): string | undefined {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  return ref?.slice(ref.lastIndexOf('/') + 1);
}

/** `v1.PodSpec` */
export const goType = (definition: string): string => definition.split('.').slice(-2).join('.');

export const isPointer = (definition: string | undefined, field: string): boolean =>
  definition !== undefined && POINTERS[definition]?.includes(field) === true;

export const isAlwaysWritten = (definition: string | undefined, field: string, schema: Schema): boolean =>
  (schema.required?.includes(field) === true && !isPointer(definition, field)) ||
  (definition !== undefined && ALWAYS[definition]?.includes(field) === true);

/** The name of a Go type as decoding errors give it: `int32`, `[]v1.Container`, `map[string]string`. */
export function goTypeOf(schema: Schema, definitions: Definitions): string {
  const name = definitionName(schema);
  if (name !== undefined && definitions(`#/components/schemas/${name}`).type === 'object') return goType(name);
  if (schema.type === 'array') return `[]${goTypeOf(schema.items ?? {}, definitions)}`;
  if (typeof schema.additionalProperties === 'object') return `map[string]${goTypeOf(schema.additionalProperties, definitions)}`;
  if (schema.type === 'integer') return schema.format ?? 'int32';
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'number') return 'float64';
  return 'string';
}

/** Kinds are structs of their own; the schema of a kind is the definition itself, so its name is not in it. */
export const kindDefinition = ({ group, version, kind }: ObjectType): string =>
  `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;

const ZERO: Readonly<Record<NonNullable<Schema['type']>, unknown>> = {
  array: null,
  boolean: false,
  integer: 0,
  number: 0,
  object: null,
  string: '',
};

/** Types whose zero is not that of their schema. */
const ZERO_OF: Readonly<Record<string, unknown>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': '0',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': null,
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': null,
};

/** What Go writes for a value that nobody set. */
export function goZero(schema: Schema, definitions: Definitions): unknown {
  const name = definitionName(schema);
  return name !== undefined && name in ZERO_OF ? ZERO_OF[name] : ZERO[resolved(schema, definitions).type ?? 'object'];
}
