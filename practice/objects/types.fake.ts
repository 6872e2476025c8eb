import { definitions, schemaOf } from '../kinds/index.ts';
import type { KubeObject, Schema } from '../model.ts';
import type { ObjectType } from './type.ts';

/** A built-in kind, for tests. */
export function builtIn(group: string, version: string, kind: string): ObjectType {
  const schema = schemaOf(group, version, kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return { group, version, kind, custom: false, schema, definitions };
}

export const custom = (schema: Schema): ObjectType => ({
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  custom: true,
  schema,
  definitions,
});

/** As stored. */
export const stored = (
  object: Readonly<Record<string, unknown>> & { readonly apiVersion: string; readonly kind: string },
): KubeObject => ({
  ...object,
  metadata: {
    name: 'x',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(object['metadata'] as object | undefined),
  },
});
