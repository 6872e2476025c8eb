import {
  at,
  getObject,
  isKubernetesError,
  listAt,
  textAt,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../../../kubernetes/index.ts';
import { systemClock, type Clock } from '../../../platform/index.ts';
import { containerResult, containerState, type ContainerResult } from '../container-result.ts';
import { BEGIN_SECONDS } from './debug.ts';

/** A debugging container. */
export interface Debugging {
  readonly namespace?: string | undefined;
  readonly pod: string;
  readonly container: string;
}

/** How a debugging container has ended, or why it has not. */
export interface DebugResult extends ContainerResult {
  /** What the kubelet or the scheduler says of it, where it has not begun. Text from outside. */
  readonly message: string | undefined;
}

export interface DebugWait {
  /** How long the command may take. For its beginning there is `BEGIN_SECONDS` besides. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
  /** Hears of every look at the pod that has to be repeated. */
  readonly say?: ((text: string) => void) | undefined;
}

/** Between two looks at a pod, in milliseconds: doubled up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2_000;

/** Why a container waits that will not begin by itself. */
const STUCK: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

/**
 * The debugging container that a change has brought: an ephemeral one that was not there before, or the last one of a pod
 * that was made for it.
 */
export function debuggerOf(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string | undefined {
  const namesOf = (pod: KubernetesObject | undefined, field: string): readonly string[] =>
    listAt(pod, 'spec', field).flatMap((container) => textAt(container, 'name') ?? []);
  if (before === undefined) return namesOf(after, 'containers').at(-1);
  const known = new Set(namesOf(before, 'ephemeralContainers'));
  return namesOf(after, 'ephemeralContainers').find((name) => !known.has(name));
}

/** Waits for the end of a debugging container, and tells its exit code and what it wrote. What cannot be seen is told as the reason. */
export async function debugResult(connection: Connection, wanted: Debugging, wait: DebugWait): Promise<DebugResult> {
  try {
    const { kind } = await connection.resolve('pods');
    const pod = await ended(connection, kind, wanted, wait);
    const result = await containerResult(connection, pod, wanted.container);
    const waiting = at(containerState(pod, wanted.container), 'waiting');
    const unscheduled = listAt(pod, 'status', 'conditions').find(
      (entry) => textAt(entry, 'type') === 'PodScheduled' && textAt(entry, 'status') === 'False',
    );
    const running = at(containerState(pod, wanted.container), 'running');
    const still = running === undefined ? undefined : `still running after ${wait.seconds} s`;
    return {
      ...result,
      reason: result.reason ?? textAt(unscheduled, 'reason') ?? still,
      message: textAt(pod, 'status', 'message') ?? textAt(waiting, 'message') ?? textAt(unscheduled, 'message'),
    };
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    return { exitCode: undefined, reason: error.code, message: error.message, output: undefined, cut: false };
  }
}

/** The pod when the container has ended, or cannot begin, or the time is up. */
async function ended(
  connection: Connection,
  kind: ResourceKind,
  { namespace, pod: name, container }: Debugging,
  { seconds, signal, clock = systemClock, say }: DebugWait,
): Promise<KubernetesObject> {
  let until = clock.now() + (seconds + BEGIN_SECONDS) * 1_000;
  let running = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const pod = await getObject(connection, kind, { namespace, name });
    if (!running && at(containerState(pod, container), 'running') !== undefined) {
      running = true;
      until = clock.now() + seconds * 1_000;
    }
    if (isOver(pod, container) || signal.aborted || clock.now() + pause > until) return pod;
    say?.(`waiting for the end of ${container} in pod ${name}${running ? '' : ', which has not begun'}`);
    await clock.sleep(pause);
  }
}

function isOver(pod: KubernetesObject, container: string): boolean {
  const state = containerState(pod, container);
  if (at(state, 'terminated') !== undefined) return true;
  return STUCK.has(textAt(state, 'waiting', 'reason') ?? '') || textAt(pod, 'status', 'phase') === 'Failed';
}
