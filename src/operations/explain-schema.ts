import { at, listAt, numberAt, textAt, type Json, type KindSchema, type Schema } from '../kubernetes/index.ts';

/** A schema that can be read: references followed, `allOf`s merged. */
export interface SchemaView {
  readonly schema: Schema;
  /** The last part of the name under which the server publishes it: `Container`; none for one written in place. */
  readonly typeName: string | undefined;
}

/** What limits a value beside its type, by the name OpenAPI has for it: `minimum`, `pattern`, `maxItems`. */
export type Constraints = Readonly<Record<string, string | number | boolean>>;

/** Nested `allOf`s are merged this deep at most. */
const DEEPEST = 16;

/** Reads a schema wherever it stands: as a property, the items of a list, the values of a map. */
export function viewOf(kind: KindSchema, schema: Schema, depth = 0): SchemaView {
  const parts = schema.allOf ?? [];
  const [only] = parts;
  const reference = schema.$ref ?? (parts.length === 1 ? only?.$ref : undefined);
  const typeName = reference?.split('/').pop()?.split('.').pop();
  if (depth > DEEPEST) return { schema, typeName };
  if (reference !== undefined) {
    const followed = kind.follow(schema);
    return { schema: followed === schema ? schema : viewOf(kind, followed, depth + 1).schema, typeName };
  }
  if (parts.length === 0) return { schema, typeName };
  const { allOf: _, ...own } = schema;
  const merged = parts.map((part) => viewOf(kind, part, depth + 1)).reduce((all, part) => merge(all, part.schema), {} as Schema);
  return { schema: merge(merged, own), typeName };
}

function merge(base: Schema, nearer: Schema): Schema {
  const required = [...(base.required ?? []), ...(nearer.required ?? [])];
  return {
    ...base,
    ...nearer,
    ...((base.properties ?? nearer.properties) !== undefined && { properties: { ...base.properties, ...nearer.properties } }),
    ...(required.length > 0 && { required }),
  };
}

/** The type as kubectl writes it: `string`, `[]Container`, `map[string]Quantity`, `Object`, `IntOrString`. */
export function typeOf(kind: KindSchema, view: SchemaView): string {
  const { schema, typeName } = view;
  if (at(schema, 'x-kubernetes-int-or-string') === true || schema.format === 'int-or-string') return 'IntOrString';
  if (schema.type === 'array') {
    return `[]${schema.items === undefined ? 'any' : typeOf(kind, viewOf(kind, schema.items))}`;
  }
  const values = valuesOf(schema);
  if (values !== undefined && schema.properties === undefined) return `map[string]${typeOf(kind, viewOf(kind, values))}`;
  if (typeName !== undefined) return typeName;
  if (schema.type === 'object' || schema.properties !== undefined) return 'Object';
  if (schema.type !== undefined) return schema.type;
  const choices = [...listAt(schema, 'oneOf'), ...listAt(schema, 'anyOf')].flatMap((choice) => textAt(choice, 'type') ?? []);
  return choices.length === 0 ? 'any' : [...new Set(choices)].join(' or ');
}

/** What the values of a map are, when the schema says it. */
function valuesOf(schema: Schema): Schema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** What is inside a list or a map, and how a path says so: `[]`, `.*`; undefined for what is neither. */
export function insideOf(
  kind: KindSchema,
  view: SchemaView,
): { readonly view: SchemaView; readonly mark: '[]' | '.*' } | undefined {
  const { schema } = view;
  if (schema.type === 'array') return schema.items && { view: viewOf(kind, schema.items), mark: '[]' };
  const values = schema.properties === undefined ? valuesOf(schema) : undefined;
  return values && { view: viewOf(kind, values), mark: '.*' };
}

/** The schema whose properties are the fields of a value: the lists and maps around it are taken off. */
export function innermost(kind: KindSchema, view: SchemaView): SchemaView & { readonly marks: string } {
  let current = view;
  let marks = '';
  for (let depth = 0; depth < DEEPEST; depth++) {
    const inside = insideOf(kind, current);
    if (inside === undefined) break;
    current = inside.view;
    marks += inside.mark;
  }
  return { ...current, marks };
}

/** What a map in a value holds under each key, the lists around the map taken off; undefined when there is no map. */
export function entryOf(kind: KindSchema, view: SchemaView, marks = ''): (SchemaView & { readonly marks: string }) | undefined {
  const inside = insideOf(kind, view);
  if (inside === undefined) return undefined;
  const path = `${marks}${inside.mark}`;
  return inside.mark === '.*' ? { ...inside.view, marks: path } : entryOf(kind, inside.view, path);
}

/** True when fields that the schema does not name are kept all the same. */
export function isOpen(schema: Schema): boolean {
  return at(schema, 'x-kubernetes-preserve-unknown-fields') === true || schema.additionalProperties === true;
}

/** The allowed values, of the items for a list; empty when any will do. */
export function enumOf(kind: KindSchema, view: SchemaView): string[] {
  const values = view.schema.enum ?? innermost(kind, view).schema.enum ?? [];
  return values.filter((value) => value !== null).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}

/**
 * The default, where it tells something. The schemas of built-in kinds give `{}` for every struct, and for a required
 * field the zero value that Go would write: neither is what the server fills in.
 */
export function defaultOf(schema: Schema, required: boolean): Json | undefined {
  const value = schema.default;
  if (value === undefined || JSON.stringify(value) === '{}') return undefined;
  return required && (value === '' || value === 0 || value === false) ? undefined : value;
}

const CONSTRAINTS = [
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const;

/** Formats that say no more than the type does. */
const PLAIN_FORMATS: ReadonlySet<string> = new Set(['int32', 'int64', 'double', 'float', 'int-or-string']);

export function constraintsOf(schema: Schema): Constraints {
  const found: Record<string, string | number | boolean> = {};
  for (const name of CONSTRAINTS) {
    const value = numberAt(schema, name);
    if (value !== undefined) found[name] = value;
  }
  const pattern = textAt(schema, 'pattern');
  if (pattern !== undefined) found['pattern'] = pattern;
  if (schema.format !== undefined && !PLAIN_FORMATS.has(schema.format)) found['format'] = schema.format;
  if (at(schema, 'nullable') === true) found['nullable'] = true;
  return found;
}

/** The fields that tell the items of a list apart when it is merged (server-side apply): `name`, `containerPort, protocol`. */
export function keysOf(schema: Schema): string[] {
  if (textAt(schema, 'x-kubernetes-list-type') === 'set') return [];
  return listAt(schema, 'x-kubernetes-list-map-keys').filter((key): key is string => typeof key === 'string');
}

/** What the server checks beyond the types (CEL): its message for a failure, or the rule where it has none. */
export function rulesOf(schema: Schema): string[] {
  return listAt(schema, 'x-kubernetes-validations').flatMap((entry) => textAt(entry, 'message') ?? textAt(entry, 'rule') ?? []);
}
