import type { Schema, ServedKind } from '../model.ts';
import { definitionOf, refTo } from './definitions.ts';

/** One version of a kind that a CustomResourceDefinition defines. */
export interface CustomKind {
  readonly kind: ServedKind;
  /** Its `schema.openAPIV3Schema`. */
  readonly schema: Schema;
}

/** What the server publishes of a custom kind: the kind and its list, by name. */
export function customDefinitions({ kind, schema }: CustomKind): Record<string, Schema> {
  const { group, version, kind: name, plural } = kind;
  // `shop.example.com` is published as `com.example.shop`, as Java names its packages.
  const definition = `${group.split('.').reverse().join('.')}.${version}.${name}`;
  const pod = propertiesOf('io.k8s.api.core.v1.Pod');
  const list = propertiesOf('io.k8s.api.core.v1.PodList');
  return {
    [definition]: {
      ...published(schema),
      properties: {
        ...published(schema).properties,
        ...words(pod),
        metadata: withoutDefault(pod['metadata']),
      },
      'x-kubernetes-group-version-kind': [{ group, version, kind: name }],
    },
    [`${definition}List`]: {
      description: `${name}List is a list of ${name}`,
      type: 'object',
      required: ['items'],
      properties: {
        ...words(list),
        items: {
          description: `List of ${plural}. More info: ${CONVENTIONS}`,
          type: 'array',
          items: { $ref: refTo(definition) },
        },
        metadata: withoutDefault(list['metadata']),
      },
      'x-kubernetes-group-version-kind': [{ group, version, kind: `${name}List` }],
    },
  };
}

const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

type Properties = Readonly<Record<string, Schema>>;

const propertiesOf = (name: string): Properties => definitionOf(name)?.properties ?? {};

/** The server writes the same of apiVersion and kind in every kind. */
const words = ({ apiVersion = {}, kind = {} }: Properties): Properties => ({ apiVersion, kind });

function withoutDefault(schema: Schema = {}): Schema {
  const { default: _, ...rest } = schema;
  return rest;
}

const INT_OR_STRING: readonly Schema[] = [{ type: 'integer' }, { type: 'string' }];

/** Clients that do not know the extension are told what it means. */
function published(schema: Schema): Schema {
  return {
    ...schema,
    ...(schema['x-kubernetes-int-or-string'] === true && { anyOf: INT_OR_STRING }),
    ...(schema.properties !== undefined && { properties: mapValues(schema.properties, published) }),
    ...(schema.items !== undefined && { items: published(schema.items) }),
    ...(typeof schema.additionalProperties === 'object' && { additionalProperties: published(schema.additionalProperties) }),
  };
}

const mapValues = (properties: Properties, change: (schema: Schema) => Schema): Properties =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, change(schema)]));
