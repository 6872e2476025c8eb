import type { Definitions, Schema } from '../model.ts';
import type { ObjectType } from './type.ts';
import { isFields, isList } from './values.ts';

/**
 * A schema as merging and ownership see it: references followed, and of each value whether it has parts that are owned
 * one by one.
 */
export interface Shape {
  /** With references followed and what was said at the place of the reference laid over. */
  readonly schema: Schema;
  /** `any`: the schema does not say; the value itself does. */
  readonly form: 'any' | 'list' | 'map' | 'scalar';
  /** Owned and replaced as a whole. */
  readonly atomic: boolean;
  /** The fields that tell items of a list apart; of a list that is not atomic and has none, the items themselves do. */
  readonly keys: readonly string[];
  /** A declared field; nothing for the free keys of a map. */
  field(name: string): Shape | undefined;
  /** Of a list's items or a map's free keys. */
  element(): Shape;
}

const shapes = new WeakMap<Schema, Shape>();

/** Schemas are shared and never change: each is understood once. */
export function shapeOf(schema: Schema, definitions: Definitions): Shape {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = build(schema, definitions);
    shapes.set(schema, shape);
  }
  return shape;
}

const META: Schema = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
const roots = new WeakMap<Schema, Schema>();

/** Of whole objects. The schema of a CustomResourceDefinition need not say what every object has. */
export function rootShape({ custom, schema, definitions }: ObjectType): Shape {
  if (!custom) return shapeOf(schema, definitions);
  let root = roots.get(schema);
  if (root === undefined) {
    root = {
      ...schema,
      properties: { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: META },
    };
    roots.set(schema, root);
  }
  return shapeOf(root, definitions);
}

function build(written: Schema, definitions: Definitions): Shape {
  const schema = resolved(written, definitions);
  const form = formIn(schema);
  const fields = new Map<string, Shape>();
  const elementOf = (): Shape => {
    const written = form === 'list' ? schema.items : schema.additionalProperties;
    return typeof written === 'object' ? shapeOf(written, definitions) : form === 'any' ? shape(schema) : deduced;
  };
  let element: Shape | undefined;
  return {
    schema,
    form,
    atomic: form === 'list' ? listType(schema) === 'atomic' : form === 'scalar' || mapIsAtomic(schema, form),
    keys: form === 'list' ? keysOf(schema) : [],
    field: (name) => {
      const known = fields.get(name);
      if (known !== undefined) return known;
      const written = propertyOf(schema, name);
      if (written === undefined) return undefined;
      const field = shapeOf(written, definitions);
      fields.set(name, field);
      return field;
    },
    element: () => (element ??= elementOf()),
  };
}

/** What a schema says of a field. Names are anybody's: `constructor` is one, and no schema has it before somebody writes it. */
export const propertyOf = ({ properties }: Schema, name: string): Schema | undefined =>
  properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;

const followed = new WeakMap<Schema, Schema>();

/** Follows `$ref` and the `allOf` of one that Kubernetes wraps it in, to lay a default or description over it. */
export function resolved(schema: Schema, definitions: Definitions): Schema {
  const { $ref, allOf } = schema;
  const wrapped = allOf?.length === 1 && allOf[0]?.$ref !== undefined ? allOf[0] : undefined;
  if ($ref === undefined && wrapped === undefined) return schema;
  let full = followed.get(schema);
  if (full === undefined) {
    const { $ref: _, allOf: __, ...own } = schema;
    full = { ...resolved($ref === undefined ? (wrapped ?? {}) : definitions($ref), definitions), ...own };
    followed.set(schema, full);
  }
  return full;
}

function formIn(schema: Schema): Shape['form'] {
  if (schema['x-kubernetes-int-or-string'] === true || (schema.oneOf !== undefined && schema.type !== 'object')) return 'scalar';
  if (schema.type === 'array') return 'list';
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return 'map';
  if (schema.type === 'object' || schema.type === undefined) return 'any';
  return 'scalar';
}

/** Lists that say nothing but that strategic merge patch merges them are owned item by item as well. */
function listType(schema: Schema): 'atomic' | 'map' | 'set' {
  const said = schema['x-kubernetes-list-type'];
  if (said !== undefined) return said;
  if (schema['x-kubernetes-patch-strategy']?.includes('merge') !== true) return 'atomic';
  return schema['x-kubernetes-patch-merge-key'] === undefined ? 'set' : 'map';
}

function keysOf(schema: Schema): readonly string[] {
  if (listType(schema) !== 'map') return [];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  return schema['x-kubernetes-list-map-keys'] ?? (mergeKey === undefined ? [] : [mergeKey]);
}

const mapIsAtomic = (schema: Schema, form: Shape['form']): boolean =>
  schema['x-kubernetes-map-type'] === 'atomic' || (form === 'any' && schema['x-kubernetes-preserve-unknown-fields'] !== true);

const shape = (schema: Schema): Shape => shapes.get(schema) ?? deduced;

/** Where nothing is known: objects field by field, lists as a whole. */
const deduced: Shape = {
  schema: { 'x-kubernetes-preserve-unknown-fields': true },
  form: 'any',
  atomic: false,
  keys: [],
  field: () => undefined,
  element: () => deduced,
};

/** How a value of this shape is owned: as one leaf, or by its parts. Null takes the form of its shape. */
export function partsOf(shape: Shape, value: unknown): 'leaf' | 'list' | 'map' {
  if (shape.atomic) return 'leaf';
  if (isFields(value)) return shape.form === 'map' || shape.form === 'any' ? 'map' : 'leaf';
  if (isList(value)) return shape.form === 'list' ? 'list' : 'leaf';
  if (value !== null) return 'leaf';
  return shape.form === 'list' || shape.form === 'map' ? shape.form : shape.form === 'any' ? 'map' : 'leaf';
}

/** The shape of a map's value: a declared field, or what its free keys hold. */
export const valueShape = (shape: Shape, name: string): Shape => shape.field(name) ?? shape.element();
