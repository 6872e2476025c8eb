import { conditionOf, transitioned } from '../conditions.ts';
import type { Condition, ContainerStatus, Phase, Pod } from '../shapes.ts';
import { isSidecar } from './phase.ts';

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

/** What a kubelet knows of a pod when it judges it. */
export interface Judged {
  readonly pod: Pod;
  readonly phase: Phase;
  /** Its network is there. */
  readonly hasSandbox: boolean;
  readonly statuses: readonly ContainerStatus[];
  readonly initStatuses: readonly ContainerStatus[];
}

const TRUE: Verdict = { status: 'True' };
const listed = (names: readonly string[]): string => `[${names.join(' ')}]`;

function initialised({ pod, phase, statuses, initStatuses }: Judged): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (statuses.some(({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated)) return TRUE;
  const incomplete = (pod.spec.initContainers ?? []).filter((container) => {
    const status = initStatuses.find(({ name }) => name === container.name);
    return isSidecar(container) ? status?.started !== true : status?.ready !== true;
  });
  if (incomplete.length === 0) return TRUE;
  const names = listed(incomplete.map(({ name }) => name));
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${names}` };
}

function containersReady({ pod, phase, statuses, initStatuses }: Judged): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const unready = [...initStatuses.filter(({ name }) => sidecars.has(name)), ...statuses].filter(({ ready }) => !ready);
  if (unready.length === 0) return TRUE;
  const names = listed(unready.map(({ name }) => name));
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: ${names}` };
}

function ready(judged: Judged): Verdict {
  const verdict = containersReady(judged);
  if (verdict.status !== 'True') return verdict;
  const complaints = (judged.pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = conditionOf(judged.pod.status?.conditions, conditionType);
    if (gate === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return gate.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  return complaints.length === 0 ? TRUE : { status: 'False', reason: 'ReadinessGatesNotReady', message: complaints.join(', ') };
}

/** The conditions that are the kubelet's, in the order in which it writes them. */
const CONDITIONS: readonly { readonly type: string; readonly judge: (judged: Judged) => Verdict }[] = [
  { type: 'PodReadyToStartContainers', judge: ({ hasSandbox }) => ({ status: hasSandbox ? 'True' : 'False' }) },
  { type: 'Initialized', judge: initialised },
  { type: 'Ready', judge: ready },
  { type: 'ContainersReady', judge: containersReady },
  { type: 'PodScheduled', judge: () => TRUE },
];

const OURS = new Set(CONDITIONS.map(({ type }) => type));

/** A pod's conditions as they are now: those of others first, as they are. */
export function podConditions(judged: Judged, now: string): readonly Condition[] {
  const before = judged.pod.status?.conditions ?? [];
  const observedGeneration = judged.pod.metadata.generation;
  const own = CONDITIONS.map(({ type, judge }) =>
    transitioned(
      before,
      { type, ...(observedGeneration !== undefined && { observedGeneration }), lastProbeTime: null, ...judge(judged) },
      now,
    ),
  );
  return [...before.filter(({ type }) => !OURS.has(type)), ...own];
}
