import type { KubeconfigUser, PemSource } from './credentials/user.ts';
import {
  fieldError,
  asFields,
  flagField,
  itemsField,
  mapField,
  pathOf,
  requiredText,
  textField,
  type Fields,
} from './kubeconfig-fields.ts';
import { parseUser, pemField } from './kubeconfig-user.ts';

/** A cluster of a kubeconfig; its paths are absolute. */
export interface KubeconfigCluster {
  readonly name: string;
  /** The kubeconfig that holds it. */
  readonly file: string;
  readonly server?: string | undefined;
  readonly ca?: PemSource | undefined;
  readonly serverName?: string | undefined;
  readonly insecure: boolean;
  readonly proxy?: string | undefined;
  readonly execConfig?: unknown;
}

/** A context of a kubeconfig: which cluster, as whom, and in which namespace. */
export interface KubeconfigContext {
  readonly name: string;
  readonly cluster: string;
  /** Missing for an anonymous one. */
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
}

/** What one kubeconfig holds, or several together. Has secrets: never show it. */
export interface KubeconfigContents {
  readonly currentContext?: string | undefined;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
}

export const EMPTY: KubeconfigContents = { clusters: new Map(), users: new Map(), contexts: new Map() };

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/**
 * Reads a decoded kubeconfig; fields that are not known here are left alone.
 * @throws UsageError naming the file and the field
 */
export function parseContents(document: unknown, file: string): KubeconfigContents {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw fieldError(file, '', 'a map with clusters, users and contexts', document);
  }
  const top = asFields(document, file, '');
  const kind = textField(top, 'kind');
  if (kind !== undefined && kind !== 'Config') throw fieldError(file, 'kind', 'Config', kind);
  return {
    currentContext: textField(top, 'current-context'),
    clusters: named(top, 'clusters', (name, item) => parseCluster(name, inner(item, 'cluster'))),
    users: named(top, 'users', (name, item) => parseUser(name, inner(item, 'user'))),
    contexts: named(top, 'contexts', (name, item) => parseContext(name, inner(item, 'context'))),
  };
}

/**
 * Several kubeconfigs as one, by kubectl's rule: whatever the first file sets, it sets alone. An entry of a later file
 * with the same name is left out whole, never mixed in.
 * Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 */
export function mergeContents(parts: readonly KubeconfigContents[]): KubeconfigContents {
  return {
    currentContext: parts.find((part) => part.currentContext !== undefined)?.currentContext,
    clusters: firstWins(parts.map((part) => part.clusters)),
    users: firstWins(parts.map((part) => part.users)),
    contexts: firstWins(parts.map((part) => part.contexts)),
  };
}

function firstWins<Entry>(maps: readonly ReadonlyMap<string, Entry>[]): ReadonlyMap<string, Entry> {
  const merged = new Map<string, Entry>();
  for (const map of maps) {
    for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  }
  return merged;
}

function named<Entry>(top: Fields, key: string, parse: (name: string, item: Fields) => Entry): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of itemsField(top, key)) {
    const name = requiredText(item, 'name');
    if (entries.has(name)) throw fieldError(item.file, pathOf(item, 'name'), 'another name than those before it', name);
    entries.set(name, parse(name, item));
  }
  return entries;
}

function inner(item: Fields, key: string): Fields {
  return mapField(item, key) ?? asFields(undefined, item.file, pathOf(item, key));
}

function parseCluster(name: string, fields: Fields): KubeconfigCluster {
  const extension = itemsField(fields, 'extensions').find((item) => textField(item, 'name') === EXEC_EXTENSION);
  return {
    name,
    file: fields.file,
    server: textField(fields, 'server'),
    ca: pemField(fields, 'certificate-authority'),
    serverName: textField(fields, 'tls-server-name'),
    insecure: flagField(fields, 'insecure-skip-tls-verify'),
    proxy: textField(fields, 'proxy-url'),
    execConfig: extension?.values.get('extension'),
  };
}

function parseContext(name: string, fields: Fields): KubeconfigContext {
  return {
    name,
    cluster: textField(fields, 'cluster') ?? '',
    user: textField(fields, 'user'),
    namespace: textField(fields, 'namespace'),
  };
}
