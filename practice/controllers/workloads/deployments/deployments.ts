import type { Cancel, Store } from '../../../model.ts';
import { StatusError } from '../../../status.ts';
import { cancelAll, clusterAs, keyOf, type Cluster } from '../../cluster.ts';
import { objectQueue } from '../../object-queue.ts';
import { conditionOf, withCondition, withoutCondition } from '../../conditions.ts';
import { eventRecorder, type Recorder } from '../../event-recorder.ts';
import { same } from '../../../same.ts';
import type { Condition, Deployment, ReplicaSet } from '../../shapes.ts';
import type { WorkQueue } from '../../work-queue.ts';
import { controllerOf, controllerRef, isGoing } from '../pods-of.ts';
import { templateHash } from '../template-hash.ts';
import { annotationsFor, byAge, HASH, newestSet, REVISION, revisionOf, sizeAnnotations } from './revisions.ts';
import { newestSize, oldSizes, sizeOf, tolerances, type Resize } from './rolling.ts';
import { scaledSizes, wasScaled } from './scaling.ts';
import { deadlineOf, numbersOf, pauseNote, progressNote, setCondition, withProgress } from './status.ts';

/** Rolls each Deployment from its old ReplicaSets to the one that has its template. */
export function startDeployments(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'deployment-controller');
  const queue = objectQueue(cluster, 'deployments.apps', (deployment, own) =>
    new Rollout(cluster, recorder, own, deployment).sync(),
  );
  const stops = [
    cluster.follow('replicasets.apps', ({ object, before }) => {
      for (const owner of [controllerOf(object), before && controllerOf(before)])
        if (owner?.kind === 'Deployment') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
    // A Deployment that replaces all at once waits for the last pod of the old ones to be gone.
    cluster.follow('pods', ({ type, object }) => {
      const set = type === 'DELETED' ? controllerOf(object) : undefined;
      const owner = set?.kind === 'ReplicaSet' ? cluster.get('replicasets.apps', object.metadata.namespace, set.name) : undefined;
      const deployment = owner && controllerOf(owner);
      if (deployment?.kind === 'Deployment') queue.add(`${object.metadata.namespace}/${deployment.name}`);
    }),
  ];
  return cancelAll(...stops, () => queue.stop());
}

/** One look at one Deployment. */
class Rollout {
  readonly #cluster: Cluster;
  readonly #recorder: Recorder;
  readonly #queue: WorkQueue;
  readonly #deployment: Deployment;
  #conditions: readonly Condition[];
  #collisions: number | undefined;
  #sets: readonly ReplicaSet[];

  constructor(cluster: Cluster, recorder: Recorder, queue: WorkQueue, deployment: Deployment) {
    this.#cluster = cluster;
    this.#recorder = recorder;
    this.#queue = queue;
    this.#deployment = deployment;
    this.#conditions = deployment.status?.conditions ?? [];
    this.#collisions = deployment.status?.collisionCount;
    this.#sets = byAge(cluster.ownedBy<'replicasets.apps'>('ReplicaSet', deployment.metadata.uid));
  }

  sync(): void {
    if (isGoing(this.#deployment)) return this.#report();
    this.#notePause();
    if (this.#deployment.spec.paused === true || wasScaled(this.#deployment, this.#sets)) {
      this.#updateNewest();
      this.#resize(scaledSizes(this.#deployment, this.#old(), this.#newest()));
      if (this.#deployment.spec.paused === true) this.#cleanUp();
    } else if (this.#deployment.spec.strategy?.type === 'Recreate') this.#recreate();
    else this.#roll();
    this.#report();
  }

  #newest(): ReplicaSet | undefined {
    return newestSet(this.#deployment, this.#sets);
  }

  #old(): readonly ReplicaSet[] {
    const newest = this.#newest();
    return this.#sets.filter((set) => set !== newest);
  }

  #roll(): void {
    const newest = this.#updateNewest() ?? this.#createNewest();
    const size = newestSize(this.#deployment, this.#sets, newest);
    if (size !== sizeOf(newest)) return this.#resize([[newest, size]]);
    const old = this.#old().filter((set) => sizeOf(set) > 0);
    if (old.length > 0) return this.#resize(oldSizes(this.#deployment, old, newest));
    this.#cleanUp();
  }

  #recreate(): void {
    const newest = this.#updateNewest();
    const old = this.#old();
    const full = old.filter((set) => sizeOf(set) > 0);
    if (full.length > 0) return this.#resize(full.map((set) => [set, 0]));
    if (old.some(({ metadata }) => this.#cluster.ownedBy('Pod', metadata.uid).length > 0)) return;
    const current = newest ?? this.#createNewest();
    const { replicas = 1 } = this.#deployment.spec;
    if (sizeOf(current) !== replicas) this.#resize([[current, replicas]]);
    else this.#cleanUp();
  }

  /** Brings annotations of the newest ReplicaSet and the Deployment's revision up to date. */
  #updateNewest(): ReplicaSet | undefined {
    const newest = this.#newest();
    if (newest === undefined) return undefined;
    const annotations = annotationsFor(this.#deployment, newest, this.#nextRevision());
    const { minReadySeconds } = this.#deployment.spec;
    const wanted: ReplicaSet = {
      ...newest,
      metadata: { ...newest.metadata, annotations },
      spec: { ...newest.spec, ...(minReadySeconds !== undefined && { minReadySeconds }) },
    };
    const updated = same(newest, wanted) ? newest : this.#write(wanted, newest);
    if (conditionOf(this.#conditions, 'Progressing') === undefined) this.#note(progressNote('Found', updated.metadata.name));
    this.#setRevision(updated);
    return updated;
  }

  #nextRevision(): number {
    return 1 + Math.max(0, ...this.#old().map(revisionOf));
  }

  #createNewest(): ReplicaSet {
    const { metadata, spec } = this.#deployment;
    const hash = templateHash(spec.template, this.#collisions ?? 0);
    const size = newestSize(this.#deployment, this.#sets, undefined);
    const labels = { ...spec.template.metadata?.labels, [HASH]: hash };
    const { replicas = 1 } = spec;
    const annotations = {
      ...annotationsFor(this.#deployment, undefined, this.#nextRevision()),
      ...sizeAnnotations(replicas, replicas + tolerances(this.#deployment).surge),
    };
    try {
      const set = this.#cluster.create('replicasets.apps', {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          name: `${metadata.name}-${hash}`,
          ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
          labels,
          annotations,
          ownerReferences: [controllerRef(this.#deployment)],
        },
        spec: {
          replicas: size,
          ...(spec.minReadySeconds !== undefined && spec.minReadySeconds > 0 && { minReadySeconds: spec.minReadySeconds }),
          selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH]: hash } },
          template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
        },
      });
      this.#sets = byAge([...this.#sets, set]);
      if (size > 0) this.#recorder.event(this.#deployment, 'Normal', 'ScalingReplicaSet', scaled('up', set, 0, size));
      this.#note(progressNote('Created', set.metadata.name));
      this.#setRevision(set);
      return set;
    } catch (error) {
      if (error instanceof StatusError && error.status.reason === 'AlreadyExists') {
        this.#collisions = (this.#collisions ?? 0) + 1;
        this.#report();
      }
      throw error;
    }
  }

  #setRevision(newest: ReplicaSet): void {
    const { metadata } = this.#deployment;
    const current = this.#cluster.get('deployments.apps', metadata.namespace, metadata.name);
    const revision = newest.metadata.annotations?.[REVISION];
    if (current === undefined || revision === undefined || current.metadata.annotations?.[REVISION] === revision) return;
    const annotations = { ...current.metadata.annotations, [REVISION]: revision };
    this.#cluster.update('deployments.apps', { ...current, metadata: { ...current.metadata, annotations } });
  }

  #resize(sizes: readonly Resize[]): void {
    const { replicas = 1 } = this.#deployment.spec;
    const most = replicas + tolerances(this.#deployment).surge;
    for (const set of this.#sets) {
      const size = sizes.find(([one]) => one === set)?.[1] ?? sizeOf(set);
      const isSized = size > 0 || sizeOf(set) > 0;
      const annotations = isSized
        ? { ...set.metadata.annotations, ...sizeAnnotations(replicas, most) }
        : set.metadata.annotations;
      if (size === sizeOf(set) && same(annotations, set.metadata.annotations)) continue;
      const metadata = { ...set.metadata, ...(annotations !== undefined && { annotations }) };
      this.#write({ ...set, metadata, spec: { ...set.spec, replicas: size } }, set);
      if (size === sizeOf(set)) continue;
      const direction = size > sizeOf(set) ? 'up' : 'down';
      this.#recorder.event(this.#deployment, 'Normal', 'ScalingReplicaSet', scaled(direction, set, sizeOf(set), size));
    }
  }

  /** Forgets the oldest revisions that nothing runs of any more. */
  #cleanUp(): void {
    const { revisionHistoryLimit = 10 } = this.#deployment.spec;
    const idle = this.#old().filter((set) => sizeOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && !isGoing(set));
    const inOrder = [...idle].sort((one, other) => revisionOf(one) - revisionOf(other));
    for (const set of inOrder.slice(0, Math.max(idle.length - revisionHistoryLimit, 0)))
      this.#cluster.delete('replicasets.apps', set);
  }

  #notePause(): void {
    const { paused = false, progressDeadlineSeconds } = this.#deployment.spec;
    const current = conditionOf(this.#conditions, 'Progressing');
    const isNoted = current?.reason === 'DeploymentPaused';
    if (progressDeadlineSeconds === undefined || current?.reason === 'ProgressDeadlineExceeded' || paused === isNoted) return;
    this.#note(pauseNote(paused));
  }

  #note(condition: Condition): void {
    if (this.#deployment.spec.progressDeadlineSeconds === undefined) return;
    this.#conditions = setCondition(this.#conditions, condition, this.#cluster.now());
  }

  #report(): void {
    const { metadata } = this.#deployment;
    const current = this.#cluster.get('deployments.apps', metadata.namespace, metadata.name);
    if (current === undefined) return;
    const newest = this.#newest();
    const timestamp = this.#cluster.now();
    const now = this.#cluster.clock.now();
    const base: Deployment = {
      ...this.#deployment,
      status: {
        ...this.#deployment.status,
        conditions: this.#withFailure(newest),
        ...(this.#collisions !== undefined && { collisionCount: this.#collisions }),
      },
    };
    const numbers = numbersOf(base, this.#sets, newest, timestamp);
    const isRolling = this.#deployment.spec.paused !== true && !isGoing(this.#deployment);
    const status = isRolling ? withProgress(base, numbers, { newest, now, timestamp }) : numbers;
    this.#cluster.setStatus('deployments.apps', current, status);
    const deadline = deadlineOf(this.#deployment, status.conditions ?? []);
    if (deadline !== undefined && isRolling) this.#queue.addAfter(keyOf(this.#deployment), deadline - now + 1000);
  }

  /** What keeps the newest ReplicaSet from making pods is the Deployment's trouble as well. */
  #withFailure(newest: ReplicaSet | undefined): readonly Condition[] {
    const failure = conditionOf(newest?.status?.conditions, 'ReplicaFailure');
    if (failure === undefined) return withoutCondition(this.#conditions, 'ReplicaFailure');
    const now = this.#cluster.now();
    return withCondition(this.#conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime ?? now }, now);
  }

  #write(wanted: ReplicaSet, before: ReplicaSet): ReplicaSet {
    const written = this.#cluster.update('replicasets.apps', wanted);
    this.#sets = this.#sets.map((set) => (set === before ? written : set));
    return written;
  }
}

const scaled = (direction: 'up' | 'down', { metadata }: ReplicaSet, from: number, to: number): string =>
  `Scaled ${direction} replica set ${metadata.name} from ${from} to ${to}`;
