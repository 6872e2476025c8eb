import type { Cancel } from '../../model.ts';
import { programOf } from '../../programs/index.ts';
import type { Pressure } from '../nodes/index.ts';
import type { Condition, ContainerStatus, Pod, PodStatus } from '../shapes.ts';
import { timestamp } from '../../timestamp.ts';
import { ContainerRunner } from './container-runner.ts';
import { adoptedRun, factsOf, isDone, newRun, wantsStart, type ContainerList, type ContainerRun } from './container-run.ts';
import { jittered, type Host } from './host.ts';
import { missingVolumes } from './missing.ts';
import { isSidecar } from './phase.ts';
import { podStatus, type Failure } from './pod-status.ts';

/** How long it takes until a pod has its network. */
const SANDBOX_MS = 600;
/** Mounting is tried again after half a second, and then less and less often. */
const MOUNT = { firstMs: 500, longestMs: 122_000 } as const;
/** How long a kubelet does nothing about a pod when it has no reason to. */
const RESYNC_MS = 60_000;

/** What kubelets say when a node is short of something. */
const SHORTAGES: Readonly<
  Record<Pressure, { readonly resource: string; readonly threshold: string; readonly available: string }>
> = {
  memory: { resource: 'memory', threshold: '100Mi', available: '62340Ki' },
  disk: { resource: 'ephemeral-storage', threshold: '10738417664', available: '8130208Ki' },
  pid: { resource: 'pids', threshold: '1600', available: '1312' },
};

/** Brings one pod on its node to what its spec says, step by step, as a kubelet's pod worker does. */
export class PodWorker {
  readonly #host: Host;
  readonly #uid: string;
  readonly #namespace: string;
  readonly #name: string;
  readonly #runner: ContainerRunner;
  readonly #inits: readonly ContainerRun[];
  readonly #mains: readonly ContainerRun[];
  /** Ephemeral ones: more come while the pod runs. */
  #added: readonly ContainerRun[] = [];
  readonly #startTime: string;
  #ip: string | undefined;
  #hasSandbox: boolean;
  /** Something goes on that has to end before the next step. */
  #busy = false;
  #isEnding = false;
  #isForgotten = false;
  #failure: Failure | undefined;
  #mountDelay: number = MOUNT.firstMs;
  /** The status that was written last, and what it was made of: it is not worked out again for nothing. */
  #reported: PodStatus | undefined;
  #facts: readonly unknown[] = [];
  /** Containers that were seen to in this round. */
  #seenTo: readonly ContainerRun[] = [];
  #wake: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(host: Host, pod: Pod) {
    this.#host = host;
    this.#uid = pod.metadata.uid;
    this.#namespace = pod.metadata.namespace ?? '';
    this.#name = pod.metadata.name;
    const { status } = pod;
    this.#inits = this.#runsOf(pod, 'initContainers', status?.initContainerStatuses);
    this.#mains = this.#runsOf(pod, 'containers', status?.containerStatuses);
    this.#added = this.#runsOf(pod, 'ephemeralContainers', status?.ephemeralContainerStatuses);
    this.#startTime = status?.startTime ?? timestamp(host.cluster.clock.now());
    this.#ip = status?.podIP;
    this.#hasSandbox = this.#ip !== undefined;
    if (this.#ip !== undefined) host.addresses.keep(this.#ip);
    this.#runner = new ContainerRunner({
      host,
      current: () => this.#current(),
      ip: () => this.#ip ?? '',
      changed: () => this.#report(),
      sync: (milliseconds) => this.#syncAfter(milliseconds),
    });
    for (const run of [...this.#mains, ...this.#added]) this.#runner.goOn(run);
  }

  #runsOf(pod: Pod, list: ContainerList, before: readonly ContainerStatus[] | undefined): readonly ContainerRun[] {
    return (pod.spec[list] ?? []).map((spec) => {
      const run = newRun(pod.spec, spec, programOf(spec.image, this.#host.images, spec), list);
      const old = before?.find(({ name }) => name === spec.name);
      return old === undefined ? run : adoptedRun(run, old);
    });
  }

  /** Does what is to be done now. */
  sync(): void {
    this.#seenTo = [];
    this.#step();
  }

  /** The pod is no more. */
  forget(): void {
    this.#isForgotten = true;
    this.#wake?.cancel();
    this.#runner.stop();
    if (this.#ip !== undefined) this.#host.addresses.giveBack(this.#ip);
  }

  /** Takes the pod off a node that is short of something. */
  evict(pressure: Pressure): void {
    const pod = this.#current();
    if (pod === undefined) return;
    const { resource, threshold, available } = SHORTAGES[pressure];
    const message = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `;
    this.#host.recorder.event(pod, 'Warning', 'Evicted', message);
    const disruption: Condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message };
    this.#fail({ reason: 'Evicted', message, disruption });
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#end(this.#current());
  }

  /** The pod as it is, unless it is gone or another one has its name. */
  #current(): Pod | undefined {
    if (this.#isForgotten) return undefined;
    const pod = this.#host.cluster.get('pods', this.#namespace, this.#name);
    return pod?.metadata.uid === this.#uid ? pod : undefined;
  }

  #step(): void {
    const pod = this.#current();
    if (pod === undefined || this.#isEnding) return;
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(pod);
    if (this.#busy) return;
    if (this.#isOver(pod)) return this.#finish();
    if (this.#isPastDeadline(pod)) return;
    if (!this.#mount(pod)) return;
    this.#replaceChanged(pod);
    this.#takeAdded(pod);
    if (!this.#hasSandbox) return this.#makeSandbox();
    for (const run of this.#toStart(pod)) {
      if (this.#seenTo.includes(run)) continue;
      this.#seenTo = this.#seenTo.concat(run);
      this.#busy = true;
      this.#runner.start(pod, run, () => this.#goOn());
      if (this.#busy) break;
    }
    this.#report();
  }

  /** Restarts containers whose image is another one now. */
  #replaceChanged(pod: Pod): void {
    for (const run of this.#mains) {
      const spec = pod.spec.containers.find(({ name }) => name === run.spec.name);
      if (spec === undefined || spec.image === run.spec.image) continue;
      run.spec = spec;
      run.program = programOf(spec.image, this.#host.images, spec);
      if (run.state.running === undefined) continue;
      const message = `Container ${spec.name} definition changed, will be restarted`;
      this.#runner.kill(pod, run, message, () => this.#after(0, () => this.sync()));
    }
  }

  /** Ephemeral containers that have come since the last look. */
  #takeAdded(pod: Pod): void {
    const all = this.#runsOf(pod, 'ephemeralContainers', undefined);
    this.#added = this.#added.concat(all.slice(this.#added.length));
  }

  /** The step that kept others waiting is done. */
  #goOn(): void {
    this.#busy = false;
    this.#after(0, () => this.#step());
  }

  #mount(pod: Pod): boolean {
    if (this.#hasSandbox) return true;
    const missing = missingVolumes(this.#host.cluster, pod);
    if (missing.length === 0) return true;
    for (const message of missing) this.#host.recorder.event(pod, 'Warning', 'FailedMount', message);
    this.#report();
    this.#after(this.#mountDelay, () => this.sync());
    this.#mountDelay = Math.min(2 * this.#mountDelay, MOUNT.longestMs);
    return false;
  }

  #makeSandbox(): void {
    this.#busy = true;
    this.#report();
    this.#after(jittered(this.#host.cluster.random, SANDBOX_MS), () => {
      const isOnHost = this.#current()?.spec.hostNetwork === true;
      this.#ip = isOnHost ? this.#host.ip() : this.#host.addresses.take();
      this.#hasSandbox = true;
      this.#goOn();
    });
  }

  /** The containers whose turn it is: init containers one by one, then all others, those that were added last. */
  #toStart(pod: Pod): readonly ContainerRun[] {
    for (const run of this.#inits) {
      if (isSidecar(run.spec) && wantsStart(pod.spec, run)) return [run];
      if (!isDone(run)) return wantsStart(pod.spec, run) ? [run] : [];
    }
    return [...this.#mains, ...this.#added].filter((run) => wantsStart(pod.spec, run));
  }

  #isOver(pod: Pod): boolean {
    const isThrough = (run: ContainerRun): boolean => run.state.terminated !== undefined && !wantsStart(pod.spec, run);
    return this.#mains.every(isThrough) || this.#inits.some((run) => isThrough(run) && !isDone(run));
  }

  #isPastDeadline(pod: Pod): boolean {
    const { activeDeadlineSeconds } = pod.spec;
    if (activeDeadlineSeconds === undefined) return false;
    const left = Date.parse(this.#startTime) + activeDeadlineSeconds * 1000 - this.#host.cluster.clock.now();
    if (left > 0) {
      this.#syncAfter(left);
      return false;
    }
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#host.recorder.event(pod, 'Normal', 'DeadlineExceeded', message);
    this.#fail({ reason: 'DeadlineExceeded', message });
    return true;
  }

  /** All has been done by itself: what only accompanied it goes. */
  #finish(): void {
    const pod = this.#current();
    for (const run of this.#inits)
      if (run.state.running !== undefined) this.#runner.kill(pod, run, undefined, () => this.#report());
    this.#report();
  }

  /** Stops everything, and takes the pod out when it is to be deleted. */
  #end(pod: Pod | undefined): void {
    if (pod === undefined || this.#isEnding) return;
    this.#isEnding = true;
    const running = [...this.#mains, ...this.#inits, ...this.#added].filter(({ state }) => state.running !== undefined);
    let left = running.length;
    const through = (): void => {
      left -= 1;
      if (left <= 0) this.#ended();
    };
    for (const run of running) this.#runner.kill(pod, run, undefined, through);
    if (running.length === 0) through();
    else if (this.#failure !== undefined) this.#report();
  }

  #ended(): void {
    this.#report();
    this.#after(0, () => {
      const pod = this.#current();
      if (pod?.metadata.deletionTimestamp !== undefined)
        this.#host.cluster.delete('pods', pod, { gracePeriodSeconds: 0, preconditions: { uid: this.#uid } });
      else this.#isEnding = false;
    });
  }

  #report(): void {
    this.#host.reports(this.#writeStatus);
  }

  readonly #writeStatus = (): void => {
    const pod = this.#current();
    if (pod === undefined) return;
    const facts = [
      pod.metadata.generation,
      this.#hasSandbox,
      this.#isEnding,
      this.#failure,
      ...[...this.#inits, ...this.#mains, ...this.#added].flatMap(factsOf),
    ];
    if (pod.status === this.#reported && facts.every((fact, index) => fact === this.#facts[index])) return;
    const known = {
      inits: this.#inits,
      mains: this.#mains,
      added: this.#added,
      hasSandbox: this.#hasSandbox,
      isEnding: this.#isEnding,
      failure: this.#failure,
      ip: this.#ip,
      hostIP: this.#host.ip(),
      startTime: this.#startTime,
    };
    this.#reported = this.#host.cluster.setStatus('pods', pod, podStatus(pod, known, this.#host.cluster.now())).status;
    this.#facts = facts;
  };

  #after(milliseconds: number, callback: () => void): void {
    this.#host.cluster.clock.after(milliseconds, () => {
      if (!this.#isForgotten) callback();
    });
  }

  /** Looks after the pod again, at the soonest time that anybody asked for. */
  #syncAfter(milliseconds: number): void {
    const wait = Math.min(milliseconds, jittered(this.#host.cluster.random, RESYNC_MS));
    const at = this.#host.cluster.clock.now() + wait;
    if (this.#wake !== undefined && this.#wake.at <= at) return;
    this.#wake?.cancel();
    const cancel = this.#host.cluster.clock.after(wait, () => {
      this.#wake = undefined;
      this.sync();
    });
    this.#wake = { at, cancel };
  }
}
