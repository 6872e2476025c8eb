import type { Cancel, DraftObject, Store } from '../../model.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../cluster.ts';
import { objectQueue } from '../object-queue.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import type { DaemonSet } from '../kinds.ts';
import type { Node, Pod, Toleration } from '../shapes.ts';
import { tolerates } from '../taints.ts';
import { wantsNode } from '../scheduler/index.ts';
import type { WorkQueue } from '../work-queue.ts';
import { resolved } from './deployments/index.ts';
import { podControl, podFrom, type PodControl } from './pod-control.ts';
import { isOver } from '../pod-phase.ts';
import { availableIn, claimPods, followPods, GATHER_MS, isActive, isGoing, isReady, OrphanPods } from './pods-of.ts';
import { forgetRevisions, revisionsOf } from './revisions.ts';

const HASH = 'controller-revision-hash';
const GENERATION = 'pod-template-generation';
/** A daemon that fails again and again is made anew less and less often. */
const FAILED_RETRY_MS = 10_000;

/** What daemons bear on their nodes, whatever their templates say. */
const TOLERATED: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

/** Keeps one pod of each DaemonSet on every node that it is for. */
export function startDaemonSets(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'daemonset-controller');
  const control = podControl(cluster, recorder);
  const orphans = new OrphanPods();
  const queue = objectQueue(cluster, 'daemonsets.apps', (set, own) =>
    sync({ cluster, control, recorder, orphans, queue: own }, set),
  );
  const stops = [
    cluster.follow('nodes', ({ object, before }) => {
      if (before !== undefined && before.spec === object.spec && before.metadata.labels === object.metadata.labels) return;
      for (const set of cluster.list('daemonsets.apps')) queue.add(keyOf(set));
    }),
    followPods(
      cluster,
      'DaemonSet',
      (key) => queue.addAfter(key, GATHER_MS),
      (change) => orphans.note(change),
    ),
  ];
  return cancelAll(...stops, () => queue.stop());
}

interface Tools {
  readonly cluster: Cluster;
  readonly control: PodControl;
  readonly recorder: Recorder;
  readonly orphans: OrphanPods;
  readonly queue: WorkQueue;
}

function sync({ cluster, control, recorder, orphans, queue }: Tools, set: DaemonSet): void {
  const { all, newest } = revisionsOf(cluster, set, HASH);
  const hash = newest.metadata.labels?.[HASH] ?? '';
  const pods = claimPods(cluster, set, set.spec.selector, orphans);
  const draft = daemonOf(set, hash);
  const meant = cluster.list('nodes').filter((node) => isFor(draft.pod, node));
  if (!isGoing(set)) {
    manage(set, { control, recorder, queue }, pods, meant, (node) => control.create(set, draft.on(node)));
    replaceOld(cluster, control, set, hash, meant);
    const inUse = new Set([
      newest.metadata.name,
      ...pods.map(({ metadata }) => `${set.metadata.name}-${metadata.labels?.[HASH] ?? ''}`),
    ]);
    forgetRevisions(cluster, all, inUse, set.spec.revisionHistoryLimit);
  }
  report(cluster, queue, set, hash, meant);
}

/** A daemon as its template describes it, and the same for one node. */
function daemonOf(set: DaemonSet, hash: string): { readonly pod: Pod; readonly on: (node: Node) => DraftObject } {
  const pod = podFrom(set.spec.template, set) as Pod;
  const { spec } = set.spec.template;
  const tolerations = [...(spec.tolerations ?? []), ...TOLERATED];
  const generation =
    set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? String(set.metadata.generation ?? 1);
  const labels = { ...pod.metadata.labels, [HASH]: hash, [GENERATION]: generation };
  return {
    pod: { ...pod, spec: { ...spec, tolerations } },
    on: ({ metadata: { name } }) => {
      const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [name] }] }];
      const nodeAffinity = {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
      };
      return {
        ...pod,
        metadata: { ...pod.metadata, labels },
        spec: { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations },
      };
    },
  };
}

function isFor(pod: Pod, node: Node): boolean {
  if (!wantsNode(pod, node)) return false;
  return (node.spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerates(pod.spec.tolerations, taint),
  );
}

/** The node that a daemon is on, or is meant for as long as it is on none. */
function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName !== undefined && spec.nodeName !== '') return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.[0]?.values?.[0];
}

function manage(
  set: DaemonSet,
  { control, recorder, queue }: Pick<Tools, 'control' | 'recorder' | 'queue'>,
  pods: readonly Pod[],
  meant: readonly Node[],
  create: (node: Node) => unknown,
): void {
  const names = new Set(meant.map(({ metadata }) => metadata.name));
  const covered = new Set<string>();
  for (const pod of pods) {
    const node = nodeOf(pod) ?? '';
    if (isGoing(pod)) {
      covered.add(node);
      continue;
    }
    if (isOver(pod)) {
      const { namespace, name } = pod.metadata;
      recorder.event(
        set,
        'Warning',
        'FailedDaemonPod',
        `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`,
      );
      control.delete(set, pod);
      covered.add(node);
      queue.addAfter(keyOf(set), FAILED_RETRY_MS);
    } else if (!names.has(node) || covered.has(node)) control.delete(set, pod);
    else covered.add(node);
  }
  for (const node of meant) if (!covered.has(node.metadata.name)) create(node);
}

/** Takes away daemons of old templates, never more than may be missing at a time. */
function replaceOld(cluster: Cluster, control: PodControl, set: DaemonSet, hash: string, meant: readonly Node[]): void {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return;
  const now = cluster.clock.now();
  const pods = cluster.ownedBy<'pods'>('Pod', set.metadata.uid).filter(isActive);
  const works = (pod: Pod): boolean => availableIn(pod, set.spec.minReadySeconds ?? 0, now) === 0;
  const old = pods.filter(({ metadata }) => metadata.labels?.[HASH] !== hash);
  const missing = meant.length - pods.filter(works).length;
  const allowed = Math.max(resolved(rollingUpdate?.maxUnavailable ?? 1, meant.length, Math.ceil), 1);
  const broken = old.filter((pod) => !works(pod));
  const spare = old.filter(works).slice(0, Math.max(allowed - missing, 0));
  for (const pod of [...broken, ...spare]) control.delete(set, pod);
}

function report(cluster: Cluster, queue: WorkQueue, set: DaemonSet, hash: string, meant: readonly Node[]): void {
  const { metadata, spec } = set;
  const current = cluster.get('daemonsets.apps', metadata.namespace, metadata.name);
  if (current === undefined) return;
  const now = cluster.clock.now();
  const { minReadySeconds = 0 } = spec;
  const names = new Set(meant.map((node) => node.metadata.name));
  const pods = cluster.ownedBy<'pods'>('Pod', metadata.uid).filter((pod) => isActive(pod) && (pod.spec.nodeName ?? '') !== '');
  const placed = pods.filter((pod) => names.has(nodeOf(pod) ?? ''));
  const available = placed.filter((pod) => availableIn(pod, minReadySeconds, now) === 0).length;
  const updated = placed.filter((pod) => pod.metadata.labels?.[HASH] === hash).length;
  const count = (name: string, number: number) => (number === 0 ? {} : { [name]: number });
  cluster.setStatus('daemonsets.apps', current, {
    currentNumberScheduled: placed.length,
    numberMisscheduled: pods.length - placed.length,
    desiredNumberScheduled: meant.length,
    numberReady: placed.filter(isReady).length,
    observedGeneration: metadata.generation ?? 1,
    ...count('updatedNumberScheduled', updated),
    ...count('numberAvailable', available),
    ...count('numberUnavailable', meant.length - available),
  });
  const waits = placed.flatMap((pod) => availableIn(pod, minReadySeconds, now) ?? []).filter((wait) => wait > 0);
  if (waits.length > 0) queue.addAfter(keyOf(set), Math.min(...waits));
}
