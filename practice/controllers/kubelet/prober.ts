import type { Pod, Probe } from '../shapes.ts';
import { fieldPathOf, type ContainerRun } from './container-run.ts';
import type { Host } from './host.ts';
import { failureOf, failureThreshold, firstProbeMs, periodMs, probeFailure, type Failing, type ProbeName } from './probes.ts';

interface Surroundings {
  readonly host: Host;
  readonly current: () => Pod | undefined;
  readonly ip: () => string;
  readonly changed: () => void;
  readonly kill: (run: ContainerRun, message: string) => void;
}

/**
 * Asks containers how they are. What they answer follows from their programs, so it asks only as long as the answer is
 * no, and when it is going to be.
 */
export class Prober {
  readonly #pod: Surroundings;

  constructor(pod: Surroundings) {
    this.#pod = pod;
  }

  /** Probes one run of a container until it ends. */
  watch(run: ContainerRun, startedAt: number): void {
    const { startupProbe } = run.spec;
    if (startupProbe !== undefined && !run.started) return this.#untilStarted(run, startupProbe, startedAt);
    this.#onceStarted(run, startedAt);
  }

  #onceStarted(run: ContainerRun, startedAt: number): void {
    const { readinessProbe, livenessProbe } = run.spec;
    run.started = true;
    if (readinessProbe === undefined) run.ready = run.list === 'containers' || run.spec.restartPolicy === 'Always';
    else if (!run.ready) this.#untilReady(run, readinessProbe, startedAt);
    if (livenessProbe !== undefined) this.#whileAlive(run, livenessProbe, startedAt);
  }

  #untilStarted(run: ContainerRun, probe: Probe, startedAt: number): void {
    let failures = 0;
    this.#repeat(run, probe, startedAt + firstProbeMs(probe), () => {
      const failing = failureOf(probe) ?? this.#notReady(run, startedAt);
      if (failing === undefined) {
        this.#onceStarted(run, startedAt);
        this.#pod.changed();
        return false;
      }
      failures += 1;
      return this.#refuse(run, 'Startup', probe, failing, failures);
    });
  }

  #untilReady(run: ContainerRun, probe: Probe, startedAt: number): void {
    this.#repeat(run, probe, Math.max(startedAt + firstProbeMs(probe), this.#now()), () => {
      const failing = failureOf(probe) ?? this.#notReady(run, startedAt);
      if (failing !== undefined) return this.#refuse(run, 'Readiness', probe, failing);
      run.ready = true;
      this.#pod.changed();
      return false;
    });
  }

  #whileAlive(run: ContainerRun, probe: Probe, startedAt: number): void {
    const unhealthyAfterSeconds = failureOf(probe) === undefined ? run.program.unhealthyAfterSeconds : 0;
    if (unhealthyAfterSeconds === undefined) return;
    const first = startedAt + firstProbeMs(probe);
    const missed = Math.max(Math.ceil((startedAt + unhealthyAfterSeconds * 1000 - first) / periodMs(probe)), 0);
    let failures = 0;
    this.#repeat(run, probe, first + missed * periodMs(probe), () => {
      failures += 1;
      return this.#refuse(run, 'Liveness', probe, 'unhealthy', failures);
    });
  }

  /** How the readiness of a container fails at this time, if it does. */
  #notReady({ program: { readyAfterSeconds = 1 } }: ContainerRun, startedAt: number): Failing | undefined {
    if (readyAfterSeconds === 'never') return 'unhealthy';
    return this.#now() < startedAt + readyAfterSeconds * 1000 ? 'refused' : undefined;
  }

  /** Says that a probe failed, and kills the container when that was once too often. @returns whether to ask again */
  #refuse(run: ContainerRun, name: ProbeName, probe: Probe, failing: Failing, failures?: number): boolean {
    const pod = this.#pod.current();
    if (pod === undefined) return false;
    const message = probeFailure(name, probe, run.spec, this.#pod.ip(), failing);
    this.#pod.host.recorder.event(pod, 'Warning', 'Unhealthy', message, fieldPathOf(run));
    if (failures === undefined || failures < failureThreshold(probe)) return true;
    this.#pod.kill(run, `Container ${run.spec.name} failed ${name.toLowerCase()} probe, will be restarted`);
    return false;
  }

  /** Asks at a time and then in the probe's period, as long as the run lasts and `ask` wants it. */
  #repeat(run: ContainerRun, probe: Probe, at: number, ask: () => boolean): void {
    const { state } = run;
    const tick = (): void => {
      const isOn = run.state === state && this.#pod.current()?.metadata.deletionTimestamp === undefined;
      if (isOn && ask()) this.#pod.host.cluster.clock.after(periodMs(probe), tick);
    };
    this.#pod.host.cluster.clock.after(at - this.#now(), tick);
  }

  #now(): number {
    return this.#pod.host.cluster.clock.now();
  }
}
