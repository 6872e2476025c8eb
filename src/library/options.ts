import type { AuditLine, PolicyOptions } from '../access/index.ts';
import type { ClusterSpec } from '../fleet/index.ts';
import { didYouMean, quoted, UsageError } from '../platform/index.ts';

/** What a ClusterManager is made with. Everything is optional. */
export interface ClusterManagerOptions {
  /**
   * What may be done and what may be seen, for every cluster.
   * @default read-only: a program that changes something asks for `{ mode: 'direct' }`
   */
  readonly policy?: Omit<PolicyOptions, 'settingNames'> | undefined;
  /** A line for each request, allowed or refused: to a file, to stderr, or to a function. @default 'off' */
  readonly audit?: 'off' | 'stderr' | { readonly file: string } | ((line: AuditLine) => void) | undefined;
  /** Kubeconfig files whose contexts are clusters. @default those of `KUBECONFIG`, else `~/.kube/config`, or the own pod */
  readonly kubeconfig?: string | readonly string[] | undefined;
  /** Whether contexts of kubeconfig files, or the pod's own cluster, are clusters. @default true */
  readonly discover?: boolean | undefined;
  /** Clusters beside those; one of the same name as a context stands in its place. */
  readonly clusters?: readonly ClusterSpec[] | undefined;
  /** The cluster that is meant when none is named. @default the current context, or the only cluster there is */
  readonly context?: string | undefined;
  /** The namespace that is meant when none is named. @default the one of the cluster's context, else `default` */
  readonly namespace?: string | undefined;
  /** Milliseconds that a request may take, its retries included. @default 30_000 */
  readonly deadline?: number | undefined;
  /** Requests a second and how many at once, for each cluster. @default unlimited: the server says when it is too much */
  readonly qps?: number | undefined;
  readonly burst?: number | undefined;
  readonly health?:
    | {
        /** Milliseconds between two probes of a cluster. @default 30_000 */
        readonly interval?: number | undefined;
        /** The same, at most, for one that does not answer. @default 300_000 */
        readonly longest?: number | undefined;
      }
    | undefined;
  /** Where the changes of handlers are kept, to be looked up and undone. */
  readonly journal?:
    | {
        /** @default the user's state folder, which `fairlead changes` looks into as well */
        readonly folder?: string | undefined;
        /** 32 bytes. With it the journal keeps values of Secrets, encrypted, so that changes of them can be undone. */
        readonly key?: Uint8Array | undefined;
      }
    | undefined;
  /** Told of what is risky or broken about the configuration, a sentence each. @default process.emitWarning */
  readonly onProblem?: ((message: string) => void) | undefined;
}

const KNOWN: readonly (keyof ClusterManagerOptions)[] = [
  'policy',
  'audit',
  'kubeconfig',
  'discover',
  'clusters',
  'context',
  'namespace',
  'deadline',
  'qps',
  'burst',
  'health',
  'journal',
  'onProblem',
];

/** Of options that have parts. */
const KNOWN_PARTS = { health: ['interval', 'longest'], journal: ['folder', 'key'] } as const;

/** How a program writes the settings of the policy, for messages. */
export const SETTING_NAMES: NonNullable<PolicyOptions['settingNames']> = {
  mode: 'policy.mode',
  dryRun: 'policy.dryRun',
  allowedOperations: 'policy.allowedOperations',
  'namespaces.allow': 'policy.namespaces.allow',
  'namespaces.deny': 'policy.namespaces.deny',
  'kinds.allow': 'policy.kinds.allow',
  'kinds.deny': 'policy.kinds.deny',
};

/** @throws UsageError where an option is none, cannot be, or contradicts another */
export function checkOptions(options: ClusterManagerOptions): void {
  knownOnly(options, KNOWN);
  for (const part of ['health', 'journal'] as const) knownOnly(options[part] ?? {}, KNOWN_PARTS[part], `${part}.`);
  if (options.discover === false && options.kubeconfig !== undefined) {
    throw wrong('kubeconfig', 'kubeconfig names files to discover clusters in, and discover is false: leave one of them out.');
  }
  for (const field of ['deadline', 'qps', 'burst'] as const) checkNumber(field, options[field]);
  checkNumber('health.interval', options.health?.interval);
  checkNumber('health.longest', options.health?.longest);
  if (options.burst !== undefined && options.qps === undefined) throw wrong('burst', 'burst goes with qps, which is not set.');
}

const KEY_BYTES = 32;

/** The key of the journal. @throws UsageError where it is none */
export function keyOf(key: Uint8Array | undefined): Buffer | undefined {
  if (key === undefined || key.length === KEY_BYTES) return key && Buffer.from(key);
  throw wrong('journal.key', `journal.key has ${KEY_BYTES} bytes, not ${key.length}.`);
}

function knownOnly(options: object, known: readonly string[], prefix = ''): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = didYouMean(unknown.slice(0, 60), known) || '.';
  throw wrong(`${prefix}${unknown}`, `There is no option ${quoted(`${prefix}${unknown}`, 60)}${near}`);
}

function checkNumber(field: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value > 0 && Number.isFinite(value))) return;
  throw wrong(field, `${field} is a number above 0, not ${quoted(value, 40)}.`);
}

function wrong(field: string, message: string): UsageError {
  return new UsageError(message, { code: 'invalid-option', field });
}
