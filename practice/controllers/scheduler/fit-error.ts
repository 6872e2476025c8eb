import type { Refusal } from './candidate.ts';

const HOPELESS = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

/** `1 Insufficient cpu, 2 node(s) were unschedulable` */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

/** What the scheduler says when no node takes a pod. @param refusals one of each node */
export function fitError(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return 'no nodes available to schedule pods';
  const available = `0/${refusals.length} nodes are available:`;
  const reasons = histogram(refusals.flatMap((refusal) => refusal.reasons));
  const preemption = histogram(refusals.map(({ isFinal }) => (isFinal ? HOPELESS : NO_VICTIMS)));
  return `${available} ${reasons}. no new claims to deallocate, preemption: ${available} ${preemption}.`;
}

/** The same for a pod that no node was asked about. */
export const prefilterError = (nodes: number, reason: string): string => `0/${nodes} nodes are available: ${reason}. not found`;
