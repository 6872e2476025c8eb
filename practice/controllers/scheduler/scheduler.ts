import type { Cancel, Store } from '../../model.ts';
import { cancelAll, clusterAs, type Change, type Cluster } from '../cluster.ts';
import { withCondition } from '../conditions.ts';
import { isOver } from '../pod-phase.ts';
import { same } from '../../same.ts';
import type { Node, Pod } from '../shapes.ts';
import { workQueue, type WorkQueue } from '../work-queue.ts';
import { candidateOf, type Candidate, type Refusal } from './candidate.ts';
import { claimNamesOf, claimsOf, SELECTED_NODE } from './claims.ts';
import { refusalOf } from './filters.ts';
import { fitError, prefilterError } from './fit-error.ts';
import { NodeState } from './node-state.ts';
import { bestOf } from './scores.ts';
import { seriesRecorder, type SeriesRecorder } from './series-recorder.ts';

const NAME = 'default-scheduler';
/** A pod that found no node is tried again when something changed, but not at once. */
const BACK_OFF = { firstMs: 1000, longestMs: 10_000 } as const;
/** So often pods are tried again though nothing changed. */
const FLUSH_MS = 300_000;
/** With so many nodes that would do the scheduler looks no further. */
const ENOUGH = 100;

const isPlaced = ({ spec }: Pod): boolean => spec.nodeName !== undefined && spec.nodeName !== '';
const isOurs = ({ spec: { schedulerName = NAME, schedulingGates = [] }, metadata }: Pod): boolean =>
  schedulerName === NAME && schedulingGates.length === 0 && metadata.deletionTimestamp === undefined;

interface Waiting {
  readonly namespace: string | undefined;
  readonly name: string;
  attempts: number;
}

/** Finds a node for each pod that has none. */
export function startScheduler(store: Store): Cancel {
  const scheduler = new Scheduler(clusterAs(store, 'kube-scheduler'));
  return scheduler.start();
}

class Scheduler {
  readonly #cluster: Cluster;
  readonly #recorder: SeriesRecorder;
  readonly #queue: WorkQueue;
  readonly #nodes = new Map<string, NodeState>();
  /** Pods that look for a node, by uid. */
  readonly #waiting = new Map<string, Waiting>();
  #nodeList: readonly NodeState[] = [];
  #next = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#recorder = seriesRecorder(cluster, NAME);
    this.#queue = workQueue(cluster.clock, (uid) => this.#schedule(uid));
  }

  start(): Cancel {
    const stops = [
      this.#cluster.follow('nodes', (change) => this.#onNode(change)),
      this.#cluster.follow('pods', (change) => this.#onPod(change)),
      this.#cluster.follow('persistentvolumeclaims', ({ object }) =>
        this.#tryClaimants(object.metadata.namespace, object.metadata.name),
      ),
    ];
    return cancelAll(...stops, () => this.#queue.stop());
  }

  #onNode({ type, object: node, before }: Change<Node>): void {
    const { name } = node.metadata;
    const state = this.#nodes.get(name);
    if (type === 'DELETED') this.#nodes.delete(name);
    else if (state === undefined) this.#nodes.set(name, this.#newState(node));
    else state.replace(node);
    if (type !== 'MODIFIED') this.#nodeList = [...this.#nodes.values()];
    if (type !== 'DELETED' && !(before !== undefined && hasSameRoom(before, node))) this.#tryAll();
  }

  #newState(node: Node): NodeState {
    const state = new NodeState(node);
    for (const pod of this.#cluster.list('pods')) if (pod.spec.nodeName === node.metadata.name && !isOver(pod)) state.add(pod);
    return state;
  }

  #onPod({ type, object: pod, before }: Change<Pod>): void {
    const { uid, namespace, name } = pod.metadata;
    if (isPlaced(pod)) {
      this.#waiting.delete(uid);
      const state = this.#nodes.get(pod.spec.nodeName ?? '');
      if (type === 'DELETED' || isOver(pod)) {
        if (state?.pods.has(uid) !== true) return;
        state.remove(uid);
        this.#tryAll();
      } else if (before === undefined || before.spec !== pod.spec || before.metadata.labels !== pod.metadata.labels)
        state?.add(pod);
      return;
    }
    if (type === 'DELETED' || !isOurs(pod)) {
      this.#waiting.delete(uid);
      return;
    }
    const isNew = !this.#waiting.has(uid);
    if (isNew) this.#waiting.set(uid, { namespace, name, attempts: 0 });
    if (isNew || !same(before?.spec, pod.spec)) this.#queue.add(uid);
  }

  #tryAll(): void {
    for (const uid of this.#waiting.keys()) this.#tryAgain(uid);
  }

  #tryClaimants(namespace: string | undefined, claim: string): void {
    for (const [uid, waiting] of this.#waiting) {
      const pod = waiting.namespace === namespace ? this.#cluster.get('pods', namespace, waiting.name) : undefined;
      if (pod !== undefined && claimNamesOf(pod).includes(claim)) this.#tryAgain(uid);
    }
  }

  #tryAgain(uid: string): void {
    const attempts = this.#waiting.get(uid)?.attempts ?? 0;
    if (attempts === 0) this.#queue.add(uid);
    else this.#queue.addAfter(uid, Math.min(BACK_OFF.firstMs * 2 ** (attempts - 1), BACK_OFF.longestMs));
  }

  #schedule(uid: string): void {
    const waiting = this.#waiting.get(uid);
    const pod = waiting && this.#cluster.get('pods', waiting.namespace, waiting.name);
    if (waiting === undefined || pod?.metadata.uid !== uid || isPlaced(pod) || !isOurs(pod)) return;
    const claims = claimsOf(this.#cluster, pod);
    if (claims.problem !== undefined)
      return this.#refuse(uid, waiting, pod, prefilterError(this.#nodeList.length, claims.problem));
    const candidate = candidateOf(pod, this.#nodeList, claims.nodes);
    const { fitting, refusals } = this.#search(candidate);
    const best = bestOf(candidate, fitting);
    if (best === undefined) return this.#refuse(uid, waiting, pod, fitError(refusals));
    const { name } = best.node.metadata;
    if (claims.waiting.length === 0) return this.#bind(pod, name);
    for (const claim of claims.waiting) {
      const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: name };
      this.#cluster.update('persistentvolumeclaims', { ...claim, metadata: { ...claim.metadata, annotations } });
    }
  }

  /** Nodes that would do. It goes on where it stopped the last time, so that all are looked at in turn. */
  #search(candidate: Candidate): { readonly fitting: readonly NodeState[]; readonly refusals: readonly Refusal[] } {
    const fitting: NodeState[] = [];
    const refusals: Refusal[] = [];
    const count = this.#nodeList.length;
    const start = count > ENOUGH ? this.#next : 0;
    for (let looked = 0; looked < count && fitting.length < ENOUGH; looked++) {
      const node = this.#nodeList[(start + looked) % count];
      if (node === undefined) continue;
      this.#next = (start + looked + 1) % count;
      const refusal = refusalOf(candidate, node);
      if (refusal === undefined) fitting.push(node);
      else refusals.push(refusal);
    }
    return { fitting, refusals };
  }

  #bind(pod: Pod, nodeName: string): void {
    const { namespace, name, uid } = pod.metadata;
    this.#waiting.delete(uid);
    const bound = this.#cluster.update('pods', { ...pod, spec: { ...pod.spec, nodeName } });
    this.#recorder.event(bound, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${namespace}/${name} to ${nodeName}`);
  }

  #refuse(uid: string, waiting: Waiting, pod: Pod, message: string): void {
    waiting.attempts += 1;
    this.#queue.addAfter(uid, FLUSH_MS);
    this.#recorder.event(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const { generation, namespace, name } = pod.metadata;
    const current = this.#cluster.get('pods', namespace, name) ?? pod;
    const conditions = withCondition(
      current.status?.conditions,
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastProbeTime: null,
        ...(generation !== undefined && { observedGeneration: generation }),
      },
      this.#cluster.now(),
    );
    this.#cluster.setStatus('pods', current, { ...current.status, conditions });
  }
}

/** Whether a node takes what it took before. */
function hasSameRoom(before: Node, after: Node): boolean {
  return (
    same(before.spec, after.spec) &&
    same(before.metadata.labels, after.metadata.labels) &&
    same(before.status?.allocatable, after.status?.allocatable)
  );
}
