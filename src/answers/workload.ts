/** What `k8s.io/apimachinery/pkg/util/rand` draws suffixes from: no vowels, and no digits that look like one. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** `name-hash-suffix` (Deployment) and `name-suffix` (DaemonSet, Job, ReplicaSet). */
const GENERATED = new RegExp(`^(.+?)(-${SAFE}{6,10})?-(${SAFE}{5})$`);

/** The minute, in old releases the second, since 1970 for which a CronJob made its Job; nothing that is a date as well. */
const SCHEDULED = /^(.+)-(?:2[5-9]\d{6}|3\d{7}|1[5-9]\d{8})$/;

/** A StatefulSet's ordinal; four digits could be a year or a port. */
const ORDINAL = /^(.+)-(?:0|[1-9]\d{0,2})$/;

/** Words that people end names with and that could have been drawn: five characters, all of the safe alphabet. */
const WORDS: ReadonlySet<string> = new Set([
  'grpcs',
  'html5',
  'http2',
  'https',
  'mqtts',
  'mssql',
  'pgsql',
  'rtmps',
  'smtps',
  'xhtml',
]);

/**
 * The name of the workload that a pod belongs to, as far as the pod's name alone tells it: without the suffixes that
 * controllers generate. `api-6c9f7d5b8-x2v9k` is `api`, `proxy-x2v9k` is `proxy`, `cache-0` is `cache`,
 * `backup-29384756-x2v9k` is `backup`. Any other name stays as it is.
 */
export function workloadOf(podName: string): string {
  const ordinal = ORDINAL.exec(podName);
  if (ordinal?.[1] !== undefined) return ordinal[1];
  const generated = GENERATED.exec(podName);
  const [, name, hash, suffix] = generated ?? [];
  if (name === undefined || suffix === undefined || WORDS.has(suffix)) return podName;
  return hash === undefined ? (SCHEDULED.exec(name)?.[1] ?? name) : name;
}
