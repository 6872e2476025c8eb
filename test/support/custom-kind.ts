/** A definition whose schema has every sort of list and map, defaults and limits. */
import type { Schema } from '../../practice/model.ts';

const text: Schema = { type: 'string' };

export const SPROCKET_SCHEMA: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['mode'],
      properties: {
        size: { type: 'integer', default: 3, minimum: 1, maximum: 10 },
        mode: { type: 'string', enum: ['a', 'b'] },
        name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
        when: { type: 'string', format: 'date-time' },
        flag: { type: 'boolean' },
        ratio: { type: 'number' },
        port: { 'x-kubernetes-int-or-string': true },
        nil: { type: 'string', nullable: true },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        map: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          maxItems: 3,
          items: {
            type: 'object',
            required: ['k'],
            properties: { k: text, v: { type: 'integer' }, d: { type: 'string', default: 'x' } },
          },
        },
        list: { type: 'array', minItems: 1, items: text },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: text },
        whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { x: text, z: text } },
        nested: {
          type: 'object',
          default: {},
          properties: { deep: { type: 'string', default: 'z' }, sub: { type: 'object', properties: { a: text } } },
        },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
};

export const SPROCKET_GROUP = 'objects.practice.example';

export const SPROCKET_DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `sprockets.${SPROCKET_GROUP}` },
  spec: {
    group: SPROCKET_GROUP,
    names: { kind: 'Sprocket', plural: 'sprockets' },
    scope: 'Namespaced',
    versions: [
      { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: SPROCKET_SCHEMA } },
    ],
  },
};
