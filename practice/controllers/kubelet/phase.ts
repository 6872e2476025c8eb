import type { Container, ContainerStatus, Phase, PodSpec, Terminated } from '../shapes.ts';

/** A container that the pod comes with as long as it lives, though it stands among the init containers. */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** Whether a container that ended is started again. */
export function startsAgain(spec: PodSpec, container: Container, code: number, isInit: boolean): boolean {
  if (isSidecar(container)) return true;
  if (spec.restartPolicy === 'Never') return false;
  return isInit || spec.restartPolicy === 'OnFailure' ? code !== 0 : true;
}

const endOf = ({ state, lastState }: ContainerStatus): Terminated | undefined => state.terminated ?? lastState.terminated;

/** How far initialisation is: what still has to come, and whether it failed for good. */
function initialisation(spec: PodSpec, statuses: readonly ContainerStatus[], started: boolean): Phase | undefined {
  let pending = false;
  for (const container of spec.initContainers ?? []) {
    const status = statuses.find(({ name }) => name === container.name);
    const end = status && endOf(status);
    if (isSidecar(container)) {
      pending ||= !started && end === undefined && status?.started !== true;
      continue;
    }
    if (end !== undefined && end.exitCode !== 0 && !startsAgain(spec, container, end.exitCode, true)) return 'Failed';
    pending ||= end === undefined || status?.state.running !== undefined;
  }
  return pending ? 'Pending' : undefined;
}

/**
 * The phase that a kubelet gives a pod.
 * @param isOver nothing is started any more, whatever the restart policy says
 */
export function phaseOf(
  spec: PodSpec,
  statuses: readonly ContainerStatus[],
  initStatuses: readonly ContainerStatus[],
  isOver: boolean,
): Phase {
  const started = statuses.some(({ state, lastState }) => state.waiting === undefined || lastState.terminated !== undefined);
  const early = initialisation(spec, initStatuses, started);
  if (early !== undefined) return early;
  if (statuses.some((status) => status.state.waiting !== undefined && endOf(status) === undefined)) return 'Pending';
  const restarts = spec.containers.some((container) => {
    const status = statuses.find(({ name }) => name === container.name);
    const end = status && endOf(status);
    return (
      status?.state.running !== undefined || (!isOver && end !== undefined && startsAgain(spec, container, end.exitCode, false))
    );
  });
  if (restarts) return 'Running';
  return statuses.every((status) => endOf(status)?.exitCode === 0) ? 'Succeeded' : 'Failed';
}
