import type { Named } from './column.ts';

/** A pod, as far as its row is made from it. */
export interface Pod extends Named {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly InitContainer[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly nominatedNodeName?: string;
    readonly conditions?: readonly PodCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface InitContainer {
  readonly name: string;
  readonly restartPolicy?: string;
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: Terminated;
}

interface Terminated {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  /** The API writes null when it does not know. */
  readonly finishedAt?: string | null;
}

/** What a pod's containers come to in one row. */
export interface PodSummary {
  readonly status: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When one that was restarted had ended, in milliseconds since the epoch; missing when nothing says. */
  readonly lastRestart: number | undefined;
}

/** A part of a summary: of init containers or of containers. */
interface Part {
  readonly status: string | undefined;
  readonly ready: number;
  readonly restarted: readonly ContainerStatus[];
}

/**
 * The status is the pod's own word, unless its containers say more, unless it is going.
 * Source: what kube-apiserver prints; https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function summaryOf(pod: Pod): PodSummary {
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar);
  const init = initializing(pod, new Set(sidecars.map(({ name }) => name)));
  const isPast = init.status === undefined || hasCondition(pod, 'Initialized');
  const main = isPast ? running(pod, init.status ?? ownWord(pod)) : NOTHING;
  // Init containers that ran to their end count no more once the pod runs; sidecars do.
  const isSidecarStatus = ({ name }: ContainerStatus) => sidecars.some((sidecar) => sidecar.name === name);
  const before = isPast ? init.restarted.filter(isSidecarStatus) : init.restarted;
  const restarted = [...before, ...main.restarted];
  return {
    status: goingWord(pod) ?? main.status ?? init.status ?? ownWord(pod),
    ready: init.ready + main.ready,
    total: (pod.spec?.containers?.length ?? 0) + sidecars.length,
    restarts: restarted.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    lastRestart: latest(restarted.map(({ lastState }) => lastState?.terminated?.finishedAt)),
  };
}

const NOTHING: Part = { status: undefined, ready: 0, restarted: [] };

const isSidecar = ({ restartPolicy }: InitContainer): boolean => restartPolicy === 'Always';

export const hasCondition = ({ status }: Pod, type: string): boolean =>
  status?.conditions?.find((condition) => condition.type === type)?.status === 'True';

function ownWord({ status }: Pod): string {
  const isGated = status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  if (isGated === true) return 'SchedulingGated';
  return status?.reason !== undefined && status.reason !== '' ? status.reason : (status?.phase ?? '');
}

/** A pod that is going says so, unless it has ended; what an unreachable node does with it nobody knows. */
function goingWord({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating';
}

/** Init containers run one after the other: the first that is not through says where the pod is. */
function initializing({ spec, status }: Pod, sidecars: ReadonlySet<string>): Part {
  const statuses = status?.initContainerStatuses ?? [];
  let ready = 0;
  for (const [index, container] of statuses.entries()) {
    if (container.state?.terminated !== undefined && (container.state.terminated.exitCode ?? 0) === 0) continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready === true) ready++;
      continue;
    }
    const word = initWord(container.state) ?? `${index}/${spec?.initContainers?.length ?? 0}`;
    return { status: `Init:${word}`, ready, restarted: statuses.slice(0, index + 1) };
  }
  return { status: undefined, ready, restarted: statuses };
}

function initWord({ terminated, waiting }: ContainerState = {}): string | undefined {
  if (terminated !== undefined) return endWord(terminated);
  return waiting?.reason === '' || waiting?.reason === 'PodInitializing' ? undefined : waiting?.reason;
}

function endWord({ reason = '', signal = 0, exitCode = 0 }: Terminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** Of several containers that wait or have ended the first one speaks for the pod. */
function running(pod: Pod, before: string): Part {
  const statuses = pod.status?.containerStatuses ?? [];
  let status = before;
  let failure: string | undefined;
  let ready = 0;
  for (const { state = {}, ready: isReady } of statuses.toReversed()) {
    if (state.waiting?.reason !== undefined && state.waiting.reason !== '') status = state.waiting.reason;
    else if (state.terminated !== undefined) {
      status = endWord(state.terminated);
      if ((state.terminated.exitCode ?? 0) !== 0) failure = status;
    } else if (isReady === true && state.running !== undefined) ready++;
  }
  // One that has done its work does not make the pod completed while others run or failed.
  if (status === 'Completed') status = incompleteWord(pod, ready > 0, failure) ?? status;
  return { status, ready, restarted: statuses };
}

function incompleteWord(pod: Pod, isRunning: boolean, failure: string | undefined): string | undefined {
  if (isRunning && hasCondition(pod, 'Ready')) return 'Running';
  return failure ?? (isRunning ? 'NotReady' : undefined);
}

function latest(times: readonly (string | null | undefined)[]): number | undefined {
  const known = times.flatMap((time) => (time === undefined || time === null ? [] : [Date.parse(time)]));
  return known.length === 0 ? undefined : Math.max(...known);
}
