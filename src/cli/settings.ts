import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';

import type { AuditOptions, PolicyOptions } from '../access/index.ts';
import type { FleetOptions } from '../fleet/index.ts';
import { didYouMean, quoted, UsageError, type Level } from '../platform/index.ts';
import type { ConfigFile } from './config/file.ts';
import { configPlace } from './config/place.ts';
import { checkEnvironment } from './settings/environment.ts';
import { policyOf } from './settings/policy.ts';
import type { SettingValue } from './settings/table.ts';
import { unbuiltNotices } from './settings/unbuilt.ts';
import { readValues, type Values } from './settings/values.ts';

export { SETTINGS } from './settings/table.ts';

export interface Settings {
  /** In its `clusters` is already what flags and environment say of all clusters. */
  readonly fleet: Pick<FleetOptions, 'kubeconfig' | 'context' | 'namespace' | 'transport' | 'clusters'> & {
    readonly discover: boolean;
  };
  readonly policy: PolicyOptions;
  readonly audit: AuditOptions;
  readonly structured: boolean;
  /** A file with the key that seals values of Secrets in the journal. */
  readonly journalKeyFile?: string | undefined;
  /** Milliseconds that a person has for an answer. */
  readonly patience: number;
  readonly logLevel: Level;
  /** Folders of this machine that kube_cp may copy from and to. */
  readonly allowPaths: readonly string[];
  /** Only the tools of these. @default all */
  readonly toolsets?: SettingValue<'toolsets'> | undefined;
  readonly budget: {
    /** Tokens of an answer when a call names no `max_tokens`. @default 4000 */
    readonly defaultMaxTokens?: number | undefined;
  };
  readonly http: {
    readonly listen: { readonly host: string; readonly port: number };
    /** Host headers beside those of the address. */
    readonly allowHosts: readonly string[];
    readonly allowOrigins: readonly string[];
    /** Milliseconds. */
    readonly sessionTimeout: number;
    readonly maxBodyBytes: number;
  };
}

/** Settings, and what there is to say about them. */
export interface Loaded {
  readonly settings: Settings;
  /** Who said what. */
  readonly values: Values;
  readonly file?: ConfigFile | undefined;
  /** Lines for stderr: what has no effect yet, and what is risky. */
  readonly notices: readonly string[];
}

type Flags = Readonly<Record<string, string | boolean>>;

/**
 * Reads the settings of flags, environment and the configuration file, in this order of strength. Without a file,
 * nothing but its absence is found out.
 * @param flags as the command line gave them, by name without dashes; those of commands are not looked at
 * @param home for tests. @default the user's home folder
 * @throws UsageError naming the flag, variable or key, the value and the nearest right one; for a file with every
 * problem in it, each with its line and column
 */
export async function loadSettings(flags: Flags, env: NodeJS.ProcessEnv, home: string = homedir()): Promise<Loaded> {
  const path = configPlace(flags, env, home);
  if (path === undefined) return loadedFrom(flags, env);
  const { readConfigFile } = await import('./config/file.ts');
  return loadedFrom(flags, env, await readConfigFile(path, { env, home }));
}

/** The settings of flags and environment alone. */
export function readSettings(flags: Flags, env: NodeJS.ProcessEnv): Settings {
  return loadedFrom(flags, env).settings;
}

function loadedFrom(flags: Flags, env: NodeJS.ProcessEnv, file?: ConfigFile): Loaded {
  checkEnvironment(env);
  const values = readValues(flags, env, file?.values);
  const clusters = file?.clusters(values);
  const settings: Settings = {
    fleet: {
      kubeconfig: values.get('kubeconfig'),
      context: values.get('context'),
      namespace: values.get('namespace'),
      transport: transportOf(values),
      clusters,
      // A list of clusters is a list of all that an agent may see, until somebody says otherwise.
      discover: values.get('kubeconfig-contexts') ?? (clusters === undefined || values.get('kubeconfig') !== undefined),
    },
    policy: policyOf(values, file),
    audit: { target: auditOf(values.get('audit')), commands: values.get('audit-commands') ?? true },
    structured: values.get('structured') ?? false,
    journalKeyFile: values.get('journal-key-file'),
    patience: values.get('confirm-timeout') ?? 10 * 60_000,
    logLevel: values.get('log-level') ?? 'warn',
    allowPaths: foldersOf(values),
    toolsets: values.get('toolsets'),
    budget: { defaultMaxTokens: values.get('default-max-tokens') },
    http: {
      listen: addressOf(values.get('listen') ?? '127.0.0.1:8484'),
      allowHosts: values.get('allow-hosts') ?? [],
      allowOrigins: values.get('allow-origins') ?? [],
      sessionTimeout: values.get('session-timeout') ?? 30 * 60_000,
      maxBodyBytes: values.get('max-body-bytes') ?? 4 * 1024 * 1024,
    },
  };
  checkDefaultCluster(settings, values);
  return { settings, values, file, notices: [...(file?.warnings ?? []), ...unbuiltNotices(values)] };
}

/** @throws UsageError for a folder whose place would depend on where the program was started */
function foldersOf(values: Values): readonly string[] {
  const folders = values.get('allow-paths') ?? [];
  const wrong = folders.find((folder) => !isAbsolute(folder));
  if (wrong === undefined) return folders;
  const name = values.given('allow-paths')?.source.name ?? '--allow-paths';
  throw new UsageError(`${name} cannot hold ${quoted(wrong, 80)}: it is no absolute path.`, {
    code: 'invalid-setting',
    field: 'allow-paths',
    advice: `Write ${resolve(wrong)}, if you mean that one.`,
  });
}

function transportOf(values: Values): NonNullable<FleetOptions['transport']> {
  const [deadline, qps, burst] = [values.get('timeout'), values.get('qps'), values.get('burst')];
  return {
    ...(deadline !== undefined && { deadline }),
    ...(qps !== undefined && { qps }),
    ...(burst !== undefined && { burst }),
  };
}

/** @throws UsageError when the cluster to begin with is none of those that there are for sure */
function checkDefaultCluster({ fleet: { clusters, discover, context } }: Settings, values: Values): void {
  if (clusters === undefined || discover || context === undefined) return;
  const names = clusters.map((cluster) => cluster.name);
  if (names.includes(context)) return;
  const source = values.given('context')?.source;
  const place = source?.place === undefined ? '' : `${source.place}: `;
  throw new UsageError(`${place}${source?.name} names no cluster of the file${didYouMean(context.slice(0, 60), names) || '.'}`, {
    code: 'invalid-setting',
    field: 'context',
    advice: 'The contexts of the kubeconfig are offered beside the clusters of the file only with kubeconfig_contexts: true.',
  });
}

function auditOf(target: string | undefined): AuditOptions['target'] {
  if (target === undefined || target === 'off') return 'off';
  return target === '-' || target === 'stderr' ? 'stderr' : { file: target };
}

function addressOf(text: string): Settings['http']['listen'] {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
