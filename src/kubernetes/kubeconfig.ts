import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { didYouMean, UsageError } from '../platform/index.ts';
import type { ClusterTarget } from './credentials/credentials.ts';
import type { CredentialOptions } from './credentials/user.ts';
import { EMPTY, mergeContents, parseContents, type KubeconfigContents, type KubeconfigContext } from './kubeconfig-contents.ts';
import { readKubeconfigFile } from './kubeconfig-file.ts';
import { targetFrom } from './kubeconfig-target.ts';

/** What a kubeconfig offers. It can be logged: the credentials are kept apart, and only `targetOf` gets at them. */
export interface Kubeconfig {
  readonly currentContext?: string | undefined;
  /** In the order of the files. */
  readonly contexts: readonly KubeconfigContext[];
  /** The files that were read, absolute. */
  readonly files: readonly string[];
  /** The files that were looked for and are not there; worth watching like the others. */
  readonly missing: readonly string[];
}

export interface KubeconfigOptions {
  /** The files to read instead of what the environment says; each must exist. */
  readonly paths?: readonly string[] | undefined;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** For `~` and the default file. @default the user's home folder */
  readonly home?: string | undefined;
}

const contentsOf = new WeakMap<Kubeconfig, KubeconfigContents>();

/**
 * Which files kubectl would read: those of `KUBECONFIG`, else `~/.kube/config`. A leading `~/` is resolved, since
 * configuration of MCP clients passes no shell.
 */
export function kubeconfigPaths(options: KubeconfigOptions = {}): readonly string[] {
  const home = options.home ?? homedir();
  const env = options.env ?? process.env;
  const listed = options.paths ?? (env['KUBECONFIG'] ?? '').split(delimiter);
  const paths = listed.filter((path) => path !== '').map((path) => resolve(path.replace(/^~(?=$|[/\\])/, () => home)));
  return paths.length === 0 ? [join(home, '.kube', 'config')] : [...new Set(paths)];
}

/**
 * Reads the kubeconfig files and merges them; the result never changes. Files that are not there are skipped, and
 * without any the result is empty.
 *
 * @throws UsageError when a file cannot be read or understood (it names the file and the field), when a file of `paths`
 * does not exist, and when there are files and all of them are empty: then somebody is writing them just now
 */
export async function readKubeconfig(options: KubeconfigOptions = {}): Promise<Kubeconfig> {
  const paths = kubeconfigPaths(options);
  const read = await Promise.all(paths.map(async (path) => ({ path, found: await readKubeconfigFile(path) })));
  const existing = read.filter(({ found }) => found.kind !== 'missing').map(({ path }) => path);
  const missing = read.filter(({ found }) => found.kind === 'missing').map(({ path }) => path);

  if (options.paths !== undefined && missing.length > 0) {
    throw new UsageError(`Kubeconfig ${missing.join(', ')} does not exist.`, { code: 'kubeconfig', advice: 'Check the path.' });
  }
  const parts = read.flatMap(({ path, found }) => (found.kind === 'document' ? [parseContents(found.document, path)] : []));
  if (parts.length === 0 && existing.length > 0) {
    throw new UsageError(`Kubeconfig ${existing.join(', ')} is empty.`, {
      code: 'kubeconfig',
      advice: 'If another program is writing it just now, try again; else it needs clusters, users and contexts.',
    });
  }
  return kubeconfigOf(mergeContents(parts), existing, missing);
}

/**
 * A kubeconfig that was made in memory, from a document of the same form as a file.
 * @param origin what to call it in messages
 * @throws UsageError naming the field
 */
export function kubeconfigFrom(document: unknown, origin: string): Kubeconfig {
  return kubeconfigOf(parseContents(document, origin), [], []);
}

/** Wraps merged contents. */
function kubeconfigOf(contents: KubeconfigContents, files: readonly string[], missing: readonly string[]): Kubeconfig {
  const kubeconfig: Kubeconfig = Object.freeze({
    currentContext: contents.currentContext,
    contexts: Object.freeze([...contents.contexts.values()]),
    files,
    missing,
  });
  contentsOf.set(kubeconfig, contents);
  return kubeconfig;
}

/**
 * How to reach the cluster of a context, and as whom. Each call makes credentials of its own, with a cache of their
 * own: keep the target, and close what uses it before making another.
 *
 * @throws UsageError when there is no such context, when its cluster or user is missing, or when they cannot be used
 */
export function targetOf(kubeconfig: Kubeconfig, contextName: string, options: CredentialOptions = {}): ClusterTarget {
  const contents = contentsOf.get(kubeconfig) ?? EMPTY;
  const context = contents.contexts.get(contextName);
  if (context === undefined) throw unknownContext(kubeconfig, contextName, [...contents.contexts.keys()]);

  const cluster = contents.clusters.get(context.cluster);
  if (cluster === undefined) throw dangling(kubeconfig, context, 'cluster', context.cluster, contents.clusters.keys());
  const user = context.user === undefined ? undefined : contents.users.get(context.user);
  if (context.user !== undefined && user === undefined)
    throw dangling(kubeconfig, context, 'user', context.user, contents.users.keys());
  return targetFrom(context, cluster, user, options);
}

function unknownContext(kubeconfig: Kubeconfig, name: string, names: readonly string[]): UsageError {
  const shown = names.slice(0, 20).join(', ');
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return new UsageError(`There is no context "${name}" in ${placeOf(kubeconfig)}${didYouMean(name, names) || '.'}`, {
    code: 'unknown-context',
    field: 'context',
    advice: names.length === 0 ? 'No contexts are defined: check KUBECONFIG.' : `Contexts: ${shown}${more}.`,
  });
}

function dangling(
  kubeconfig: Kubeconfig,
  context: KubeconfigContext,
  what: 'cluster' | 'user',
  name: string,
  names: Iterable<string>,
): UsageError {
  const problem = name === '' ? `names no ${what}` : `names the ${what} "${name}", which is not defined`;
  return new UsageError(`Context "${context.name}" in ${placeOf(kubeconfig)} ${problem}${didYouMean(name, names) || '.'}`, {
    code: 'kubeconfig',
    field: what,
    advice: `Add the ${what} to the kubeconfig, or correct the context.`,
  });
}

function placeOf(kubeconfig: Kubeconfig): string {
  if (kubeconfig.files.length > 0) return `kubeconfig ${kubeconfig.files.join(', ')}`;
  return `the kubeconfig (${kubeconfig.missing.join(', ')}: not there)`;
}
