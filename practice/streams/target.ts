import type { Store } from '../model.ts';
import { badRequest, notFound } from '../status.ts';
import { KubeletRefusal } from './refusal.ts';
import type { Container, ContainerStatus, Pod, Run } from './shapes.ts';

/** A container that a stream leads to. */
export interface Target {
  readonly pod: Pod;
  readonly container: Container;
}

/** @throws StatusError (404) */
export function podAt(store: Store, namespace: string, name: string): Pod {
  const pod = store.get('pods', namespace, name);
  if (pod === undefined) throw notFound({ group: '', plural: 'pods', name });
  return pod as Pod;
}

/** @throws StatusError (400) while no node has it */
export function requireNode(pod: Pod): void {
  if (pod.spec.nodeName === undefined) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}

/**
 * The container that is meant.
 * @param name empty when the client named none, which is enough for a pod that has one
 * @throws StatusError (400)
 */
export function containerOf(pod: Pod, name: string): Container {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  const [only] = containers;
  if (name === '' && containers.length === 1 && only !== undefined) return only;
  const names = all.map((container) => container.name).join(' ');
  if (name === '') throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names}]`);
  const found = all.find((container) => container.name === name);
  if (found === undefined) throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  return found;
}

export function statusOf({ status = {} }: Pod, container: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container);
}

/** @throws KubeletRefusal (500) when it does not run now */
export function runningOf(pod: Pod, container: Container): Run {
  const running = statusOf(pod, container.name)?.state?.running;
  if (running === undefined) throw new KubeletRefusal(500, `container not found ("${container.name}")`);
  return running;
}

/** What tells one run of a container from the others. */
export function runId(pod: Pod, container: Container, run: Run): string {
  const status = statusOf(pod, container.name);
  return run.containerID ?? status?.containerID ?? `${pod.metadata.uid}/${container.name}/${run.startedAt}`;
}

/** A run whose log is asked for. */
export interface LoggedRun {
  readonly run: Run;
  readonly id: string;
  /** It goes on. */
  readonly running: boolean;
}

const WAITS_BECAUSE: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

/**
 * The run whose log the kubelet shows: the one before if that is asked for, else the present one, else the last.
 * @throws StatusError (400) when there has been none, in the kubelet's words
 */
export function loggedRun(pod: Pod, container: Container, previous: boolean): LoggedRun {
  const status = statusOf(pod, container.name);
  const named = `container "${container.name}" in pod "${pod.metadata.name}"`;
  if (status === undefined) throw badRequest(`${named} is not available`);
  const { state = {}, lastState = {} } = status;
  const logged = (run: Run, running: boolean): LoggedRun => ({
    run,
    id: running ? runId(pod, container, run) : (run.containerID ?? `${pod.metadata.uid}/${container.name}/${run.startedAt}`),
    running,
  });
  if (previous) {
    if (lastState.terminated === undefined) throw badRequest(`previous terminated ${named} not found`);
    return logged(lastState.terminated, false);
  }
  if (state.running !== undefined) return logged(state.running, true);
  const last = state.terminated ?? lastState.terminated;
  if (last !== undefined) return logged(last, false);
  const reason = state.waiting?.reason;
  if (reason === undefined) throw badRequest(`${named} is waiting to start - no logs yet`);
  throw badRequest(`${named} is waiting to start: ${WAITS_BECAUSE[reason] ?? reason}`);
}
