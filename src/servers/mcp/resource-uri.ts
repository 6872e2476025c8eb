import { isClean } from '../../answers/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';

/** The form of every object's address (RFC 6570). */
export const OBJECT_TEMPLATE = 'kube://{cluster}/{namespace}/{kind}/{name}';

/** The same of a file in a container. */
export const FILE_TEMPLATE = 'kube://{cluster}/{namespace}/pods/{name}/{container}{+path}';

/** Stands where a namespace would, for what has none. */
export const NO_NAMESPACE = '_';
/** Stands where a container would, for the main one of its pod. */
export const MAIN_CONTAINER = '_';

const SCHEME = 'kube://';
/** Longer than any address can be: four names with every character escaped. */
const LONGEST = 4096;

export interface ObjectAddress {
  readonly cluster: string;
  /** Undefined for what has none. */
  readonly namespace: string | undefined;
  readonly kind: string;
  readonly name: string;
}

export interface FileAddress {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** Undefined for the main one. */
  readonly container: string | undefined;
  /** From the root. */
  readonly path: string;
}

/** What a URI points at: a cluster, one object, or a file in a container. */
export interface Address {
  readonly cluster: string;
  readonly object?: ObjectAddress;
  readonly file?: FileAddress;
}

export function isKubeUri(uri: string): boolean {
  return uri.startsWith(SCHEME);
}

export function clusterUri(cluster: string): string {
  return `${SCHEME}${encodeURIComponent(cluster)}`;
}

export function objectUri({ cluster, namespace, kind, name }: ObjectAddress): string {
  return SCHEME + [cluster, namespace ?? NO_NAMESPACE, kind, name].map(encodeURIComponent).join('/');
}

/** Undefined for a file that has no address: its path does not begin at the root, or is too long. */
export function fileUri({ cluster, namespace, pod, container = MAIN_CONTAINER, path }: FileAddress): string | undefined {
  if (!path.startsWith('/')) return undefined;
  const names = path.split('/').filter((name) => name !== '');
  const uri = SCHEME + [cluster, namespace, 'pods', pod, container, ...names].map(encodeURIComponent).join('/');
  return uri.length > LONGEST ? undefined : uri;
}

/**
 * Reads an address. Names of clusters may hold slashes and colons; they stand escaped.
 * @throws UsageError saying which form is right
 */
export function parseUri(uri: string): Address {
  const parts = isKubeUri(uri) && uri.length <= LONGEST ? decode(uri.slice(SCHEME.length).split('/')) : undefined;
  const [cluster = '', namespace = '', kind = '', name = ''] = parts ?? [];
  if (parts?.length === 1 && cluster !== '') return { cluster };
  if (parts?.length === 4 && !parts.includes('')) {
    return { cluster, object: { cluster, namespace: namespace === NO_NAMESPACE ? undefined : namespace, kind, name } };
  }
  const [, , , , container = '', ...path] = parts ?? [];
  if (parts !== undefined && path.length > 0 && kind === 'pods' && !parts.includes('')) {
    const file = { container: container === MAIN_CONTAINER ? undefined : container, path: `/${path.join('/')}` };
    return { cluster, file: { cluster, namespace, pod: name, ...file } };
  }
  throw new UsageError(`No resource ${quoted(uri)}. Addresses are kube://CLUSTER, ${OBJECT_TEMPLATE}, or ${FILE_TEMPLATE}.`, {
    code: 'invalid-argument',
    field: 'uri',
    advice: `"${NO_NAMESPACE}" stands for no namespace; a slash inside a name is written %2F.`,
  });
}

/** Undefined when something is escaped wrongly, or hides characters that no name has. */
function decode(parts: readonly string[]): readonly string[] | undefined {
  try {
    const decoded = parts.map(decodeURIComponent);
    return decoded.every(isClean) ? decoded : undefined;
  } catch {
    return undefined;
  }
}
