import { unlessAborted } from '../platform/index.ts';
import type { Connection } from './connection.ts';
import type { ResourceKind } from './discovery.ts';
import { KubernetesError } from './errors.ts';
import { at, listAt, textAt, type Json } from './objects.ts';
import { badAnswer } from './reading.ts';
import { rootOf } from './request.ts';

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
  const path = rootOf(kind).slice(1);
  const answer = await connection.request({ verb: 'get', nonResource: '/openapi/v3' });
  const address = textAt(indexIn(answer, connection), 'paths', path, 'serverRelativeURL');
  if (address === undefined) throw undescribed(connection, kind);
  const document = await fetchDocument(connection, path, address);
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

/** API servers send the index of their documents as text/plain. */
function indexIn(answer: unknown, connection: Connection): unknown {
  if (typeof answer !== 'string') return answer;
  try {
    return JSON.parse(answer);
  } catch {
    throw badAnswer(connection, 'no index of its schemas');
  }
}

async function fetchDocument(connection: Connection, path: string, address: string): Promise<Json> {
  const cache = connection.openapiCache;
  const known = cache.get(path);
  if (known?.address === address) return unlessAborted(known.content, connection.call.signal);
  const [nonResource = '', search = ''] = address.split('?');
  // The document is everybody's who asks meanwhile: a caller that leaves must not take it from the others.
  const content = connection
    .during({ origin: 'discovery' })
    .request({ verb: 'get', nonResource, query: Object.fromEntries(new URLSearchParams(search)) }) as Promise<Json>;
  // A new hash makes the old document of the same group worthless.
  const document = { address, content };
  cache.set(path, document);
  content.catch(() => cache.get(path) === document && cache.delete(path));
  return unlessAborted(content, connection.call.signal);
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
