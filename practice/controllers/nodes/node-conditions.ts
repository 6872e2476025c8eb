import { transitioned } from '../conditions.ts';
import type { Condition } from '../shapes.ts';
import type { Pressure } from './health.ts';

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

interface Row {
  readonly type: string;
  readonly fine: Verdict;
  /** What is said when the machine is short of something. */
  readonly short?: Verdict & { readonly of: Pressure };
}

/** What kubelets say of their nodes, in the order in which they write it. */
const CONDITIONS: readonly Row[] = [
  {
    type: 'MemoryPressure',
    fine: { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
    short: {
      of: 'memory',
      status: 'True',
      reason: 'KubeletHasInsufficientMemory',
      message: 'kubelet has insufficient memory available',
    },
  },
  {
    type: 'DiskPressure',
    fine: { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
    short: { of: 'disk', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  },
  {
    type: 'PIDPressure',
    fine: { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
    short: { of: 'pid', status: 'True', reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' },
  },
  { type: 'Ready', fine: { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' } },
];

/** A node's conditions as its kubelet writes them now. */
export function nodeConditions(
  before: readonly Condition[] | undefined,
  pressure: Pressure | undefined,
  now: string,
): readonly Condition[] {
  return CONDITIONS.map(({ type, fine, short }) => {
    const { status, reason, message } = short !== undefined && short.of === pressure ? short : fine;
    const condition: Condition = { type, status, lastHeartbeatTime: now, ...(reason && { reason }), ...(message && { message }) };
    return transitioned(before, condition, now);
  });
}

/** The same when nothing is heard of the kubelet any more. */
export const unknownConditions = (before: readonly Condition[] | undefined, now: string): readonly Condition[] =>
  (before ?? []).map((condition) =>
    transitioned(
      before,
      { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
      now,
    ),
  );
