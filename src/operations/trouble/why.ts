import { groupKindOf, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionsTrouble } from './conditions.ts';
import { ranked, type Finding } from './finding.ts';
import { cronJobTrouble, jobTrouble } from './job.ts';
import { nodeTrouble } from './node.ts';
import { podTrouble } from './pod.ts';
import { hpaTrouble, namespaceTrouble, pdbTrouble, quotaTrouble } from './policy.ts';
import { serviceTrouble } from './service.ts';
import { pvcTrouble, pvTrouble } from './storage.ts';
import { workloadTrouble } from './workload.ts';
import { shortened } from './words.ts';

/** As long as a reason may be in a table's cell, in characters. */
const CELL = 80;

type Judge = (object: KubernetesObject, now: number) => Finding[];

/** Which kinds are judged by more than their conditions: group and kind, since other groups may use the same kinds. */
const JUDGES: Readonly<Record<string, Judge>> = {
  '/Pod': podTrouble,
  '/Node': nodeTrouble,
  '/Service': (service, now) => serviceTrouble(service, now),
  '/PersistentVolumeClaim': (claim, now) => pvcTrouble(claim, now),
  '/PersistentVolume': pvTrouble,
  '/Namespace': namespaceTrouble,
  '/ResourceQuota': quotaTrouble,
  '/ReplicationController': workloadTrouble,
  'apps/Deployment': workloadTrouble,
  'apps/ReplicaSet': workloadTrouble,
  'apps/StatefulSet': workloadTrouble,
  'apps/DaemonSet': workloadTrouble,
  'batch/Job': jobTrouble,
  'batch/CronJob': (cronJob, now) => cronJobTrouble(cronJob, now),
  'autoscaling/HorizontalPodAutoscaler': hpaTrouble,
  'policy/PodDisruptionBudget': pdbTrouble,
  '/Event': () => [],
};

/** Kinds whose own judge says all about their going, too. */
const SAYS_GOING: ReadonlySet<string> = new Set(['/Pod', '/Namespace']);

/**
 * What is the matter with an object of any kind, told from the object alone; the cause first, empty when it is well.
 * @param now milliseconds since the epoch
 */
export function objectTrouble(object: KubernetesObject, now: number): Finding[] {
  const key = groupKindOf(object);
  const judge = JUDGES[key] ?? conditionsTrouble;
  if (object.metadata?.deletionTimestamp !== undefined && !SAYS_GOING.has(key)) return conditionsTrouble(object, now);
  return ranked(judge(object, now));
}

/**
 * Why an object is not well, for a cell of a table: at most 80 characters, on one line, the cluster's own text in it in
 * quotes and not cleaned. Undefined when it is well, or when nothing more is known than its status shows.
 */
export function whyOf(object: KubernetesObject, now: number): string | undefined {
  const [first] = objectTrouble(object, now);
  return first && sayWhy(first);
}

/** A finding's reason in short: `exit 1: "config key db.url is missing"`. */
export function sayWhy({ why, quote, what }: Finding, limit: number = CELL): string {
  const head = why ?? (quote === undefined ? what : undefined);
  if (quote === undefined) return shortened(head ?? what, limit);
  const before = head === undefined ? '' : `${head}: `;
  const room = limit - before.length - 2;
  return room < 12 ? shortened(head ?? what, limit) : `${before}"${shortened(quote.replaceAll('"', "'"), room)}"`;
}
