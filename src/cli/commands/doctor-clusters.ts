import { delimiter } from 'node:path';

import { createAudit, normalisePolicy } from '../../access/index.ts';
import { Fleet, type ClusterEntry } from '../../fleet/index.ts';
import { readKubeconfig, type Connection } from '../../kubernetes/index.ts';
import { createLogger } from '../../platform/index.ts';
import type { Settings } from '../settings.ts';

/** The clusters of the settings, for a command that looks at all of them. */
export interface Clusters {
  entries(): Promise<readonly ClusterEntry[]>;
  /** @throws UsageError when its configuration cannot be used */
  connect(name: string, signal: AbortSignal): Promise<Connection>;
  /** Where questions go that name no namespace. */
  namespaceOn(connection: Connection): string;
  /** What is risky about the configuration, as far as it was read: a sentence each. */
  warnings(): readonly string[];
  close(): Promise<void>;
}

export function openClusters(settings: Settings, origin: string, env: NodeJS.ProcessEnv): Clusters {
  const log = createLogger(settings.logLevel);
  const audit = createAudit({ ...settings.audit, onProblem: (message) => log.error(message) });
  const warnings = new Set<string>();
  const fleet = new Fleet({
    ...settings.fleet,
    policy: normalisePolicy(settings.policy),
    audit,
    env,
    onProblem: (message) => warnings.add(message),
  });
  return {
    entries: () => fleet.clusters(),
    connect: async (name, signal) => (await fleet.connection(name)).during({ origin, signal }),
    namespaceOn: (connection) => {
      const [namespace = 'default'] = fleet.scope(undefined, undefined, connection);
      return namespace;
    },
    warnings: () => [...warnings],
    async close() {
      await fleet.close();
      await audit.close();
    },
  };
}

/** Where the clusters come from, as far as files tell: `kubeconfig /home/amy/.kube/config (from KUBECONFIG)`. */
export async function sayOrigin({ fleet }: Settings, env: NodeJS.ProcessEnv): Promise<string> {
  const configured = fleet.clusters === undefined ? [] : [`${fleet.clusters.length} in fairlead.yaml`];
  if (!fleet.discover) return configured.join();
  return [...configured, await sayKubeconfig(fleet.kubeconfig, env)].join(', and ');
}

async function sayKubeconfig(setting: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const paths = (setting ?? '').split(delimiter).filter((path) => path !== '');
  const fromEnv = (env['KUBECONFIG'] ?? '') !== '';
  if (paths.length === 0 && !fromEnv && (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '') return 'the pod that this runs in';
  const { files, missing } = await readKubeconfig({ ...(paths.length > 0 && { paths }), env });
  if (files.length === 0) return `no kubeconfig (${missing.join(', ')}: not there)`;
  const from = paths.length > 0 ? 'from --kubeconfig' : fromEnv ? 'from KUBECONFIG' : 'the default';
  const gone = missing.length === 0 ? '' : `; not there: ${missing.join(', ')}`;
  return `kubeconfig ${files.join(', ')} (${from}${gone})`;
}
