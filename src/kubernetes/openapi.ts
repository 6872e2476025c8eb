import type { Connection } from './connection.ts';
import { unlessAborted } from './credentials/rotating.ts';
import type { ResourceKind } from './discovery.ts';
import { KubernetesError } from './errors.ts';
import { at, listAt, textAt, type Json } from './objects.ts';

/** An OpenAPI schema, as far as we read it. */
export interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
}

/** The schema of one kind, with what is needed to follow its references. */
export interface KindSchema {
  readonly root: Schema;
  /** The schema that a schema stands for: references and single `allOf`s are followed, the nearer description wins. */
  follow(schema: Schema): Schema;
}

/**
 * The schema of a kind from OpenAPI v3. Documents are cached by the hash that the server gives them, so that a changed
 * CRD is seen and an unchanged group costs one small request.
 * Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 * @throws KubernetesError (`not-found`) when the server describes no such kind
 */
export async function schemaOf(connection: Connection, kind: ResourceKind): Promise<KindSchema> {
  const path = kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
  const answer = await connection.request({ verb: 'get', nonResource: '/openapi/v3' });
  // API servers send the index of their documents as text/plain.
  const index: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
  const relative = textAt(index, 'paths', path, 'serverRelativeURL');
  if (relative === undefined) throw undescribed(connection, kind);
  const document = await fetchDocument(connection, path, relative);
  const schemas = at(document, 'components', 'schemas');
  const found = Object.values(typeof schemas === 'object' && schemas !== null ? schemas : {}).find((schema) =>
    listAt(schema, 'x-kubernetes-group-version-kind').some(
      (gvk) =>
        textAt(gvk, 'group') === kind.group && textAt(gvk, 'version') === kind.version && textAt(gvk, 'kind') === kind.kind,
    ),
  ) as Schema | undefined;
  if (found === undefined) throw undescribed(connection, kind);
  const follow = (schema: Schema): Schema => followIn(schemas, schema, 0);
  return { root: follow(found), follow };
}

async function fetchDocument(connection: Connection, path: string, relative: string): Promise<Json> {
  const cache = connection.openapiCache;
  const known = cache.get(relative);
  if (known !== undefined) return unlessAborted(known, connection.call.signal);
  // A new hash makes the old document of the same group worthless.
  for (const key of cache.keys()) if (key.startsWith(`/openapi/v3/${path}?`)) cache.delete(key);
  const [nonResource = '', search = ''] = relative.split('?');
  // The document is everybody's who asks meanwhile: a caller that leaves must not take it from the others.
  const fetched = connection
    .during({ origin: 'discovery' })
    .request({ verb: 'get', nonResource, query: Object.fromEntries(new URLSearchParams(search)) }) as Promise<Json>;
  cache.set(relative, fetched);
  fetched.catch(() => cache.delete(relative));
  return unlessAborted(fetched, connection.call.signal);
}

/** References are followed this deep at most; recursive schemas (JSONSchemaProps) end here. */
const DEEPEST = 32;

function followIn(schemas: unknown, schema: Schema, depth: number): Schema {
  const [single] = schema.allOf ?? [];
  const reference = schema.$ref ?? single?.$ref;
  if (reference === undefined || depth > DEEPEST) return schema;
  const target = at(schemas, reference.replace('#/components/schemas/', '')) as Schema | undefined;
  if (target === undefined) return schema;
  const { allOf: _, $ref: __, ...own } = schema;
  return followIn(schemas, { ...target, ...own }, depth + 1);
}

function undescribed(connection: Connection, kind: ResourceKind): KubernetesError {
  return new KubernetesError(
    'not-found',
    `The API server of cluster ${connection.cluster} publishes no schema of ${kind.kind} (${kind.resource}).`,
    {
      scene: { cluster: connection.cluster, identity: connection.identity, resource: kind.resource, group: kind.group },
      advice: 'A CRD without a schema, or an aggregated API that describes nothing; read one of its objects instead.',
    },
  );
}
