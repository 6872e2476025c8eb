import type { Program } from '../../programs/index.ts';
import type { Container, ContainerState, ContainerStatus, Pod, PodSpec, Terminated } from '../shapes.ts';
import type { BackOff } from './backoff.ts';
import { fullImageName } from './images.ts';
import { isSidecar, startsAgain } from './phase.ts';

/** Where a container stands in the specification of its pod. */
export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';

/** A container of a pod on its node, through all its restarts. */
export interface ContainerRun {
  readonly list: ContainerList;
  spec: Container;
  program: Program;
  state: ContainerState;
  /** How the run before this one ended. */
  lastEnd: Terminated | undefined;
  restarts: number;
  /** Its startup probe has succeeded, or it has none and runs. */
  started: boolean;
  ready: boolean;
  id: string | undefined;
  imageId: string;
  crash: BackOff | undefined;
  pull: { readonly backOff: BackOff; readonly error: string } | undefined;
}

const creating: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const initializing: ContainerState = { waiting: { reason: 'PodInitializing' } };

export function newRun(pod: PodSpec, spec: Container, program: Program, list: ContainerList): ContainerRun {
  const state = (pod.initContainers?.length ?? 0) > 0 ? initializing : creating;
  return {
    list,
    spec,
    program,
    state,
    lastEnd: undefined,
    restarts: 0,
    started: false,
    ready: false,
    id: undefined,
    imageId: '',
    crash: undefined,
    pull: undefined,
  };
}

/** A container that was there before its kubelet. */
export function adoptedRun(run: ContainerRun, status: ContainerStatus): ContainerRun {
  return {
    ...run,
    state: status.state,
    lastEnd: status.lastState.terminated,
    restarts: status.restartCount,
    started: status.started ?? false,
    ready: status.ready,
    id: status.containerID,
    imageId: status.imageID,
  };
}

export const endOf = ({ state, lastEnd }: ContainerRun): Terminated | undefined => state.terminated ?? lastEnd;

/** Neither runs nor is through: it has to be started, for the first time or again. */
export function wantsStart(pod: PodSpec, run: ContainerRun): boolean {
  if (run.state.running !== undefined) return false;
  const end = endOf(run);
  if (end === undefined) return true;
  return run.list !== 'ephemeralContainers' && startsAgain(pod, run.spec, end.exitCode, run.list === 'initContainers');
}

/** An init container that does not keep others from starting any more. */
export const isDone = (run: ContainerRun): boolean =>
  isSidecar(run.spec) ? run.started : run.state.terminated !== undefined && run.state.terminated.exitCode === 0;

/** All that its status depends on. */
export const factsOf = ({ state, lastEnd, restarts, started, ready, id, imageId }: ContainerRun): readonly unknown[] => [
  state,
  lastEnd,
  restarts,
  started,
  ready,
  id,
  imageId,
];

/** A container's status as the API shows it. */
export function statusOf({ spec, list, state, lastEnd, ready, started, restarts, id, imageId }: ContainerRun): ContainerStatus {
  const requests = spec.resources?.requests;
  const mounts = spec.volumeMounts?.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));
  return {
    name: spec.name,
    state,
    lastState: lastEnd === undefined ? {} : { terminated: lastEnd },
    ready,
    restartCount: restarts,
    image: id === undefined ? spec.image : fullImageName(spec.image),
    imageID: imageId,
    ...(id !== undefined && { containerID: id }),
    started,
    ...(id !== undefined && { resources: spec.resources ?? {} }),
    ...(id !== undefined && list === 'containers' && requests !== undefined && { allocatedResources: requests }),
    ...(mounts !== undefined && { volumeMounts: mounts }),
  };
}

/** How events name a container. */
export const fieldPathOf = ({ list, spec }: ContainerRun): string => `spec.${list}{${spec.name}}`;

/** How messages name a pod. */
export const podTitle = ({ metadata: { name, namespace, uid } }: Pod): string => `${name}_${namespace}(${uid})`;
