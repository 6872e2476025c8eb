import { endingOf } from '../../programs/index.ts';
import type { Pod } from '../shapes.ts';
import { flat } from '../../flat.ts';
import { hexId } from '../../random.ts';
import { timestamp } from '../../timestamp.ts';
import { backOffLeft, nextBackOff } from './backoff.ts';
import { fieldPathOf, podTitle, type ContainerRun } from './container-run.ts';
import { goDuration } from './go-duration.ts';
import { jittered, type Host } from './host.ts';
import { factsOfImage, pullError } from './images.ts';
import { environmentNames, missingConfig } from './missing.ts';
import { Prober } from './prober.ts';

/** How long a kubelet waits before it tries again what failed for no reason of its own. */
const RETRY_MS = 10_000;
/** How long it takes to see that a container has ended. */
const RELIST_MS = 1000;
/** How long a program needs to stop when it is asked to. */
const STOP_MS = 1000;
/** How long a pull takes of which the program says nothing. */
const PULL_MS = 1000;
/** Also a program that ends at once is seen running. */
const BRIEF_MS = 200;
/** The exit code of what was killed: 128 and the number of SIGKILL. */
const KILLED = 137;

/** As the first process of a container they have no handler for SIGTERM, which then means nothing. */
const DEAF = /^(.*\/)?(sh|ash|bash|dash|sleep|tail)$/;

/** The pod that containers belong to, as far as they need it. */
export interface Surroundings {
  readonly host: Host;
  readonly current: () => Pod | undefined;
  readonly ip: () => string;
  /** A container's state has changed. */
  readonly changed: () => void;
  /** Asks for the pod to be looked after again. */
  readonly sync: (milliseconds: number) => void;
}

type Step = () => void;

/** Pulls, creates, starts, watches and kills the containers of one pod. */
export class ContainerRunner {
  readonly #pod: Surroundings;
  readonly #prober: Prober;
  #isStopped = false;

  constructor(pod: Surroundings) {
    this.#pod = pod;
    this.#prober = new Prober({
      host: pod.host,
      current: pod.current,
      ip: pod.ip,
      changed: pod.changed,
      kill: (run, message) => this.kill(pod.current(), run, message, () => this.#look()),
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Tries to start a container; `done` when there is nothing more to wait for, whether it runs or not. */
  start(pod: Pod, run: ContainerRun, done: Step): void {
    if (this.#isBackingOff(pod, run)) return done();
    const { image, imagePullPolicy = 'IfNotPresent' } = run.spec;
    const isThere = this.#pod.host.pulled.has(image);
    if (isThere && imagePullPolicy !== 'Always') {
      this.#say(
        pod,
        run,
        'Normal',
        'Pulled',
        `Container image "${image}" already present on machine and can be accessed by the pod`,
      );
      return this.#create(pod, run, done);
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.#say(pod, run, 'Warning', 'ErrImageNeverPull', message);
      return this.#fail(pod, run, 'ErrImageNeverPull', message, done);
    }
    this.#pull(pod, run, done);
  }

  /** Watches a container that runs already. */
  goOn(run: ContainerRun): void {
    const startedAt = run.state.running?.startedAt;
    if (startedAt === undefined) return;
    this.#pod.host.pulled.add(run.spec.image);
    this.#watch(run, Date.parse(startedAt));
  }

  /** Asks a container to stop, and makes it when it does not. @param message @default it is stopped with its pod */
  kill(pod: Pod | undefined, run: ContainerRun, message: string | undefined, done: Step): void {
    if (pod === undefined) return done();
    this.#say(pod, run, 'Normal', 'Killing', message ?? `Stopping container ${run.spec.name}`);
    const { deletionGracePeriodSeconds } = pod.metadata;
    const grace = 1000 * (deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
    const hangs = this.#hangs(run);
    const { state } = run;
    this.#pod.host.cluster.clock.after(hangs ? grace : Math.min(STOP_MS, grace), () => {
      if (this.#isStopped) return;
      // It may have ended by itself meanwhile.
      if (run.state === state) this.#end(run, hangs ? { code: KILLED, reason: 'Error' } : { code: 0, reason: 'Completed' });
      done();
    });
  }

  /** Whether it has to be killed: a program that does not answer its probes does not hear signals either. */
  #hangs({ state, spec, program: { unhealthyAfterSeconds } }: ContainerRun): boolean {
    if (DEAF.test(spec.command?.[0] ?? '')) return true;
    if (state.running === undefined || unhealthyAfterSeconds === undefined) return false;
    return this.#now() - Date.parse(state.running.startedAt) >= unhealthyAfterSeconds * 1000;
  }

  #isBackingOff(pod: Pod, run: ContainerRun): boolean {
    const end = run.state.terminated ?? run.lastEnd;
    if (end === undefined || end.finishedAt === null) return false;
    const failedAt = Date.parse(end.finishedAt);
    const left = backOffLeft(run.crash, failedAt, this.#now());
    if (left === 0) return false;
    const { name } = run.spec;
    const reason = `restarting failed container`;
    this.#say(pod, run, 'Warning', 'BackOff', `Back-off ${reason} ${name} in pod ${podTitle(pod)}`);
    const wait = goDuration(run.crash?.milliseconds ?? 0);
    this.#wait(run, 'CrashLoopBackOff', `back-off ${wait} ${reason}=${name} pod=${podTitle(pod)}`);
    this.#pod.sync(Math.min(left, jittered(this.#pod.host.cluster.random, RETRY_MS)));
    return true;
  }

  #pull(pod: Pod, run: ContainerRun, done: Step): void {
    const { image } = run.spec;
    const { pulled } = this.#pod.host;
    const now = this.#now();
    if (run.pull !== undefined && backOffLeft(run.pull.backOff, run.pull.backOff.since, now) > 0) {
      const message = `Back-off pulling image "${image}"`;
      this.#say(pod, run, 'Normal', 'BackOff', message);
      return this.#fail(pod, run, 'ImagePullBackOff', `${message}: ErrImagePull: ${run.pull.error}`, done, 'ImagePullBackOff');
    }
    this.#say(pod, run, 'Normal', 'Pulling', `Pulling image "${image}"`);
    const { seconds, error } = run.program.pull ?? {};
    const isThere = pulled.has(image);
    const takes = isThere
      ? PULL_MS / 4
      : seconds === undefined
        ? jittered(this.#pod.host.cluster.random, PULL_MS)
        : seconds * 1000;
    this.#after(takes, run, () => {
      if (error === undefined) {
        pulled.add(image);
        run.pull = undefined;
        const took = goDuration(takes);
        const { bytes } = factsOfImage(image);
        const size = `Image size: ${bytes} bytes.`;
        this.#say(
          pod,
          run,
          'Normal',
          'Pulled',
          `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`,
        );
        return this.#create(pod, run, done);
      }
      const text = pullError(image, error);
      this.#say(pod, run, 'Warning', 'Failed', `Failed to pull image "${image}": ${text}`);
      run.pull = { backOff: nextBackOff(run.pull?.backOff, this.#now(), this.#now()), error: text };
      this.#fail(pod, run, 'ErrImagePull', text, done, 'ErrImagePull');
    });
  }

  #create(pod: Pod, run: ContainerRun, done: Step): void {
    const { cluster } = this.#pod.host;
    const missing = missingConfig(cluster, pod, run.spec);
    if (missing !== undefined) return this.#fail(pod, run, 'CreateContainerConfigError', missing, done);
    const end = run.state.terminated ?? run.lastEnd;
    if (end !== undefined) {
      run.restarts += 1;
      run.lastEnd = end;
      run.crash = nextBackOff(run.crash, Date.parse(end.finishedAt ?? ''), this.#now());
    }
    run.imageId = factsOfImage(run.spec.image).id;
    run.id = flat(`containerd://${hexId(cluster.random)}`);
    run.state = { running: { startedAt: timestamp(this.#now()) } };
    this.#say(pod, run, 'Normal', 'Created', 'Container created');
    this.#say(pod, run, 'Normal', 'Started', 'Container started');
    this.#watch(run, this.#now());
    done();
  }

  /** From here on time decides what becomes of it. */
  #watch(run: ContainerRun, startedAt: number): void {
    const pod = this.#pod.current();
    if (pod === undefined) return;
    this.#prober.watch(run, startedAt);
    const ending = endingOf(run.program, environmentNames(this.#pod.host.cluster, pod, run.spec));
    if (ending === undefined) return;
    this.#after(Math.max(startedAt + ending.afterSeconds * 1000 - this.#now(), BRIEF_MS), run, () => {
      this.#end(run, ending);
      this.#look();
    });
  }

  #end(run: ContainerRun, how: { readonly code: number; readonly reason: string; readonly message?: string }): void {
    const { code, reason, message } = how;
    const startedAt = run.state.running?.startedAt ?? null;
    run.state = {
      terminated: {
        exitCode: code,
        reason,
        ...(message !== undefined && { message }),
        startedAt,
        finishedAt: timestamp(this.#now()),
        ...(run.id !== undefined && { containerID: run.id }),
      },
    };
    run.started = false;
    run.ready = run.list === 'initContainers' && code === 0;
  }

  /** A container has ended, which its kubelet sees a little later. */
  #look(): void {
    this.#pod.changed();
    this.#pod.sync(RELIST_MS);
  }

  #wait(run: ContainerRun, reason: string, message: string): void {
    const { waiting } = run.state;
    if (waiting?.reason === reason && waiting.message === message) return;
    run.lastEnd = run.state.terminated ?? run.lastEnd;
    run.state = { waiting: { reason, message } };
  }

  /** It cannot be started now. @param said what the event says. @default the message */
  #fail(pod: Pod, run: ContainerRun, reason: string, message: string, done: Step, said = message): void {
    this.#say(pod, run, 'Warning', 'Failed', `Error: ${said}`);
    this.#wait(run, reason, message);
    this.#pod.sync(jittered(this.#pod.host.cluster.random, RETRY_MS));
    done();
  }

  #say(pod: Pod, run: ContainerRun, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#pod.host.recorder.event(pod, type, reason, message, fieldPathOf(run));
  }

  #now(): number {
    return this.#pod.host.cluster.clock.now();
  }

  /** Later, if the container is then still in the run that it is in now. */
  #after(milliseconds: number, run: ContainerRun, callback: Step): void {
    const { id, state } = run;
    this.#pod.host.cluster.clock.after(milliseconds, () => {
      if (!this.#isStopped && run.id === id && (state.running === undefined || run.state === state)) callback();
    });
  }
}
