import { shortDuration } from '../../platform/index.ts';
import { at, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { parseConfiguration, sayConfiguration } from './configuration.ts';
import { lastExit, sayContainer, type ContainerView } from './containers.ts';
import { ranFor, sayExit, type Exit } from './exits.ts';
import { refOf, secondsSince, type Finding } from './finding.ts';
import { IMAGE_REASONS, parsePull } from './image.ts';
import { counted, oneLine, unwrapped } from './words.ts';

/** A container that ended less than this long ago may end again, in seconds: the longest back-off is 5 minutes. */
const RECENT = 30 * 60;
/** So many restarts are more than a start that had to wait for something. */
const OFTEN = 3;

/** Waiting reasons of a container that runtime or kubelet could not start, and how they are said. */
const START_FAILURES: Readonly<Record<string, string>> = {
  CreateContainerConfigError: 'cannot be configured',
  CreateContainerError: 'cannot be created',
  RunContainerError: 'cannot be started',
  StartError: 'cannot be started',
  ContainerCannotRun: 'cannot be started',
  PreCreateHookError: 'cannot be created',
  PreStartHookError: 'cannot be started',
  PostStartHookError: 'is killed by its postStart hook',
};

/** What is the matter with one container, by its own state. */
export function containerTrouble(pod: KubernetesObject, container: ContainerView, now: number): Finding[] {
  const { state } = container;
  if (state.is === 'waiting') return waitingTrouble(pod, container, state.reason, state.message);
  if (state.is === 'terminated') return endedTrouble(pod, container, state.exit);
  if (state.is === 'running') return runningTrouble(pod, container, now);
  return [];
}

function waitingTrouble(pod: KubernetesObject, container: ContainerView, reason: string, message: string | undefined): Finding[] {
  const found = finding(pod, container);
  const evidence = { path: `${container.path}.state.waiting.reason`, value: reason };
  if (IMAGE_REASONS.has(reason)) {
    const { says } = parsePull(reason, message);
    const why = `image "${textAt(container.spec, 'image') ?? ''}"${says === undefined ? '' : `: ${says}`}`;
    return [
      {
        ...found,
        severity: 'broken',
        code: 'image-pull',
        what: `${sayContainer(container)} cannot pull its image (${reason})`,
        why,
        evidence,
      },
    ];
  }
  if (reason === 'CrashLoopBackOff') return [crash(pod, container, lastExit(container), 'CrashLoopBackOff')];
  const failure = START_FAILURES[reason];
  if (failure === undefined) return [];
  const missing = parseConfiguration(message);
  const what = `${sayContainer(container)} ${failure} (${reason})`;
  if (missing !== undefined)
    return [{ ...found, severity: 'broken', code: 'config-missing', what, why: sayConfiguration(missing), evidence }];
  return [
    { ...found, severity: 'broken', code: 'container-start', what, quote: oneLine(message && unwrapped(message)), evidence },
  ];
}

/** It has ended and nobody has started it again, yet or ever. */
function endedTrouble(pod: KubernetesObject, container: ContainerView, exit: Exit): Finding[] {
  // An init or job container that ended well has done its work, and an ended debugger concerns nobody.
  if (container.role === 'ephemeral' || (exit.code === 0 && exit.reason !== 'OOMKilled')) return [];
  const policy = textAt(container.spec, 'restartPolicy') ?? textAt(pod, 'spec', 'restartPolicy') ?? 'Always';
  if (policy !== 'Never') return [crash(pod, container, exit, exit.reason)];
  return [crash(pod, container, exit, textAt(pod, 'status', 'reason') ?? exit.reason, 'container-failed')];
}

function runningTrouble(pod: KubernetesObject, container: ContainerView, now: number): Finding[] {
  const { last, restarts } = container;
  if (last === undefined) return [];
  const recent = secondsSince(last.finishedAt, now) < RECENT;
  if (!recent) return [];
  if (last.reason === 'OOMKilled')
    return [{ ...crash(pod, container, last, 'runs again'), severity: restarts >= OFTEN ? 'broken' : 'warning' }];
  if (restarts < OFTEN) return [];
  const what = `${sayContainer(container)} keeps restarting (${counted(restarts, 'restart')}), runs again now`;
  return [
    {
      ...finding(pod, container),
      severity: 'warning',
      code: 'restarting',
      what,
      ...whyExit(container, last),
      since: last.finishedAt,
    },
  ];
}

/** A container that ends again and again, or ended for good. */
function crash(
  pod: KubernetesObject,
  container: ContainerView,
  exit: Exit | undefined,
  state: string,
  code: 'crash-loop' | 'container-failed' = 'crash-loop',
): Finding {
  const restarts = container.restarts === 0 ? '' : `, ${counted(container.restarts, 'restart')}`;
  const base = { ...finding(pod, container), severity: 'broken' as const, since: exit?.finishedAt };
  const evidence = {
    path: `${container.path}.${container.state.is === 'terminated' ? 'state' : 'lastState'}.terminated`,
    value: exit?.reason ?? state,
  };
  const name = sayContainer(container);
  if (exit?.reason === 'OOMKilled') {
    return {
      ...base,
      code: 'oom-killed',
      what: `${name} is killed for its memory (${state === 'OOMKilled' ? state : `OOMKilled, ${state}`}${restarts})`,
      ...whyExit(container, exit),
      evidence,
    };
  }
  const does =
    code === 'container-failed'
      ? 'failed'
      : exit === undefined
        ? 'keeps crashing'
        : exit.killed
          ? 'is killed again and again'
          : endsHow(exit);
  return { ...base, code, what: `${name} ${does} (${state}${restarts})`, ...whyExit(container, exit), evidence };
}

function endsHow(exit: Exit): string {
  const seconds = ranFor(exit);
  if (seconds === undefined) return 'keeps ending';
  return seconds < 5 ? 'ends at once, again and again' : `ends after ${shortDuration(seconds)}, again and again`;
}

function whyExit(container: ContainerView, exit: Exit | undefined): Pick<Finding, 'why' | 'quote'> {
  if (exit === undefined) return {};
  if (exit.reason === 'OOMKilled') {
    const limit = textAt(container.spec, 'resources', 'limits', 'memory');
    return {
      why: limit === undefined ? 'the node ran out of memory; the container has no memory limit' : `limit ${limit} reached`,
    };
  }
  if (exit.code === 0) return { why: 'exit 0: its process ends by itself, and is started again' };
  return { why: sayExit(exit), quote: exit.message };
}

function finding(pod: KubernetesObject, container: ContainerView): Pick<Finding, 'subject'> {
  return { subject: { ...refOf(pod), container: container.name } };
}

/** The probe of a container, as a person would say it: `GET :8080/healthz`, `tcp :5432`, `exec`. */
export function sayProbe(probe: unknown): string {
  const http = at(probe, 'httpGet');
  if (http !== undefined) return `GET :${portAt(http)}${textAt(http, 'path') ?? '/'}`;
  const tcp = at(probe, 'tcpSocket');
  if (tcp !== undefined) return `tcp :${portAt(tcp)}`;
  const grpc = at(probe, 'grpc');
  return grpc === undefined ? 'exec' : `grpc :${portAt(grpc)}`;
}

function portAt(handler: unknown): string | number {
  return numberAt(handler, 'port') ?? textAt(handler, 'port') ?? '';
}
