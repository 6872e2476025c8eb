import type { Connection, KubernetesObject, ResourceKind } from '../kubernetes/index.ts';
import { parseScope } from '../fleet/index.ts';
import { quoted, UsageError } from '../platform/index.ts';

/** Where something is read or written, and for how long. */
export interface CallOptions {
  /** A namespace. Kinds without namespaces take no notice. @default the client's, else the context's, else `default` */
  readonly namespace?: string | undefined;
  /** Ends the call, down to the socket; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends CallOptions {
  /** `status`, `scale`, … */
  readonly subresource?: string | undefined;
}

export interface ListOptions extends CallOptions {
  /** One, several by comma, or `*` for all. @default the client's, else the context's, else `default` */
  readonly namespace?: string | undefined;
  /** `app=web,tier in (a,b)` */
  readonly labels?: string | undefined;
  /** `status.phase=Running` */
  readonly fields?: string | undefined;
  /** Objects a page. @default 500 */
  readonly limit?: number | undefined;
}

/** A kind on a cluster, and the namespace that is meant when a call names none. */
export interface Site {
  readonly connection: Connection;
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
}

/** The one namespace of a call; undefined for a kind that has none. @throws UsageError for several, or for all */
export function oneNamespace({ kind, namespace }: Site, options: CallOptions): string | undefined {
  if (!kind.namespaced) return undefined;
  const scope = parseScope(options.namespace) ?? (namespace === undefined ? ['default'] : [namespace]);
  const [only] = scope;
  if (scope !== '*' && scope.length === 1 && only !== undefined) return only;
  throw new UsageError(`${quoted(options.namespace, 80)} is more than one namespace, and one is needed here.`, {
    code: 'invalid-argument',
    field: 'namespace',
  });
}

/** The namespaces of a list: these, or `[undefined]` for all of them, and for a kind that has none. */
export function manyNamespaces({ kind, namespace }: Site, options: CallOptions): readonly (string | undefined)[] {
  if (!kind.namespaced) return [undefined];
  const scope = parseScope(options.namespace) ?? (namespace === undefined ? ['default'] : [namespace]);
  return scope === '*' ? [undefined] : scope;
}

/**
 * An object as it is sent: its kind and namespace filled in.
 * @throws UsageError where it says another kind, or another namespace than the call
 */
export function objectFor(site: Site, draft: object, options: CallOptions): KubernetesObject {
  const object = draft as KubernetesObject;
  const { group, version, kind } = site.kind;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const own = object.metadata?.namespace;
  const namespace = oneNamespace(site, own === undefined ? options : { namespace: own });
  if (own !== undefined && options.namespace !== undefined && own !== options.namespace && site.kind.namespaced) {
    throw mismatch('metadata.namespace', own, options.namespace);
  }
  if (object.kind !== undefined && object.kind !== kind) throw mismatch('kind', object.kind, kind);
  if (object.apiVersion !== undefined && object.apiVersion !== apiVersion)
    throw mismatch('apiVersion', object.apiVersion, apiVersion);
  return {
    ...object,
    apiVersion,
    kind,
    metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) },
  };
}

function mismatch(field: string, has: string, wanted: string): UsageError {
  return new UsageError(`The object's ${field} is ${quoted(has, 80)}, and the call is about ${quoted(wanted, 80)}.`, {
    code: 'invalid-argument',
    field,
    advice: field === 'apiVersion' ? 'Name the kind with its version: client.resource("apps/v1/Deployment").' : undefined,
  });
}
