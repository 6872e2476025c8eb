import type { Cancel, Store } from '../../model.ts';
import { StatusError } from '../../status.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../cluster.ts';
import { objectQueue } from '../object-queue.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import type { ControllerRevision, StatefulSet } from '../kinds.ts';
import type { Pod } from '../shapes.ts';
import type { WorkQueue } from '../work-queue.ts';
import { isNamespaceGoing } from './pod-control.ts';
import { isOver } from '../pod-phase.ts';
import { availableIn, claimPods, followPods, GATHER_MS, isActive, isGoing, isReady, OrphanPods } from './pods-of.ts';
import { forgetRevisions, revisionsOf } from './revisions.ts';
import { claimsFor, ordinalOf, revisionLabelOf, statefulPod } from './stateful-pods.ts';

/** Keeps the numbered pods of each StatefulSet, one after the other where their order matters. */
export function startStatefulSets(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'statefulset-controller');
  const orphans = new OrphanPods();
  const queue = objectQueue(cluster, 'statefulsets.apps', (set, own) =>
    new StatefulRollout({ cluster, recorder, orphans, queue: own }, set).sync(),
  );
  const stops = [
    followPods(
      cluster,
      'StatefulSet',
      (key) => queue.addAfter(key, GATHER_MS),
      (change) => orphans.note(change),
    ),
  ];
  return cancelAll(...stops, () => queue.stop());
}

interface Tools {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly orphans: OrphanPods;
  readonly queue: WorkQueue;
}

/** One look at one StatefulSet. */
class StatefulRollout {
  readonly #tools: Tools;
  readonly #set: StatefulSet;
  readonly #revisions: { readonly all: readonly ControllerRevision[]; readonly newest: ControllerRevision };
  readonly #current: string;
  #pods: readonly Pod[];

  constructor(tools: Tools, set: StatefulSet) {
    this.#tools = tools;
    this.#set = set;
    this.#revisions = revisionsOf(tools.cluster, set, 'controller.kubernetes.io/hash');
    const known = set.status?.currentRevision;
    const isKnown = this.#revisions.all.some(({ metadata }) => metadata.name === known);
    this.#current = known !== undefined && isKnown ? known : this.#newest;
    this.#pods = claimPods(tools.cluster, set, set.spec.selector, tools.orphans);
  }

  get #newest(): string {
    return this.#revisions.newest.metadata.name;
  }

  sync(): void {
    if (!isGoing(this.#set)) {
      try {
        this.#manage();
      } finally {
        this.#refresh();
        this.#report();
      }
      const inUse = new Set([this.#newest, this.#current, ...this.#pods.map((pod) => revisionLabelOf(pod) ?? '')]);
      forgetRevisions(this.#tools.cluster, this.#revisions.all, inUse, this.#set.spec.revisionHistoryLimit);
    } else this.#report();
  }

  #refresh(): void {
    this.#pods = this.#tools.cluster.ownedBy<'pods'>('Pod', this.#set.metadata.uid);
  }

  #manage(): void {
    const { replicas = 1, ordinals, podManagementPolicy = 'OrderedReady' } = this.#set.spec;
    const inOrder = podManagementPolicy === 'OrderedReady';
    const first = ordinals?.start ?? 0;
    for (let ordinal = first; ordinal < first + replicas; ordinal++) if (!this.#ensure(ordinal) && inOrder) return;
    const surplus = this.#pods.filter((pod) => ordinalOf(pod) < first || ordinalOf(pod) >= first + replicas);
    const fromTheEnd = [...surplus].sort((one, other) => ordinalOf(other) - ordinalOf(one));
    for (const pod of fromTheEnd) {
      if (!isGoing(pod)) this.#delete(pod);
      if (inOrder) return;
    }
    if (fromTheEnd.length === 0) this.#update();
  }

  /** Makes a pod where there is none. @returns whether it is there and works */
  #ensure(ordinal: number): boolean {
    const pod = this.#pods.find((one) => ordinalOf(one) === ordinal);
    if (pod === undefined) {
      this.#create(ordinal);
      return false;
    }
    if (isGoing(pod)) return false;
    if (isOver(pod)) {
      this.#delete(pod);
      return false;
    }
    return this.#isAvailable(pod);
  }

  #isAvailable(pod: Pod): boolean {
    return availableIn(pod, this.#set.spec.minReadySeconds ?? 0, this.#tools.cluster.clock.now()) === 0;
  }

  /** Replaces pods of old templates, the last first, each when those after it work. */
  #update(): void {
    const { updateStrategy } = this.#set.spec;
    if (updateStrategy?.type === 'OnDelete') return;
    const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
    const fromTheEnd = [...this.#pods].sort((one, other) => ordinalOf(other) - ordinalOf(one));
    for (const pod of fromTheEnd) {
      if (ordinalOf(pod) < partition) return;
      if (revisionLabelOf(pod) !== this.#newest && !isGoing(pod)) return this.#delete(pod);
      if (isGoing(pod) || !this.#isAvailable(pod)) return;
    }
  }

  #create(ordinal: number): void {
    const { cluster, recorder } = this.#tools;
    const set = this.#set;
    const isOld = ordinal < (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    const revision = isOld ? this.#current : this.#newest;
    const { $patch: _, ...old } = this.#revisions.all.find(({ metadata }) => metadata.name === revision)?.data.spec.template ?? {
      ...set.spec.template,
      $patch: 'replace',
    };
    const draft = statefulPod(set, isOld ? old : set.spec.template, ordinal, revision);
    const name = draft.metadata?.name ?? '';
    for (const claim of claimsFor(set, name)) {
      const claimName = claim.metadata?.name ?? '';
      if (cluster.get('persistentvolumeclaims', set.metadata.namespace, claimName) !== undefined) continue;
      cluster.create('persistentvolumeclaims', claim);
      recorder.event(
        set,
        'Normal',
        'SuccessfulCreate',
        `Create Claim ${claimName} Pod ${name} in StatefulSet ${set.metadata.name} success`,
      );
    }
    try {
      cluster.create('pods', draft);
      recorder.event(set, 'Normal', 'SuccessfulCreate', `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
    } catch (error) {
      if (error instanceof StatusError && !isNamespaceGoing(error)) {
        const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
        recorder.event(set, 'Warning', 'FailedCreate', message);
      }
      throw error;
    }
  }

  #delete(pod: Pod): void {
    const { cluster, recorder } = this.#tools;
    cluster.delete('pods', pod);
    const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${this.#set.metadata.name} successful`;
    recorder.event(this.#set, 'Normal', 'SuccessfulDelete', message);
  }

  #report(): void {
    const { cluster, queue } = this.#tools;
    const { metadata, spec } = this.#set;
    const current = cluster.get('statefulsets.apps', metadata.namespace, metadata.name);
    if (current === undefined) return;
    const { replicas = 1, minReadySeconds = 0 } = spec;
    const pods = this.#pods.filter((pod) => isActive(pod) || isGoing(pod));
    const counted = pods.filter((pod) => !isGoing(pod));
    const of = (revision: string): number => counted.filter((pod) => revisionLabelOf(pod) === revision).length;
    const isThrough = of(this.#newest) === replicas && counted.filter(isReady).length === replicas && counted.length === replicas;
    const currentRevision = isThrough ? this.#newest : this.#current;
    const count = (name: string, number: number) => (number === 0 ? {} : { [name]: number });
    cluster.setStatus('statefulsets.apps', current, {
      observedGeneration: metadata.generation ?? 1,
      replicas: pods.length,
      ...count('readyReplicas', counted.filter(isReady).length),
      ...count('currentReplicas', of(currentRevision)),
      ...count('updatedReplicas', of(this.#newest)),
      currentRevision,
      updateRevision: this.#newest,
      collisionCount: 0,
      availableReplicas: counted.filter((pod) => this.#isAvailable(pod)).length,
    });
    const waits = counted
      .flatMap((pod) => availableIn(pod, minReadySeconds, cluster.clock.now()) ?? [])
      .filter((wait) => wait > 0);
    if (waits.length > 0) queue.addAfter(keyOf(this.#set), Math.min(...waits));
  }
}
